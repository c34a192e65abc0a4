from django.db import models
from django.utils.translation import gettext_lazy as _

from consult.common import languages


class Theme(models.Model):
    """One entry of the codebook: what a draft, a section or a comment is about."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    vocabulary = models.TextField(
        _("search vocabulary"),
        blank=True,
        help_text=_("Words and phrases that people use for this theme, one a line."),
    )
    core = models.BooleanField(
        _("part of the core issue"),
        default=False,
        help_text=_("Training and specialised job creation in AI."),
    )
    sort_order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["sort_order", "slug"]
        verbose_name = _("theme")
        verbose_name_plural = _("themes")

    def __str__(self) -> str:
        return self.name_words().text or self.slug

    def name_words(self) -> languages.Words:
        """The name in the reader's language, or in the other and marked as such."""
        return languages.words(self, "name")
