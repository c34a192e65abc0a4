"""For the test suite: in memory, quick, and with the limits of production."""

import atexit
import shutil
import tempfile
from pathlib import Path

from .base import *  # noqa: F403
from .base import CACHES, DATABASES, LOGGING

SECRET_KEY = "test-only-not-a-secret"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WAGTAILADMIN_BASE_URL = "http://testserver"
VAR_DIR = Path(tempfile.mkdtemp(prefix="consult-test-"))
atexit.register(shutil.rmtree, VAR_DIR, True)
MEDIA_ROOT = VAR_DIR / "media"
PRIVATE_ROOT = VAR_DIR / "private"
# Wagtail's own indexes (what links to what, the admin's page search) would take a third of the time.
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
# Every test's rows have the numbers of those before, and other texts.
for _name in ("versions", "template_fragments"):
    CACHES[_name] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
# Tests that are about the worker call it.
WORKER = False
# Tests fill in forms faster than people.
FORM_MIN_SECONDS = 0
# And send many submissions under one made-up token.
FORM_TOKEN_USES = 0
# One machine asks in all of the tests.
API_PER_MINUTE = 0
SUGGESTIONS_PER_MINUTE = 0
# Tests that are about it turn it on.
SEARCH_BY_MEANING = False
SEARCH_INDEX_DIR = VAR_DIR / "index"
WHITENOISE_AUTOREFRESH = True
LOGGING["root"]["level"] = "WARNING"
if DATABASES["default"]["ENGINE"] == "consult.common.sqlite":
    # Said of the tests' own, too: to pytest's processes, this is no SQLite that they know.
    DATABASES["default"] |= {"NAME": ":memory:", "TEST": {"NAME": ":memory:"}}
