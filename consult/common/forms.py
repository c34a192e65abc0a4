"""What every public form shares: our markup, and nothing lost or changed of what was typed.

And what every page's form in the editor does.
"""

from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm


class SiteRenderer(TemplatesSetting):
    field_template_name = "common/field.html"


class ErrorLink(NamedTuple):
    """A line of the error summary: where to go, and what is wrong there (words, lazy or not)."""

    anchor: str
    label: Any
    message: Any


class Said(NamedTuple):
    """What was filled in of one field, in the reader's words."""

    label: Any
    words: list[Any]


class SiteForm(forms.Form):
    default_renderer = SiteRenderer
    use_required_attribute = False

    def keep_quiet(self) -> None:
        """Show what was typed so far without judging it."""
        self._errors = ErrorDict()

    def error_links(self) -> list[ErrorLink]:
        """Every error of the form with the element to go to; its own errors first."""
        links = [ErrorLink("", "", message) for message in self.non_field_errors()]
        for field in self:
            # A group of radio buttons or check boxes has no element of its own to focus.
            anchor = field.id_for_label or f"{field.auto_id}_0"
            links += [ErrorLink(anchor, str(field.label), message) for message in field.errors]
        return links

    def said(self) -> list[Said]:
        """What was filled in, field by field; choices by their labels. For a form without faults."""
        rows = []
        for field in self:
            value = self.cleaned_data.get(field.name)
            if not value:
                continue
            values = value if isinstance(value, list) else [value]
            labels: dict[Any, Any] = {True: _("yes"), **dict(getattr(field.field, "choices", ()))}
            rows.append(Said(field.label, [labels.get(each, each) for each in values]))
        return rows


class WrittenField(forms.CharField):
    """Text as it was typed: nothing stripped; blanks alone count as empty.

    `max_length` 0 is no limit. The limit is checked here and not by the browser, which would cut a
    pasted text silently.
    """

    def __init__(self, *, max_length: int = 0, rows: int = 0, **kwargs: Any) -> None:
        self.limit = max_length
        if rows:
            kwargs["widget"] = forms.Textarea(attrs={"rows": rows})
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text if text.strip() else ""

    def validate(self, value: str) -> None:
        super().validate(value)
        if self.limit and len(value) > self.limit:
            raise ValidationError(
                _("At most %(limit)d characters fit here; this has %(length)d."),
                params={"limit": self.limit, "length": len(value)},
            )


class EmailField(forms.EmailField):
    """An address in the letters of which every database and mail server has the same opinion.

    PostgreSQL takes a dotless ı for an i where it ignores case: what is sent to one reader must not
    be within reach of whoever owns an address that only looks alike. The domain ignores case.
    """

    def to_python(self, value: Any) -> str:
        address = super().to_python(value) or ""
        if not address.isascii():
            raise ValidationError(
                _(
                    "We can write only to addresses without accents or special letters. Please"
                    " check this one, or give another."
                ),
                code="letters",
            )
        local, at, domain = address.rpartition("@")
        return f"{local}{at}{domain.lower()}"


class FilesInput(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files: a list of uploads. What they may be is for others to say."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [file for file in data or [] if file]


class PageForm(WagtailAdminPageForm):
    """A page in the editor; holds it to the slug that links in print and other pages rely on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slug = self.instance.fixed_slug()
        if slug:
            self.initial["slug"] = slug
            self.fields["slug"].disabled = True
