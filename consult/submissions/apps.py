from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubmissionsConfig(AppConfig):
    name = "consult.submissions"
    label = "submissions"
    verbose_name = _("Submissions")

    def ready(self) -> None:
        from . import receivers  # noqa: F401
