"""What became of the comments when a version was published: the versions, and each one's report."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.generic import View
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from consult.common import languages
from consult.common.spreadsheets import cell
from consult.submissions.enums import Stance, Status
from consult.submissions.models import Comment
from working_groups.models import DraftPage, Version

from ..permissions import ACTIONS
from ..queries import comments_to_moderate, drafts_to_moderate
from ..version_report import Affected, report

TITLE = gettext_lazy("What became of the comments")


class VersionsView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """The drafts that a chair moderates, with the versions that replaced another."""

    model = Comment
    any_permission_required = ACTIONS
    template_name = "moderation/versions.html"
    page_title = TITLE

    def get(self, request: HttpRequest) -> HttpResponse:
        replacing = Version.objects.filter(number__gt=1).order_by("-number")
        drafts = (
            drafts_to_moderate(request.user)
            .order_by("path")
            .prefetch_related(Prefetch("versions", replacing, to_attr="replacing"))
        )
        found = [draft for draft in drafts if draft.replacing]
        return self.render_to_response(self.get_context_data(drafts=found))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("comments:index"), "label": _("Comments")},
            {"url": "", "label": TITLE},
        ]


class VersionReportView(SpreadsheetExportMixin, WagtailAdminTemplateMixin, View):
    """The commented sections that a version changed or removed, with their comments counted."""

    template_name = "moderation/version_report.html"
    page_title = TITLE
    list_export = [
        "number_then",
        "heading_then",
        "number_now",
        "heading_now",
        "what",
        "comments",
        *(f"status_{status}" for status in Status),
        *(f"stance_{stance}" for stance in Stance),
    ]
    export_headings = {
        "number_then": gettext_lazy("number then"),
        "heading_then": gettext_lazy("heading then"),
        "number_now": gettext_lazy("number now"),
        "heading_now": gettext_lazy("heading now"),
        "what": gettext_lazy("what became of it"),
        "comments": gettext_lazy("comments"),
        **{f"status_{status.value}": status.label for status in Status},
        **{f"stance_{stance.value}": stance.label for stance in Stance},
    }
    request: Any
    kwargs: Any

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        # Another group's draft is not there.
        self.draft: DraftPage = get_object_or_404(
            drafts_to_moderate(request.user), id=kwargs["draft"]
        )
        self.newer: Version = get_object_or_404(self.draft.versions, number=kwargs["number"])
        self.earlier: list[Version] = list(self.draft.versions.filter(number__lt=self.newer.number))
        if not self.earlier:
            raise Http404
        asked = request.GET.get("since", "")
        meant = [each for each in self.earlier if str(each.number) == asked]
        self.refused = asked[:80] if asked and not meant else ""
        self.older = meant[0] if meant else self.earlier[0]

    def get(self, request: HttpRequest, draft: int, number: int) -> HttpResponse:
        found = report(comments_to_moderate(request.user), self.older, self.newer)
        if self.is_export:
            return self.as_spreadsheet(found.affected, request.GET["export"])
        return self.render_to_response(
            self.get_context_data(
                draft=self.draft,
                report=found,
                earlier=self.earlier,
                refused=self.refused,
            )
        )

    def get_page_subtitle(self) -> str:
        return str(self.newer)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("comments:index"), "label": _("Comments")},
            {"url": reverse("comments:versions"), "label": TITLE},
            {"url": "", "label": str(self.newer)},
        ]

    def get_filename(self) -> str:
        return f"{self.draft.slug}-{self.older.number}-{self.newer.number}"

    def stream_csv(self, rows: Sequence[Affected]) -> Iterator[bytes]:
        # Now, while the reader's language is active; it is few rows.
        return iter(list(super().stream_csv(rows)))

    def to_row_dict(self, item: Affected) -> dict[str, Any]:
        now = item.now
        row = {
            "number_then": item.then.number,
            "heading_then": languages.words(item.then, "heading").text,
            "number_now": now.number if now else "",
            "heading_now": languages.words(now, "heading").text if now else "",
            "what": item.what.label,
            "comments": item.total,
            **{f"status_{status.value}": item.by_status[status] for status in Status},
            **{f"stance_{stance.value}": item.by_stance[stance] for stance in Stance},
        }
        return {name: cell(value) for name, value in row.items()}
