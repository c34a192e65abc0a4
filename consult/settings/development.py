"""For one's own machine: nothing to set, nothing to collect."""

from .base import *  # noqa: F403
from .base import env

DEBUG = env.bool("DEBUG", default=True)
# Known to everybody who reads this file: the demonstration only. Production refuses to start without one.
SECRET_KEY = env("SECRET_KEY", default="development-only-not-a-secret")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
# The demonstration is served by gunicorn: static files come straight from the apps.
WHITENOISE_USE_FINDERS = True
# Who tries the demonstration is no machine to be kept out, however fast.
FORM_MIN_SECONDS = env.int("FORM_MIN_SECONDS", default=0)
