"""Settings common to every environment, read from it and from the file `.env`.

What one environment alone needs is read beside this file; `.env.example` names all of it.
"""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
# Private: it holds people's e-mails.
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

DEBUG = False
SECRET_KEY = env("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    # modeltranslation patches the models of the apps below it, so it stands first.
    "modeltranslation",
    "consult.common",
    "consult.themes",
    "working_groups",
    "consult.submissions",
    "consult.moderation",
    "consult.responses",
    "consult.pages",
    "consult.notices",
    "consult.search",
    "consult.open_data",
    "consult.demonstration",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "consult.open_data.middleware.OpenToAllOrigins",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "consult.common.middleware.SiteLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "consult.urls"
WSGI_APPLICATION = "consult.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ]
        },
    }
]
# Form widgets are looked up in our templates too, so that errors and hints are marked up our way.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

DATABASES = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'consult.sqlite3'}")
}
# Kept between requests: opening one takes longer than most queries.
DATABASES["default"]["CONN_MAX_AGE"] = 60
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Ours: those who write at the same time wait in a queue.
    DATABASES["default"]["ENGINE"] = "consult.common.sqlite"
    # An acknowledged submission survives a power cut (synchronous=FULL), readers do not wait for
    # the writer (WAL), and a read that turns into a write waits its turn (IMMEDIATE).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # Compiling a query of many small tables took a hundred times as long as running it.
    DATABASES["default"]["OPTIONS"] = {"options": "-c jit=off"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What is made from a version is made once and kept: versions never change. The files are pickles, in
# a private directory, shared by all processes.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Pieces of pages that are the same for everybody, as the tag `cache` keeps them.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "template_fragments",
    },
    "versions": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "versions",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    },
}

# --- Languages -----------------------------------------------------------------------------------
LANGUAGE_CODE = "es"
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "consult.common.formats"
# Closing times are stated, shown and computed in this zone, whatever the server's.
TIME_ZONE = env("TIME_ZONE", default="America/Mexico_City")
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]

MODELTRANSLATION_DEFAULT_LANGUAGE = "es"
MODELTRANSLATION_LANGUAGES = ("es", "en")
# No silent fallback: a missing translation is said to the reader (consult.common.languages).
MODELTRANSLATION_FALLBACK_LANGUAGES = ()

# --- Wagtail -------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = env("SITE_NAME", default="Consulta IA y trabajo")
# What readers of each language see at the top of every page.
SITE_NAMES = {
    "es": WAGTAIL_SITE_NAME,
    "en": env("SITE_NAME_EN", default="Consultation on AI and Work"),
}
WAGTAILADMIN_BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000")
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = [("es", _("Spanish"))]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("es", "Español"), ("en", "English")]
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database"}}
# What clean_html keeps; no images, so that a page weighs little and nothing lacks a description.
RICH_TEXT_FEATURES = [
    *("h3", "h4", "bold", "italic", "ol", "ul", "blockquote", "hr"),
    *("link", "document-link", "superscript", "subscript", "table"),
]
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "working_groups.rich_text.TextArea",
        "OPTIONS": {"features": RICH_TEXT_FEATURES},
    },
    # Of a draft's sections.
    "section": {
        "WIDGET": "working_groups.rich_text.SleepingTextArea",
        "OPTIONS": {"features": [*RICH_TEXT_FEATURES, "footnote", "section-link"]},
    },
}
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ods", "odt", "pdf", "txt", "xlsx"]

# --- Files ---------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# What the public attaches: out of reach of any address, handed out by a view that asks who may.
PRIVATE_ROOT = VAR_DIR / "private"

# --- Security ------------------------------------------------------------------------------------
# A receipt's address is a secret: it must not travel to other sites.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
CSRF_FAILURE_VIEW = "consult.common.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
    },
    # Wagtail's admin carries inline scripts and styles of its own.
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
}
# Behind a proxy, the respondent's address is the last but this many in X-Forwarded-For; 0: none.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# --- Mail ----------------------------------------------------------------------------------------
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="consulta@example.org")
# Seconds to wait for the mail server.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=30)
# A decision is told after so many minutes, so that what is decided meanwhile is told with it.
DECISION_LETTER_MINUTES = env.int("DECISION_LETTER_MINUTES", default=10)
# Recipient and words of a letter are erased so many days after it went out.
LETTERS_KEPT_DAYS = env.int("LETTERS_KEPT_DAYS", default=30)
# A subscription that nobody confirms is erased after so many days.
UNCONFIRMED_DAYS = env.int("UNCONFIRMED_DAYS", default=7)
# Who subscribed to a search gets one letter in so many minutes, with all that is new by then.
ALERT_PAUSE_MINUTES = env.int("ALERT_PAUSE_MINUTES", default=60)
# Subscribers are told so many days before a consultation closes.
CLOSING_NOTICE_DAYS = env.int("CLOSING_NOTICE_DAYS", default=3)
# Where people write about privacy and accessibility; stands in the pages that set_up_site makes.
CONTACT_EMAIL = env("CONTACT_EMAIL", default=DEFAULT_FROM_EMAIL)

