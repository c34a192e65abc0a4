"""How the queue is narrowed, and how a comment is rejected."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from consult.common import languages
from consult.common.texts import storable
from consult.submissions.carry_over import commented, earlier, standing_on
from consult.submissions.enums import Carried, Stance, Status
from consult.submissions.models import Comment, CommentQuerySet
from consult.themes.models import Theme
from working_groups.queries import section_names

from . import rules
from .enums import ReasonCode
from .queries import comments_to_moderate, drafts_to_moderate, is_number, matching

ALL = "all"
WHOLE = "whole"


def drafts_of_request(request: HttpRequest) -> QuerySet:
    return drafts_to_moderate(request.user).order_by("path")


class CommentFilters(WagtailFilterSet):
    """What a chair narrows the queue by; unless they ask for more, it is what waits."""

    status = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=[*Status.choices, (ALL, _("All"))],
        method="of_status",
        empty_label=None,
        initial=Status.PENDING,
        widget=forms.RadioSelect,
    )
    draft = django_filters.ModelChoiceFilter(
        label=_("Draft"), field_name="submission__draft", queryset=drafts_of_request
    )
    section = django_filters.ChoiceFilter(label=_("Section"), method="of_section", choices=[])
    carried = django_filters.ChoiceFilter(
        label=_("The text since then"), method="of_carried", choices=Carried.choices
    )
    theme = django_filters.ModelMultipleChoiceFilter(
        label=_("Theme"),
        field_name="themes",
        queryset=Theme.objects.all(),
        widget=forms.CheckboxSelectMultiple,
    )
    stance = django_filters.MultipleChoiceFilter(
        label=_("Stance"), choices=Stance, widget=forms.CheckboxSelectMultiple
    )
    language = django_filters.ChoiceFilter(
        label=_("Language"),
        choices=languages.written_choices,
        empty_label=_("All"),
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Comment
        fields: list[str] = []

    def __init__(
        self, data: QueryDict, queryset: Any = None, *, request: HttpRequest, prefix: Any = None
    ) -> None:
        data = data.copy()
        data.setdefault("status", Status.PENDING)
        for name in ("draft", "theme"):
            # Refused in words like any other nonsense; a huge number would fail in the database.
            typed = data.getlist(name)
            data.setlist(name, [value if is_number(value) else value and "?" for value in typed])
        sections = self.sections_of(data.get("draft", ""), request)
        if data.get("section") not in dict(sections):
            data.pop("section", None)
        super().__init__(data, queryset, request=request, prefix=prefix)
        if sections:
            self.filters["section"].extra["choices"] = sections
        else:
            del self.filters["section"]

    def sections_of(self, draft: str, request: HttpRequest) -> list[tuple[str, Any]]:
        """The sections of the chosen draft in all its versions, under their latest names."""
        if not is_number(draft):
            return []
        found = section_names(drafts_of_request(request).filter(pk=int(draft)).order_by())
        return [(WHOLE, _("The draft as a whole")), *found.items()] if found else []

    def of_status(self, comments: CommentQuerySet, name: str, value: str) -> CommentQuerySet:
        return comments if value == ALL else comments.filter(status=value)

    def of_section(self, comments: CommentQuerySet, name: str, value: str) -> CommentQuerySet:
        if value == WHOLE:
            return comments.filter(section=None)
        return comments.filter(section__uid=value)

    def of_carried(self, comments: CommentQuerySet, name: str, value: str) -> CommentQuerySet:
        drafts = drafts_of_request(self.request).order_by().values("pk")
        return comments.filter(standing_on(value, earlier(commented(drafts))))


def narrowed(request: HttpRequest, data: QueryDict) -> CommentQuerySet:
    """The comments of the queue that `data`, its address' query, asks for; none for nonsense."""
    filters = CommentFilters(data, request=request)
    comments = comments_to_moderate(request.user)
    if not filters.is_valid():
        return comments.none()
    return matching(filters.filter_queryset(comments), storable(data.get("q", "")))


class RejectionForm(forms.Form):
    """Why, and what the author is told."""

    reason_code = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *ReasonCode.choices],
        required=False,
    )
    note = forms.CharField(
        label=_("Note to the author"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("They will read it on their receipt. Please write in their language."),
    )

    def clean_note(self) -> str:
        return storable(self.cleaned_data["note"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            for name, sentence in rules.faults(Status.REJECTED, **cleaned).items():
                self.add_error(name, sentence)
        return cleaned
