"""The form by which a clerk keys in what came on paper, by telephone, by mail or at an event."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy

from consult.common import languages
from consult.common.forms import SiteForm
from consult.common.templatetags.consult import moment_in_words
from working_groups.models import DraftPage, Version

from . import rules
from .enums import Channel
from .forms import RespondentForm
from .privacy import current_notice
from .submission_form import SubmissionForm

CHANNELS = (Channel.PAPER, Channel.EVENT, Channel.TELEPHONE, Channel.EMAIL)


class BatchForm(SiteForm):
    """Where it comes from: kept from one entry to the next."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How it came"),
        widget=forms.RadioSelect,
        choices=lambda: [(channel.value, capfirst(channel.label)) for channel in CHANNELS],
    )
    event = forms.CharField(label=gettext_lazy("Event"), required=False, max_length=100)
    place = forms.CharField(label=gettext_lazy("Place"), required=False, max_length=90)
    day = forms.DateField(
        label=gettext_lazy("Day on which it was handed in"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    hour = forms.TimeField(
        label=gettext_lazy("Time, if it is known"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the form"),
        widget=forms.RadioSelect,
        choices=[(code, languages.NAMES[code]) for code in languages.CODES],
    )

    def __init__(self, *args: Any, draft: DraftPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draft = draft

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("channel") == Channel.EVENT and not cleaned.get("event", "").strip():
            self.add_error("event", _("Say which event it was."))
        if not self.errors:
            cleaned["received_at"] = self.moment(cleaned)
        return cleaned

    def moment(self, cleaned: dict[str, Any]) -> datetime | None:
        """When it was handed in, which must be while comments were taken."""
        draft = self.draft
        assert draft.opens_at
        now = timezone.now()
        found = rules.handed_in(
            cleaned["day"], cleaned["hour"], draft.opens_at, draft.closes_at, now
        )
        if found is None:
            last = min(draft.closes_at, now) if draft.closes_at else now
            self.add_error(
                "day",
                _(
                    "Comments on this draft were taken from %(first)s to %(last)s: what was handed"
                    " in at another time cannot be received."
                )
                % {"first": moment_in_words(draft.opens_at), "last": moment_in_words(last)},
            )
        return found

    @property
    def named(self) -> str:
        """The event and its place, as they are kept with each entry."""
        names = (self.cleaned_data["event"].strip(), self.cleaned_data["place"].strip())
        return ", ".join(name for name in names if name)

    def kept(self) -> dict[str, str]:
        """What the next entry begins with."""
        return {name: self.data.get(self.add_prefix(name), "") for name in self.fields}


class KeyedRespondentForm(RespondentForm):
    """About who took part, as they said it; and what they agreed to."""

    privacy = forms.BooleanField(
        label=gettext_lazy("They agreed to the privacy notice"),
        help_text=gettext_lazy("Ticked on the form, or said so on the telephone."),
        error_messages={
            "required": gettext_lazy(
                "Without this consent nothing may be kept: do not key it in, and give the form back."
            )
        },
    )
    publication = forms.BooleanField(
        label=gettext_lazy("They agreed to the publication of their comments"),
        error_messages={"required": gettext_lazy("A public consultation publishes its comments.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # There is no machine to trap.
        self.fields.pop("website", None)
        labels = {
            "respondent_kind": _("Who took part"),
            "name": _("Name"),
            "organisation": _("Organisation"),
            "show_name": _("Show the name or the organisation beside the comments"),
            "privacy": _("They agreed to the privacy notice"),
            "publication": _("They agreed to the publication of their comments"),
            "voluntary": _("They want to be written to by e-mail about this consultation"),
        }
        for name, field in self.fields.items():
            field.label = labels.get(name, field.label)
            # The browser would offer the clerk's own name.
            if not isinstance(field.widget, (forms.CheckboxInput, forms.RadioSelect)):
                field.widget.attrs["autocomplete"] = "off"


class EntryForm(SubmissionForm):
    """A submission's form as a clerk fills it in for somebody."""

    kept: dict[str, str] = {}

    @cached_property
    def batch(self) -> BatchForm:
        return BatchForm(self.data, prefix="batch", initial=self.kept, draft=self.draft)

    @cached_property
    def respondent(self) -> RespondentForm:
        return KeyedRespondentForm(self.data, prefix="you")

    def consent(self, moment: datetime) -> dict[str, Any]:
        """Columns of Submission about what was agreed to, when the form was handed in."""
        notice = current_notice()
        return {
            "privacy_notice_version": notice.version if notice else "",
            "privacy_accepted_at": moment,
            "publication_accepted_at": moment,
            "voluntary_accepted_at": moment if self.respondent.cleaned_data["voluntary"] else None,
        }

    @property
    def parts(self) -> list[SiteForm]:
        return [self.batch, *super().parts]


def entry_form(draft: DraftPage, version: Version, kept: dict[str, str]) -> EntryForm:
    """An empty form that begins with what was `kept` of the entry before."""
    form = EntryForm(draft, version)
    form.kept = kept or {"language": languages.current()}
    return form
