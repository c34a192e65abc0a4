from django.db import models
from django.utils.translation import gettext_lazy as _
from modelsearch import index

from consult.common import languages


class GlossaryTerm(index.Indexed, models.Model):
    """A word that drafts use, with what it means; a help for readers, no part of any wording."""

    term = models.CharField(_("term"), max_length=120)
    # How else it stands in texts: plurals, acronyms; one a line.
    other_forms = models.TextField(
        _("other forms"),
        blank=True,
        max_length=1_000,
        help_text=_("Plurals, acronyms: one a line. They are explained too where they stand."),
    )
    definition = models.TextField(_("definition"), max_length=2_000)

    search_fields = [
        index.SearchField("term_es"),
        index.AutocompleteField("term_es"),
        index.SearchField("term_en"),
        index.AutocompleteField("term_en"),
    ]

    class Meta:
        ordering = ["term_es"]
        verbose_name = _("term of the glossary")
        verbose_name_plural = _("glossary")

    def __str__(self) -> str:
        return languages.words(self, "term").text

    def forms_in(self, code: str) -> list[str]:
        """How the term can stand in texts of the language `code`."""
        forms = [
            getattr(self, f"term_{code}"),
            *(getattr(self, f"other_forms_{code}") or "").split("\n"),
        ]
        return [form.strip() for form in forms if form and form.strip()]
