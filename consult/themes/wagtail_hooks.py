from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from django.db.models.deletion import Collector, ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from consult.common import languages

from .models import Theme


class ThemeForm(WagtailAdminModelForm):
    """Keeps a theme's slug once it is saved: its address and the search index hang on it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].disabled = self.instance.pk is not None


class ThemeViewSet(SnippetViewSet):
    model = Theme
    icon = "tag"
    menu_label = _("Themes")
    menu_order = 250
    add_to_admin_menu = True
    list_display = ["name_es", "name_en", "slug", "core"]
    search_fields = ["name_es", "name_en", "slug"]
    edit_handler = TabbedInterface(
        [
            *(
                ObjectList(
                    [
                        FieldPanel(f"{name}_{code}")
                        for name in ("name", "description", "vocabulary")
                    ],
                    heading=languages.NAMES[code],
                )
                for code in languages.CODES
            ),
            ObjectList(
                [FieldPanel("slug"), FieldPanel("core"), FieldPanel("sort_order")],
                heading=_("Settings"),
            ),
        ],
        base_form_class=ThemeForm,
    )


register_snippet(ThemeViewSet)


@hooks.register("before_delete_snippet")
def keep_themes_in_use(request: HttpRequest, instances: Sequence[Model]) -> HttpResponse | None:
    """Say that a theme is in use, where the database would refuse to let it go."""
    themes = [instance for instance in instances if isinstance(instance, Theme)]
    try:
        Collector(using=DEFAULT_DB_ALIAS).collect(themes)
    except ProtectedError:
        messages.error(
            request,
            _("Not deleted: comments or summaries name this theme. You can change its words."),
        )
        return redirect("wagtailsnippets_themes_theme:list")
    return None
