"""The two languages of the site: what is said in which, and what is not said yet."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext as _, gettext_lazy

from . import detection

CODES: tuple[str, ...] = tuple(code for code, _name in settings.LANGUAGES)
NAMES = {"es": "Español", "en": "English"}
# What people may write in, by the code that marks it: the site's two languages, others of the
# country and its visitors, and whichever is none of these. In the reader's words.
WRITTEN: dict[str, Any] = {
    "es": gettext_lazy("Spanish"),
    "en": gettext_lazy("English"),
    "nah": gettext_lazy("Nahuatl"),
    "yua": gettext_lazy("Maya"),
    "tar": gettext_lazy("Rarámuri"),
    "ntp": gettext_lazy("Northern Tepehuan"),
    "tzh": gettext_lazy("Tseltal"),
    "tzo": gettext_lazy("Tsotsil"),
    "zap": gettext_lazy("Zapotec"),
    "oto": gettext_lazy("Otomi"),
    "fr": gettext_lazy("French"),
    "pt": gettext_lazy("Portuguese"),
    "de": gettext_lazy("German"),
    detection.UNKNOWN: gettext_lazy("another language"),
}


def current() -> str:
    """The reader's language, `es` or `en`."""
    code = (get_language() or settings.LANGUAGE_CODE)[:2]
    return code if code in CODES else settings.LANGUAGE_CODE


def other(code: str) -> str:
    """The other one of the two languages."""
    return "en" if code == "es" else "es"


@dataclass(frozen=True)
class Words:
    """A text as it can be shown to a reader: in `lang`, which is not always the one asked for."""

    text: str
    lang: str
    wanted: str

    @property
    def missing(self) -> bool:
        """The text exists, but not in the reader's language."""
        return bool(self.text) and self.lang != self.wanted

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        return self.text

    def marked(self, html: bool = False) -> SafeString:
        """The text as HTML, in an element with its `lang` where that is not the reader's."""
        text = mark_safe(self.text) if html else self.text
        if not self.missing:
            return format_html("{}", text)
        tag = "div" if html else "span"
        return format_html('<{} lang="{}">{}</{}>', mark_safe(tag), self.lang, text, mark_safe(tag))


def words(instance: Any, field: str, lang: str | None = None) -> Words:
    """The translated `field` of `instance` in `lang` (the reader's), else in the other language."""
    wanted = lang or current()
    for code in (wanted, other(wanted)):
        text = getattr(instance, f"{field}_{code}", "") or ""
        if text:
            return Words(text, code, wanted)
    return Words("", wanted, wanted)


def not_yet_translated(wanted: str) -> str:
    """What a reader of `wanted` is told where only the other language exists."""
    return (
        _("Not yet translated into English")
        if wanted == "en"
        else _("Not yet translated into Spanish")
    )


def detect(text: str, default: str) -> str:
    """The language that `text` is written in, of WRITTEN; `default` where no words tell."""
    return detection.of_any(text, default)


def detect_ours(text: str, default: str) -> str:
    """The one of the site's two languages that `text` is in, or most like."""
    return detection.of_two(text, default)


def nearest(code: str, default: str) -> str:
    """`code` where it is one of the site's two languages, else `default`."""
    return code if code in CODES else default


def in_words(code: str) -> str:
    """The name of the language `code`, in the reader's words, as within a sentence."""
    return str(WRITTEN.get(code, WRITTEN[detection.UNKNOWN]))


def written_choices() -> list[tuple[str, str]]:
    """Every language that a text may be marked with, to choose from."""
    return [(code, capfirst(in_words(code))) for code in WRITTEN]


def language_field(**options: Any) -> forms.ChoiceField:
    """A form's field for the language of a text, with every one that a text may be marked with."""
    return forms.ChoiceField(
        **{
            "label": gettext_lazy("The language it is written in"),
            "choices": written_choices,
            **options,
        }
    )
