"""The editor's checks of a draft, and what its questions can be about."""

from datetime import MAXYEAR
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.panels import InlinePanel

from consult.common.forms import PageForm

from .enums import CHOICE_KINDS


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


class DraftForm(PageForm):
    """The editor's checks that span fields."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        for name in ("opens_at", "closes_at"):
            # A date of the last year there is cannot be told in every zone.
            if cleaned.get(name) and cleaned[name].year >= MAXYEAR:
                self.add_error(name, _("This date is too far away."))
                return cleaned
        if closes_at and not closes_at.second:
            # "23:59" typed in the editor means to the end of that minute.
            closes_at = cleaned["closes_at"] = closes_at.replace(second=59)
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", _("The consultation must close after it opens."))
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
