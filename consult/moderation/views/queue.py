"""The chairs' queue: what waits, oldest first, narrowed and exported."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import (
    BulkActionsCheckboxColumn,
    Column,
    DateColumn,
    StatusTagColumn,
    TitleColumn,
)
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import Button, HeaderButton

from consult.common import languages
from consult.common.spreadsheets import cell
from consult.submissions.carry_over import mark
from consult.submissions.covering import in_words
from consult.submissions.enums import Status
from consult.submissions.models import Comment, CommentQuerySet

from ..forms import CommentFilters, narrowed
from ..queries import LONGEST_SEARCH, comments_to_moderate, matching, newest_number

# Oldest first: who came first is answered first.
IN_ORDER = ("submission__received_at", "pk")
EXCERPT_LENGTH = 140
# Of one filter that go along to the next address: more than there are themes.
MOST_VALUES = 40
# What a narrow screen leaves out, in moderation.css.
WIDE = "moderation-wide"


def place(comment: Comment) -> str:
    """The section that `comment` is about, by its number and heading then."""
    return str(comment.section) if comment.section else str(_("The draft as a whole"))


def draft_name(comment: Comment) -> str:
    return languages.words(comment.submission.draft, "heading").text


def language_name(comment: Comment) -> str:
    return capfirst(languages.in_words(comment.language))


def marked_place(comment: Comment) -> str:
    """The place of a marked `comment`, and what became of the words that it stands on."""
    return f"{place(comment)} · {comment.carried.label}" if comment.carried else place(comment)


def filters_of(query: QueryDict) -> QueryDict:
    """What of an address' query narrows the queue, to take along to the next address."""
    kept = query.copy()
    for name in list(kept):
        if name in (*CommentFilters.base_filters, "q"):
            # An address can only be so long, and the search reads no more either.
            values = [value[:LONGEST_SEARCH] for value in kept.getlist(name)]
            kept.setlist(name, values[:MOST_VALUES])
        else:
            del kept[name]
    return kept


def next_pending(comment: Comment | None, request: Any) -> Comment | None:
    """The comment that waits after `comment` in the queue as this address narrows it.

    After the last, or after none, the first.
    """
    query = filters_of(request.GET)
    query["status"] = Status.PENDING
    waiting = narrowed(request, query).select_related("submission").order_by(*IN_ORDER)
    if comment is None:
        return waiting.first()
    received = comment.submission.received_at
    later = waiting.filter(submission__received_at__gt=received) | waiting.filter(
        submission__received_at=received, pk__gt=comment.pk
    )
    return later.first() or waiting.first()


