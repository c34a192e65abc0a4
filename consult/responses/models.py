from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable

from consult.common.fields import BilingualRichTextField
from consult.common.models import BilingualPage
from consult.themes.models import Theme
from working_groups.models import DraftPage


class SummaryPage(BilingualPage):
    """What was said on a draft, theme by theme, and what becomes of it; at `…/summary/`."""

    body = BilingualRichTextField(_("introduction"), blank=True)
    changes = BilingualRichTextField(_("what changes, and why"), blank=True)

    translated_panels = ["body", "changes"]
    structure_panels: list[Any] = [
        InlinePanel("theme_summaries", label=_("Theme"), heading=_("Theme by theme"))
    ]
    parent_page_types = ["working_groups.DraftPage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    template = "responses/summary.html"

    class Meta:
        verbose_name = _("summary")
        verbose_name_plural = _("summaries")

    @cached_property
    def draft(self) -> DraftPage:
        return DraftPage.objects.get(pk=self.get_parent().pk)


class ThemeSummary(Orderable):
    """What was said on one theme, with the comments it rests on."""

    page = ParentalKey(SummaryPage, on_delete=models.CASCADE, related_name="theme_summaries")
    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, related_name="+", verbose_name=_("theme")
    )
    text = BilingualRichTextField(_("what was said"))
    # Numbers of published comments of this draft, checked by the editor's form.
    comment_numbers = models.JSONField(_("comments it rests on"), default=list, blank=True)

    panels = [
        FieldPanel("theme"),
        FieldPanel("text_es"),
        FieldPanel("text_en"),
        FieldPanel("comment_numbers"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("summary of a theme")
        verbose_name_plural = _("summaries of themes")

    def __str__(self) -> str:
        return str(self.theme)
