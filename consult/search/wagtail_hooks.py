from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from . import saved_searches
from .models import SavedSearch


@hooks.register("register_admin_urls")
def register_saved_searches() -> list[URLPattern]:
    return [
        path("saved-searches/", saved_searches.SavedSearchesView.as_view(), name="saved_searches"),
        path("saved-searches/<int:pk>/rename/", saved_searches.rename, name="rename_search"),
        path("saved-searches/<int:pk>/delete/", saved_searches.delete, name="delete_search"),
    ]


@hooks.register("register_admin_menu_item")
def register_saved_searches_menu_item() -> MenuItem:
    address = reverse("saved_searches")
    return MenuItem(
        saved_searches.TITLE, address, name="saved-searches", icon_name="search", order=155
    )


class SavedSearchesPanel(Component):
    """The reader's searches on the first screen, one click away."""

    order = 150
    template_name = "search/saved_searches_panel.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        owner = parent_context["request"].user
        return {"searches": SavedSearch.objects.filter(owner=owner)}


@hooks.register("construct_homepage_panels")
def show_saved_searches(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(SavedSearchesPanel())
