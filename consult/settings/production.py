"""For a server that people reach: HTTPS, a secret, hashed static files."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, SECRET_KEY, TRUSTED_PROXIES, env

# A wrong number of proxies shares one limit among everybody, so it is asked for and not guessed.
if not SECRET_KEY or not ALLOWED_HOSTS or not env("TRUSTED_PROXIES", default=""):
    raise ImproperlyConfigured(
        "Set SECRET_KEY, ALLOWED_HOSTS and TRUSTED_PROXIES (0: none) in the environment."
    )

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

HTTPS = env.bool("HTTPS", default=True)
SECURE_SSL_REDIRECT = HTTPS
# Container and load-balancer checks speak plain HTTP from inside.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if TRUSTED_PROXIES:
    # Without a proxy of our own, anybody could claim to speak HTTPS.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
