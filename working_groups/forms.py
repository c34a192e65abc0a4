"""The editor's checks of a draft, and what its questions can be about."""

from datetime import MAXYEAR
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.panels import HelpPanel, InlinePanel

from consult.common.forms import PageForm

from .enums import CHANGE_NOTES, CHOICE_KINDS
from .rules import end_of_minute, phase_of
from .section_forms import TranslationForm
from .wording import lost_references, numbered


class QuestionFormSet(BaseChildFormSet):
    """Offers each question the sections that its draft has been saved with."""

    @cached_property
    def sections(self) -> list[tuple[str, Any]]:
        return [
            ("", _("The draft as a whole")),
            *(
                (str(section.uid), f"{section.number} {section}")
                for section in self.instance.numbered_sections()
            ),
        ]

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["section_uid"].widget.choices = self.sections


class QuestionsPanel(InlinePanel):
    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        options["formsets"][self.relation_name]["formset"] = QuestionFormSet
        return options


class WindowPanel(HelpPanel):
    """Says what the dates saved so far make of the draft, before they are published."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["template"] = "working_groups/admin/window_panel.html"
        super().__init__(**kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            page = self.instance
            phase = phase_of(
                opens_at=page.opens_at,
                closes_at=page.closes_at,
                has_version=True,
                responded=bool(page.pk) and page.get_children().live().exists(),
                now=timezone.now(),
            )
            context = super().get_context_data(parent_context)
            return context | {"page": page, "phase": phase, "opened": self.form.opened}


class DraftForm(TranslationForm, PageForm):
    """The editor's checks that span fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = _("In the zone %(zone)s; the whole minute still counts.")
        self.fields["closes_at"].help_text = zone % {"zone": settings.TIME_ZONE}
        # Once the consultation has opened, its dates are moved where the reason is given; that it was
        # unpublished meanwhile opens no way round.
        window = self.instance.windows.order_by("pk").last() if self.instance.pk else None
        self.opened = bool(window and window.opens_at and window.opens_at <= timezone.now())
        for name in ("opens_at", "closes_at") if self.opened else ():
            self.initial[name] = getattr(window, name)
            self.fields[name].disabled = True
            self.fields[name].help_text = _(
                "It has opened: its closing time is changed in this page's menu, with “Extend the"
                " consultation” or “Close the consultation early”."
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        for name in ("opens_at", "closes_at"):
            # A date of the last year there is cannot be told in every zone.
            if cleaned.get(name) and cleaned[name].year >= MAXYEAR:
                self.add_error(name, _("This date is too far away."))
                return cleaned
        if closes_at and not self.opened:
            closes_at = cleaned["closes_at"] = end_of_minute(closes_at)
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", _("The consultation must close after it opens."))
        if not self.is_deferred_validation:
            self.check_wording(cleaned)
        for question in self.formsets["questions"].forms:
            # Wagtail asks the forms of the questions after this one; asking is what cleans them.
            question.is_valid()
            asked = question.cleaned_data
            options = question.formsets["options"].forms
            if (
                asked.get("kind") in CHOICE_KINDS
                and not asked.get("DELETE")
                and all(option.cleaned_data.get("DELETE") for option in options)
            ):
                question.add_error(
                    "kind", _("Add the options: there is nothing to choose from yet.")
                )
        return cleaned

    def check_wording(self, cleaned: dict[str, Any]) -> None:
        """What has to be right before a wording is published for ever."""
        formset = self.formsets["sections"]
        # Wagtail asks the forms of the sections after this one; asking is what gives them the texts.
        if not formset.is_valid():
            return
        sections = numbered([form.instance for form in formset.ordered_forms])
        for form, names in zip(formset.ordered_forms, lost_references(sections), strict=True):
            for name in names:
                form.add_error(
                    name, _("This refers to a section that is not in the draft any more.")
                )
        for column in self.instance.notes_wanted(
            sections, {name: cleaned.get(name) or "" for name in CHANGE_NOTES}
        ):
            self.add_error(
                column,
                _("Say what changes with this version: people have commented on the one before."),
            )
