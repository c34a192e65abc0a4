from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from consult.common.languages import CODES

from ..enums import DraftLanguage, TranslationStatus
from ..rules import translation_status
from ..wording import words_digest


class Translated(models.Model):
    """A text written in one language and translated into the other, with how far that has got."""

    source_language = models.CharField(
        _("written in"), max_length=2, choices=DraftLanguage, default=DraftLanguage.ES
    )
    # The digests of the words, by language, that somebody found to say the same; none: not reviewed.
    reviewed_words = models.JSONField(default=dict, blank=True, editable=False)

    # The translated fields whose words count: plain ones, and those with markup.
    translated_plain: tuple[str, ...] = ()
    translated_html: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def words_now(self) -> dict[str, str]:
        """The digest of the words in each language."""
        return {
            code: words_digest(
                "\n".join(self._texts(self.translated_plain, code)),
                "\n".join(self._texts(self.translated_html, code)),
            )
            for code in CODES
        }

    def _texts(self, names: tuple[str, ...], code: str) -> list[str]:
        return [getattr(self, f"{name}_{code}") or "" for name in names]

    @property
    def translation_status(self) -> TranslationStatus:
        """How far the translation has got, for the words as they are now."""
        names = self.translated_plain + self.translated_html
        spanish, english = (self._texts(names, code) for code in CODES)
        return translation_status(
            self.source_language,
            complete=all(bool(a) == bool(b) for a, b in zip(spanish, english, strict=True)),
            now=self.words_now(),
            reviewed=self.reviewed_words,
        )

    def translation_status_for(self, code: str) -> TranslationStatus | None:
        """What readers of `code` are told: nothing of what was written in their language."""
        return None if self.source_language == code else self.translation_status

    def mark_translation(self, status: Any) -> None:
        """Note that both languages say the same now (`reviewed`), or that nobody says so (`draft`)."""
        reviewed = status == TranslationStatus.REVIEWED
        self.reviewed_words = self.words_now() if reviewed else {}
