import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "consult.settings.production")
application = get_wsgi_application()

# Needs the settings, as all of the site's own code does.
from consult.common.languages import detect  # noqa: E402

# Loads what tells languages apart, so that nobody's submission waits for it.
detect("Lo que se carga una vez", "es")
