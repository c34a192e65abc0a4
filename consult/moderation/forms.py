"""How the queue is narrowed, and how a comment is rejected."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from consult.common import languages
from consult.common.texts import storable
from consult.submissions.carry_over import commented, earlier, standing_on
from consult.submissions.covering import TEXTS
from consult.submissions.enums import Carried, Covered, Stance, Status
from consult.submissions.models import Attachment, Comment, CommentQuerySet
from consult.themes.models import Theme
from working_groups.queries import section_names

from . import rules
from .campaigns.queries import campaigns_to_moderate
from .desk import KIND_NAMES, by_column, occurrences
from .enums import ReasonCode
from .queries import comments_to_moderate, drafts_to_moderate, is_number, matching

ALL = "all"
WHOLE = "whole"
MINE, NOBODY = "mine", "nobody"


def drafts_of_request(request: HttpRequest) -> QuerySet:
    return drafts_to_moderate(request.user).order_by("path")


def campaigns_of_request(request: HttpRequest) -> QuerySet:
    return campaigns_to_moderate(request.user)


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

    assigned = django_filters.ChoiceFilter(
        label=_("Assigned"),
        choices=[(MINE, _("to me")), (NOBODY, _("to nobody"))],
        method="of_assigned",
    )

    # By its number, from the campaign's own screen: they are too many to list.
    campaign = django_filters.ModelChoiceFilter(
        label=_("Campaign"),
        field_name="place__campaign",
        queryset=campaigns_of_request,
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Comment
        fields: list[str] = []

    def __init__(
        self, data: QueryDict, queryset: Any = None, *, request: HttpRequest, prefix: Any = None
    ) -> None:
        data = data.copy()
        data.setdefault("status", Status.PENDING)
        for name in ("draft", "theme", "campaign"):
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

    def of_assigned(self, comments: CommentQuerySet, name: str, value: str) -> CommentQuerySet:
        if value == NOBODY:
            return comments.filter(assignment=None)
        return comments.filter(assignment__assignee=self.request.user)

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
    """Why, and what the author is told; the same for every comment it is decided on."""

    outcome: str = Status.REJECTED

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

    def reason(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("reason_code", "note")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            for name, sentence in rules.faults(self.outcome, **self.reason()).items():
                self.add_error(name, sentence)
        return cleaned


class PartsField(forms.MultipleChoiceField):
    """Ticked parts of a comment, each as `Part.value` writes it."""

    def valid_value(self, value: str) -> bool:
        column, _colon, rest = value.partition(":")
        start, _colon, rest = rest.partition(":")
        end, _colon, kind = rest.partition(":")
        return column in TEXTS and is_number(start) and is_number(end) and kind in Covered


class DecisionForm(RejectionForm):
    """A decision on one comment: `words` are what its author wrote, `files` its attachments."""

    spans = PartsField(required=False)
    own = forms.CharField(
        label=_("Other words to cover, a line each, exactly as they stand in the text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-own": ""}),
        help_text=_("They are covered wherever they stand in this comment."),
    )
    own_kind = forms.ChoiceField(
        label=_("What these words are"),
        choices=[(kind.value, name) for kind, name in KIND_NAMES.items()],
        initial=Covered.OTHER,
        required=False,
    )
    withheld = forms.ModelMultipleChoiceField(
        label=_("Keep from the public"),
        queryset=Attachment.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        outcome: str = "",
        words: Mapping[str, str],
        files: QuerySet[Attachment] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.outcome, self.words = outcome, words
        self.fields["reason_code"].widget.attrs["data-reason"] = ""
        if files is None:
            del self.fields["withheld"]
        else:
            field: Any = self.fields["withheld"]
            field.queryset = files
            field.initial = [file.pk for file in files if file.withheld]

    def clean(self) -> dict[str, Any]:
        cleaned = forms.Form.clean(self) or self.cleaned_data
        chosen = []
        for value in cleaned.get("spans", ()):
            column, start, end, kind = value.split(":")
            chosen.append((column, int(start), int(end), kind))
        kind = cleaned.get("own_kind") or Covered.OTHER
        for line in filter(None, map(str.strip, storable(cleaned.get("own", "")).splitlines())):
            places = occurrences(line, self.words)
            if not places:
                message = _("“%(words)s” does not stand in the comment exactly so.")
                self.add_error("own", message % {"words": line[:80]})
            chosen += [(*place, kind) for place in places]
        cleaned["parts"] = by_column(chosen)
        if not self.errors:
            faults = rules.faults(self.outcome, **self.reason(), spans=chosen)
            for name, sentence in faults.items():
                self.add_error(name, sentence)
        return cleaned

    def decision(self) -> dict[str, Any]:
        """What `decide` takes, but for what was seen."""
        withheld = self.cleaned_data.get("withheld")
        return {
            **self.reason(),
            "spans": self.cleaned_data["parts"],
            "withheld": None if withheld is None else [file.pk for file in withheld],
        }


class WordsForm(forms.Form):
    """A note to colleagues, or why a precaution is switched; a sentence of one's own."""

    words = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, label: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label

    def clean_words(self) -> str:
        words = storable(self.cleaned_data["words"])
        if faults := rules.faults_of_note(words):
            raise ValidationError(faults["words"])
        return words


class AssignmentForm(forms.Form):
    """To which colleague a comment is handed."""

    to = forms.ModelChoiceField(
        label=_("Hand it to"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("nobody in particular"),
    )

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.queryset = colleagues


class LanguageForm(forms.Form):
    """The language that a comment is in, against what was detected."""

    language = forms.ChoiceField(label=_("Language"), choices=languages.WRITTEN.items())


class AppealForm(forms.Form):
    """What is answered to an appeal."""

    note = forms.CharField(
        label=_("Answer to the author"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("They will read it on their receipt. Please write in their language."),
    )

    def __init__(self, *args: Any, grant: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grant = grant

    def clean_note(self) -> str:
        note = storable(self.cleaned_data["note"])
        if faults := rules.faults_of_appeal(self.grant, note):
            raise ValidationError(faults["note"])
        return note