class QueueView(IndexView):
    filterset_class = CommentFilters
    # Only says that there is a search: `search_queryset` is ours.
    search_fields = ["body", "proposed_text"]
    default_ordering = IN_ORDER
    export_filename = "comments"
    page_title = _("Comments")
    list_export = [
        "number",
        "draft",
        "version",
        "section",
        "stance",
        "kind",
        "body",
        "proposed_text",
        "reason",
        "links",
        "themes",
        "respondent",
        "on_behalf_of",
        "language",
        "status",
        "received_at",
    ]
    export_headings = {
        "number": _("number"),
        "draft": _("draft"),
        "themes": _("themes"),
        "respondent": _("respondent, as they chose to be shown"),
        "on_behalf_of": _("on behalf of"),
        "received_at": _("received"),
    }

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        narrowed_to = filters_of(self.request.GET).urlencode()
        return [
            HeaderButton(
                _("Decide one by one"),
                url=f"{reverse('comments:desk')}?{narrowed_to}",
                icon_name="check",
            ),
            *super().header_buttons,
        ]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        query = filters_of(self.request.GET).urlencode()
        publish, reject = (
            f"{reverse('comments:bulk', args=[outcome])}?{query}"
            for outcome in (Status.PUBLISHED, Status.REJECTED)
        )
        screens = [
            (_("Publish all in this list"), publish, "check"),
            (_("Reject all in this list"), reject, "cross"),
            (_("Decisions on many"), reverse("comments:bulks"), "list-ul"),
            (_("Dashboard"), reverse("comments:dashboard"), "table"),
            (_("Campaigns"), reverse("comments:campaigns"), "group"),
            (_("Appeals"), reverse("comments:appeals"), "help"),
            (_("What became of the comments"), reverse("comments:versions"), "history"),
        ]
        return [
            *super().header_more_buttons,
            *(
                Button(label, url=url, icon_name=icon, priority=60 + place)
                for place, (label, url, icon) in enumerate(screens)
            ),
        ]

    @cached_property
    def columns(self) -> list[Column]:
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="comment"),
            TitleColumn(
                "number",
                label=_("Number"),
                accessor=str,
                get_url=self.address_of,
                get_title_id=lambda comment: f"comment_{comment.pk}_title",
            ),
            Column(
                "excerpt",
                label=_("Comment"),
                accessor=lambda c: Truncator(in_words(c.body or c.proposed_text)).chars(
                    EXCERPT_LENGTH
                ),
                width="30%",
            ),
            Column("draft", label=_("Draft"), accessor=draft_name, classname=WIDE),
            Column("section", label=_("Section"), accessor=marked_place, classname=WIDE),
            Column("stance", label=_("Stance"), accessor="get_stance_display", classname=WIDE),
            Column("language", label=_("Language"), accessor=language_name, classname=WIDE),
            StatusTagColumn(
                "status",
                label=_("Status"),
                accessor="get_status_display",
                classname=WIDE,
                primary=lambda comment: comment.status == Status.PUBLISHED,
            ),
            DateColumn(
                "received",
                label=_("Received"),
                accessor="submission.received_at",
                sort_key="submission__received_at",
            ),
        ]

    def address_of(self, comment: Comment) -> str:
        """The comment's page, which leads on through the queue as it is narrowed here."""
        query = filters_of(self.request.GET).urlencode()
        return reverse("comments:edit", args=[comment.pk]) + (f"?{query}" if query else "")

    def get_base_queryset(self) -> CommentQuerySet:
        return (
            comments_to_moderate(self.request.user)
            .select_related("submission__draft", "version", "section")
            .prefetch_related("themes")
            .annotate(newest_number=newest_number())
        )

    def filter_queryset(self, queryset: CommentQuerySet) -> QuerySet:
        # Wagtail would show everything under filters that make no sense.
        return super().filter_queryset(queryset) if self.filters.is_valid() else queryset.none()

    def paginate_queryset(self, queryset: QuerySet, page_size: int) -> tuple[Any, ...]:
        # Sorted by their numbers alone: thousands of texts would be carried through the sort.
        numbers = queryset.select_related(None).prefetch_related(None).values("pk")
        paginator, page, found, more = super().paginate_queryset(numbers, page_size)
        rows = self.get_base_queryset().prefetch_related(None)
        comments: list[Any] = (
            list(rows.filter(pk__in=found).order_by(*IN_ORDER)) if paginator.count else []
        )
        mark(comment for comment in comments if comment.version.number != comment.newest_number)
        page.object_list = comments
        if self.shows_what_waits():
            # The menu counts the same.
            self.request.comments_waiting = paginator.count
        return paginator, page, comments, more

    def shows_what_waits(self) -> bool:
        """Whether the list is of all that waits for its reader, and of nothing else."""
        asked = filters_of(self.filters.form.data)
        narrowed_by = {name for name in asked if any(asked.getlist(name))}
        return narrowed_by == {"status"} and asked["status"] == Status.PENDING

    def search_queryset(self, queryset: CommentQuerySet) -> QuerySet:
        return matching(queryset, self.search_query)

    def to_row_dict(self, item: Comment) -> dict[str, Any]:
        row = {
            "number": item.number,
            "draft": draft_name(item),
            "version": item.version.number,
            "section": place(item),
            "stance": item.get_stance_display(),
            "kind": item.get_kind_display(),
            "body": in_words(item.body),
            "proposed_text": in_words(item.proposed_text),
            "reason": in_words(item.reason),
            "links": "\n".join(map(str, item.links)),
            "themes": ", ".join(map(str, item.themes.all())),
            "respondent": item.submission.shown_as(),
            "on_behalf_of": item.submission.on_behalf_of if item.submission.show_name else "",
            "language": item.language,
            "status": item.get_status_display(),
            "received_at": item.submission.received_at,
        }
        return {name: cell(value) for name, value in row.items()}
