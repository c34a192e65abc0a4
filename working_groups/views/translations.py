"""How far drafts are translated: a report, and a column where drafts are listed."""

from collections import Counter
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.utils.translation import gettext as _, gettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.views.reports import PageReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

from consult.common.spreadsheets import cell

from ..enums import TranslationStatus
from ..models import DraftPage
from ..queries import behind_in_translation


def in_short(draft: Any) -> str:
    """How many sections of `draft` are behind in translation, and how; empty for no draft."""
    if not isinstance(draft, DraftPage) or draft.latest_revision is None:
        return ""
    counts = Counter(each.status for each in behind_in_translation(draft))
    told = [
        _("%(count)d %(status)s") % {"count": counts[status], "status": status.label}
        for status in TranslationStatus
        if counts[status]
    ]
    return get_text_list(told, _("and")) if told else str(TranslationStatus.REVIEWED.label)


class BehindColumn(Column):
    """The sections that are behind, each leading to its place in the editor."""

    cell_template_name = "working_groups/admin/behind_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"draft": instance, "behind": behind_in_translation(instance)}


class DraftsIndexView(ExplorableIndexView):
    """The pages below a working group, with how far each draft is translated."""

    base_columns = [
        *ExplorableIndexView.base_columns,
        Column("translation", label=gettext_lazy("Translation"), accessor=in_short, width="15%"),
    ]

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().prefetch_related("latest_revision")


class TranslationReportView(PageReportView):
    """Every draft that one may work on, with its sections that are behind in translation."""

    page_title = gettext_lazy("Translations of drafts")
    header_icon = "globe"
    index_url_name = "translation_report"
    index_results_url_name = "translation_report_results"
    results_template_name = "wagtailadmin/reports/base_report_results.html"
    any_permission_required = ["add", "change", "publish"]
    list_export = ["title", "translation", "sections"]
    export_headings = {
        "title": gettext_lazy("draft"),
        "translation": gettext_lazy("translation"),
        "sections": gettext_lazy("sections"),
    }

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "title",
                label=gettext_lazy("Draft"),
                get_url=lambda draft: reverse("wagtailadmin_pages:edit", args=[draft.pk]),
            ),
            Column("translation", label=gettext_lazy("Translation"), accessor=in_short),
            BehindColumn("behind", label=gettext_lazy("Sections"), width="50%"),
        ]

    def get_queryset(self) -> Any:
        theirs = policy_registry.get_by_type(Page).instances_user_has_any_permission_for(
            self.request.user, {"add", "change", "publish"}
        )
        drafts = DraftPage.objects.filter(pk__in=theirs.values("pk")).order_by("path")
        self.queryset = drafts.select_related("latest_revision")
        return self.queryset

    def to_row_dict(self, item: DraftPage) -> dict[str, str]:
        behind = (f"{each.name}: {each.status.label}" for each in behind_in_translation(item))
        return {
            "title": cell(item.title),
            "translation": in_short(item),
            "sections": cell("\n".join(behind)),
        }
