"""The panel of a draft's sections in Wagtail's editor: one row for each, opened one by one."""

from collections.abc import Iterator
from typing import Any

from django.forms import Media
from wagtail.admin.panels import FieldRowPanel, InlinePanel
from wagtail.admin.panels.base import get_form_for_model
from wagtail.admin.staticfiles import versioned_static

from .enums import TranslationStatus
from .rules import section_numbers
from .section_forms import SectionForm, SectionFormSet

# So many sections stand open when the editor does; of more, none but those with an error.
OPEN_AT_MOST = 5
SCRIPTS = ("section_rows", "editor")
STYLES = ("editor", "section_fields")


class Row:
    """A section as the panel draws it: closed, its values wait in hidden fields (see editor.js)."""

    # In the order of working_groups/panels/section_fields.html: opening a section changes nothing.
    FIELDS = (
        *("heading_es", "body_es", "heading_en", "body_en"),
        *("level", "source_language", "mark_translation", "themes"),
    )

    def __init__(self, form: SectionForm, is_closed: bool = False) -> None:
        self.form = form
        self.is_closed = is_closed
        self.status = form.instance.translation_status

    @property
    def waiting(self) -> Iterator[tuple[str, str, Any]]:
        """Name, id and value of each field that waits."""
        for name in self.FIELDS:
            field = self.form[name]
            value = field.field.widget.format_value(field.value())
            for each in value if isinstance(value, list) else [value]:
                yield field.html_name, field.auto_id, "" if each is None else each

    @property
    def kept(self) -> Iterator[tuple[str, str, Any]]:
        """The same of what is in the form whether the section is open or closed."""
        for name in ("id", "uid", "ORDER", "DELETE"):
            field = self.form[name]
            yield field.html_name, field.auto_id, field.value() or ""


class SectionsPanel(InlinePanel):
    """Wagtail's rows of children, drawn lean enough for hundreds."""

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        formset = options["formsets"][self.relation_name]
        formset["formset"] = SectionFormSet
        formset["form"] = get_form_for_model(
            self.db_field.related_model,
            form_class=SectionForm,
            defer_required_on_fields=formset["form"]._meta.defer_required_on_fields,
        )
        return options

    class BoundPanel(InlinePanel.BoundPanel):
        template_name = "working_groups/panels/sections.html"

        @property
        def media(self) -> Media:
            return Media(
                js=[versioned_static(f"working_groups/{name}.js") for name in SCRIPTS],
                css={"all": [versioned_static(f"working_groups/{name}.css") for name in STYLES]},
            )

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            forms = [child.form for child in self.children]
            if self.formset.is_bound:
                # As they were ordered in the browser, also where something else is wrong.
                forms.sort(key=lambda form: form.cleaned_data.get("ORDER") or len(forms))
            kept = [form for form in forms if not form["DELETE"].value()]
            numbers = section_numbers(form.instance.level or 1 for form in kept)
            for form, number in zip(kept, numbers, strict=True):
                form.number = number
            many = len(forms) > OPEN_AT_MOST
            return context | {
                "rows": [Row(form, is_closed=many and not form.errors) for form in forms],
                "empty": Row(self.empty_child.form),
                "themes": self.formset.themes.values(),
                "statuses": TranslationStatus,
                "start_with": self.empty_child.form.fields["body_es"].widget.start_with,
            }


class TranslationPanel(FieldRowPanel):
    """The language a draft's own texts are written in, and how far their translation has got."""

    class BoundPanel(FieldRowPanel.BoundPanel):
        template_name = "working_groups/panels/translation.html"
