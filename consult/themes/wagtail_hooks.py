from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from consult.common import languages

from .models import Theme


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
        ]
    )


register_snippet(ThemeViewSet)