# --- In the background ---------------------------------------------------------------------------
# Whether gunicorn starts a worker beside itself (see gunicorn.conf.py), which the health check asks for.
WORKER = env.bool("WORKER", default=True)
# The hour, in the site's zone, from which on the chores of the day are done.
DAILY_HOUR = env.int("DAILY_HOUR", default=6)

# --- Limits: every one is read from the environment, and 0 switches it off ------------------------
# A comment's text, its proposed wording and its reason, in characters each.
COMMENT_MAX_LENGTH = env.int("COMMENT_MAX_LENGTH", default=5_000)
# An open question's answer, in characters.
ANSWER_MAX_LENGTH = env.int("ANSWER_MAX_LENGTH", default=5_000)
# A chair's note to the author, in characters.
DECISION_NOTE_MAX_LENGTH = env.int("DECISION_NOTE_MAX_LENGTH", default=2_000)
# Hours within which a comment is to be decided; the dashboard counts those that wait longer.
MODERATION_TARGET_HOURS = env.int("MODERATION_TARGET_HOURS", default=72)
# Comments that say the same, of which a campaign is proposed to the chairs; 0: none are grouped.
CAMPAIGN_MIN_COMMENTS = env.int("CAMPAIGN_MIN_COMMENTS", default=3)
# Comments in one submission.
COMMENTS_PER_SUBMISSION = env.int("COMMENTS_PER_SUBMISSION", default=50)
# Addresses of evidence in one comment.
LINKS_PER_COMMENT = env.int("LINKS_PER_COMMENT", default=10)
# Files with one comment and with one submission, in bytes each and in a picture's pixels.
ATTACHMENTS_PER_COMMENT = env.int("ATTACHMENTS_PER_COMMENT", default=5)
ATTACHMENTS_PER_SUBMISSION = env.int("ATTACHMENTS_PER_SUBMISSION", default=30)
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_BYTES", default=10_485_760)
ATTACHMENT_MAX_PIXELS = env.int("ATTACHMENT_MAX_PIXELS", default=25_000_000)
# What an attached document may unpack into, in bytes.
ATTACHMENT_UNPACKED_MAX_BYTES = env.int("ATTACHMENT_UNPACKED_MAX_BYTES", default=100_000_000)
# Files from one network address.
UPLOADS_PER_HOUR = env.int("UPLOADS_PER_HOUR", default=100)
# All files together that wait for their forms to be sent, in bytes.
HELD_MAX_BYTES = env.int("HELD_MAX_BYTES", default=5_000_000_000)
# Submissions from one network address: so many at once, then so many an hour.
SUBMISSION_BURST = env.int("SUBMISSION_BURST", default=20)
SUBMISSIONS_PER_HOUR = env.int("SUBMISSIONS_PER_HOUR", default=60)
# Changes of comments from one network address, and how many editions one comment may have.
EDITS_PER_HOUR = env.int("EDITS_PER_HOUR", default=60)
EDITIONS_PER_COMMENT = env.int("EDITIONS_PER_COMMENT", default=50)
# Submissions for one draft, from everybody together: far more than a lively last week brings.
SUBMISSIONS_PER_DRAFT_BURST = env.int("SUBMISSIONS_PER_DRAFT_BURST", default=5_000)
SUBMISSIONS_PER_DRAFT_PER_HOUR = env.int("SUBMISSIONS_PER_DRAFT_PER_HOUR", default=20_000)
# Nobody reads and fills in a form in fewer seconds.
FORM_MIN_SECONDS = env.int("FORM_MIN_SECONDS", default=3)
# Different submissions by one form as it was shown, by who goes back and writes another.
FORM_TOKEN_USES = env.int("FORM_TOKEN_USES", default=3)
# Proof of work before a form is received (ALTCHA), or a written question without script: the
# largest number to be found by trying; 100000 takes a telephone some seconds.
ALTCHA = env.int("ALTCHA", default=0)
# Receipts asked for from one network address, against guessing.
RECEIPT_LOOKUPS_PER_HOUR = env.int("RECEIPT_LOOKUPS_PER_HOUR", default=600)
# Forgotten receipts asked for from one network address, and letters asked for to one e-mail.
FORGOTTEN_RECEIPTS_PER_HOUR = env.int("FORGOTTEN_RECEIPTS_PER_HOUR", default=30)
LETTERS_ASKED_PER_HOUR = env.int("LETTERS_ASKED_PER_HOUR", default=5)
# Letters to one e-mail address that anybody can cause: receipts, answers, confirmations.
LETTERS_PER_RECIPIENT_PER_HOUR = env.int("LETTERS_PER_RECIPIENT_PER_HOUR", default=20)
# What people ask about their own data (ARCO): from one network address, and in characters.
DATA_REQUESTS_PER_HOUR = env.int("DATA_REQUESTS_PER_HOUR", default=30)
DATA_REQUEST_MAX_LENGTH = env.int("DATA_REQUEST_MAX_LENGTH", default=2_000)
# Days in which such a request is answered; 0: no time is promised.
ARCO_DAYS = env.int("ARCO_DAYS", default=20)
# Days in which a rejection can be appealed, and an appeal's text, in characters.
APPEAL_DAYS = env.int("APPEAL_DAYS", default=30)
APPEAL_MAX_LENGTH = env.int("APPEAL_MAX_LENGTH", default=2_000)
# Subscriptions asked for from one network address.
SUBSCRIPTIONS_PER_HOUR = env.int("SUBSCRIPTIONS_PER_HOUR", default=30)
# Requests of programs (/api/v1, feeds of a search) from one network in a minute.
API_PER_MINUTE = env.int("API_PER_MINUTE", default=120)
# Completions (/api/v1/suggest) for one network in a minute: whoever types asks at every pause.
SUGGESTIONS_PER_MINUTE = env.int("SUGGESTIONS_PER_MINUTE", default=600)
# The largest request a form may send, in bytes (attachments are counted apart by Django).
DATA_UPLOAD_MAX_MEMORY_SIZE = env.int("FORM_MAX_BYTES", default=25_000_000) or None
DATA_UPLOAD_MAX_NUMBER_FIELDS = env.int("FORM_MAX_FIELDS", default=20_000) or None
# Files in one request, whichever form they are in.
DATA_UPLOAD_MAX_NUMBER_FILES = env.int("FORM_MAX_FILES", default=100) or None
# A whole request with its files, in bytes.
FILES_MAX_BYTES = env.int("FILES_MAX_BYTES", default=350_000_000)
FILE_UPLOAD_HANDLERS = [
    "consult.common.uploads.CappedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# A file that staff import, in bytes.
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=50_000_000)
# What a Word file may unpack into, in bytes.
IMPORT_UNPACKED_MAX_BYTES = env.int("IMPORT_UNPACKED_MAX_BYTES", default=500_000_000)
# A consultation that closed can be opened again for so many days, until it is answered.
REOPENING_DAYS = env.int("REOPENING_DAYS", default=30)
# E-mails and unpublished originals are erased so many days after the response; 0: never by itself.
RETENTION_DAYS = env.int("RETENTION_DAYS", default=180)
# At the latest so many days after the consultation closed, if there is no response; 0: no such time.
RETENTION_LATEST_DAYS = env.int("RETENTION_LATEST_DAYS", default=365)
# Forms on paper arrive late: a clerk keys them in for so many days after a consultation closed.
CLERK_GRACE_DAYS = env.int("CLERK_GRACE_DAYS", default=15)
# Sections of a draft that is read from a Word or Markdown file.
DRAFT_MAX_SECTIONS = env.int("DRAFT_MAX_SECTIONS", default=500)


# --- Search --------------------------------------------------------------------------------------
SEARCH_INDEX_DIR = Path(env("SEARCH_INDEX_DIR", default=str(VAR_DIR / "index")))
# Texts are also found by what they mean, in either language, where the optional package for it is
# installed (requirements/semantic.txt); it takes 150 MB of memory a process.
SEARCH_BY_MEANING = env.bool("SEARCH_BY_MEANING", default=True)
SEARCH_ENGINE = "consult.search.engines.whoosh.engine.WhooshEngine"

# --- Demonstration -------------------------------------------------------------------------------
DEMO_PASSWORD = env("DEMO_PASSWORD", default="consulta-demo")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Wagtail's own tasks run at once; their comings and goings are no news.
    "loggers": {"django_tasks": {"level": "WARNING"}, "wagtail": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
