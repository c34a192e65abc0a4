"""The glossary in the administration."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface
from wagtail.snippets.views.snippets import SnippetViewSet

from consult.common import languages

from ..models import GlossaryTerm


class GlossaryViewSet(SnippetViewSet):
    model = GlossaryTerm
    icon = "list-ul"
    menu_label = _("Glossary")
    menu_order = 260
    add_to_admin_menu = True
    list_display = ["term_es", "term_en"]
    search_fields = ["term_es", "term_en", "definition_es", "definition_en"]
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [FieldPanel(f"{name}_{code}") for name in ("term", "other_forms", "definition")],
                heading=languages.NAMES[code],
            )
            for code in languages.CODES
        ]
    )
