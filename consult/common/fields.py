from typing import Any

from django import forms
from django.utils.html import strip_tags
from wagtail.fields import RichTextField


class BlankAwareCharField(forms.CharField):
    def to_python(self, value: Any) -> str:
        value = super().to_python(value) or ""
        has_words = strip_tags(value).replace("\xa0", " ").strip()
        return value if has_words or "<hr" in value else ""


class BilingualRichTextField(RichTextField):
    """Rich text in which an empty editor is empty.

    Draftail posts `<p data-block-key="…"></p>` for a field nobody touched, which would count as a
    translation and pass as filled in.
    """

    def formfield(self, **kwargs: Any) -> forms.Field:
        return super().formfield(**{"form_class": BlankAwareCharField, **kwargs})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "wagtail.fields.RichTextField", args, kwargs
