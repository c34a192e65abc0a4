"""The editor's checks of a summary."""

import re
from itertools import chain
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consult.common.forms import PageForm

from .queries import public_numbers

# As many digits as every database can look up.
NUMBER = re.compile(r"[0-9]{1,18}")


class CommentNumbersField(forms.Field):
    """Numbers of comments as one types them, "12, 45, 103"; a list of int, each once, in order."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[int]:
        if isinstance(value, list):
            return value
        words = re.split(r"[\s,;]+", value or "")
        nonsense = [word for word in words if word and not NUMBER.fullmatch(word)]
        if nonsense:
            raise ValidationError(
                _("These are not numbers of comments: %(words)s."),
                params={"words": ", ".join(nonsense)},
            )
        return list(dict.fromkeys(int(word) for word in words if word))


class SummaryForm(PageForm):
    """Holds each theme to comments that the public can read."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        typed: list[tuple[forms.ModelForm, list[int]]] = []
        for form in self.formsets["theme_summaries"].forms:
            # Wagtail asks the forms of the themes after this one; asking is what cleans them.
            form.is_valid()
            typed.append((form, form.cleaned_data.get("comment_numbers", [])))
        public = public_numbers(self.parent_page, chain.from_iterable(row[1] for row in typed))
        for form, numbers in typed:
            unknown = [number for number in numbers if number not in public]
            if unknown:
                # One answer for all: whether another draft's comment exists is not ours to tell.
                form.add_error(
                    "comment_numbers",
                    ValidationError(
                        _("These are not published comments of this draft: %(numbers)s."),
                        params={"numbers": ", ".join(map(str, unknown))},
                    ),
                )
        return cleaned
