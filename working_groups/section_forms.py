"""How texts in two languages are filled in: the same for a draft itself and for each section."""

import uuid
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms import WagtailAdminModelForm

from consult.common.markup import canonical
from consult.themes.models import Theme

from .enums import TranslationStatus


def untouched(before: str, after: str, converter: Any) -> str:
    """`after`, or `before` where the two differ by nothing but what the editor cannot hold."""
    if before == after or canonical(before) == canonical(after):
        return after
    by_itself = converter.to_database_format(converter.from_database_format(before))
    return before if canonical(by_itself) == canonical(after) else after


class TranslationForm(WagtailAdminModelForm):
    """Texts with their translation: somebody says how far it has got, for the texts sent along."""

    mark_translation = forms.ChoiceField(
        label=_("Translation"),
        required=False,
        choices=[
            ("", _("leave as it is")),
            (TranslationStatus.REVIEWED, _("reviewed: both say the same now")),
            (TranslationStatus.DRAFT, pgettext_lazy("of a translation", "not reviewed")),
        ],
    )

    def _clean_fields(self) -> None:
        super()._clean_fields()
        for name, field in self.fields.items():
            converter = getattr(field.widget, "converter", None)
            if converter and name in self.cleaned_data:
                before, after = self.initial.get(name) or "", self.cleaned_data[name]
                self.cleaned_data[name] = untouched(before, after, converter)

    def _post_clean(self) -> None:
        super()._post_clean()
        # The instance has its new texts by now: those are what was reviewed.
        if status := self.cleaned_data.get("mark_translation"):
            self.instance.mark_translation(status)

    def get_field_updates_for_resave(self) -> list[tuple[str, str]]:
        """As Wagtail's, with what the open page says of the translation after it was saved."""
        updates = super().get_field_updates_for_resave()
        marked = self.add_prefix("mark_translation")
        if self.data.get(marked):
            # What was said of these texts is not said of the next ones.
            updates.append((marked, ""))
        updates.append(
            (self.add_prefix("translation_status"), str(self.instance.translation_status))
        )
        return updates


class ThemesField(forms.MultipleChoiceField):
    """Themes among those that a formset reads once for all of its forms."""

    widget = forms.MultipleHiddenInput
    themes: dict[str, Theme] = {}

    def prepare_value(self, value: Iterable[Any] | None) -> list[Any]:
        return [theme.pk if isinstance(theme, Theme) else theme for theme in value or []]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def valid_value(self, value: Any) -> bool:
        return str(value) in self.themes

    def clean(self, value: Any) -> list[Theme]:
        return [self.themes[pk] for pk in super().clean(value)]


class SectionForm(TranslationForm):
    themes = ThemesField(label=_("themes"), required=False)
    # A section that only a revision holds yet is known by nothing else from one saving to the next.
    uid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def _post_clean(self) -> None:
        if not self.instance.pk and self.cleaned_data.get("uid"):
            self.instance.uid = self.cleaned_data["uid"]
        super()._post_clean()

    def get_field_updates_for_resave(self) -> list[tuple[str, str]]:
        updates = super().get_field_updates_for_resave()
        if not self.data.get(self.add_prefix("uid")):
            updates.append((self.add_prefix("uid"), str(self.instance.uid)))
        return updates


class SectionFormSet(BaseChildFormSet):
    """A draft's sections; asks the database as often for two hundred as for one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        prefetch_related_objects([row for row in self.get_queryset() if row.pk], "themes")

    @cached_property
    def themes(self) -> dict[str, Theme]:
        return {str(theme.pk): theme for theme in Theme.objects.order_by("sort_order", "slug")}

    def _get_to_python(self, field: Any) -> Callable[[str], int | None]:
        # What is no number is no section of this draft; Wagtail's would fail.
        return lambda value: int(value) if value.isdecimal() else None

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        themes: Any = form.fields["themes"]
        themes.themes = self.themes
        # Which section it is has been found out already, among those of this draft.
        form.fields["id"] = forms.IntegerField(
            required=False, initial=form.instance.pk, widget=forms.HiddenInput
        )
        if index is not None and index < self.initial_form_count():
            form.fields["uid"].initial = form.instance.uid

    def clean(self) -> None:
        super().clean()
        taken = {section.uid for section in self.get_queryset() if section.pk}
        for form in self.forms:
            if not form.instance.pk:
                if form.instance.uid in taken:
                    form.instance.uid = uuid.uuid4()
                taken.add(form.instance.uid)
