from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "consult.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from . import chores, receivers  # noqa: F401
