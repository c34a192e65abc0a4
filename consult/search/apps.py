from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "consult.search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from . import chores, receivers  # noqa: F401
