"""The two languages of the site: what is said in which, and what is not said yet."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext as _
from lingua import Language, LanguageDetectorBuilder

CODES: tuple[str, ...] = tuple(code for code, _name in settings.LANGUAGES)
NAMES = {"es": "Español", "en": "English"}


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


# Loading the models of the detector takes a while: at first use, then kept.
_detector = SimpleLazyObject(
    lambda: LanguageDetectorBuilder.from_languages(Language.SPANISH, Language.ENGLISH).build()
)


def detect(text: str, default: str) -> str:
    """The language of `text`, `es` or `en`; `default` where it has no words to tell by."""
    # Without its accents: one "Juárez" in an English sentence would decide for Spanish.
    bare = unicodedata.normalize("NFD", text[:2_000]).encode("ascii", "ignore").decode()
    found = _detector.detect_language_of(bare)
    return found.iso_code_639_1.name.lower() if found else default
