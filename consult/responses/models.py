from functools import cached_property
from itertools import chain
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable

from consult.common.fields import BilingualRichTextField
from consult.common.models import BilingualPage
from consult.themes.models import Theme
from working_groups.models import DraftPage

from .forms import CommentNumbersField, SummaryForm
from .queries import figures_of, public_numbers


class CommentNumbers(models.JSONField):
    """A list of numbers of comments, edited as one types them."""

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(
            self,
            **{
                "form_class": CommentNumbersField,
                # A callable default compares with a hidden copy that the editor does not post:
                # a list that was emptied would count as unchanged.
                "show_hidden_initial": False,
                **kwargs,
            },
        )

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs


class SummaryPage(BilingualPage):
    """What was said on a draft, theme by theme, and what becomes of it; at `…/summary/`."""

    SLUG = "summary"

    body = BilingualRichTextField(_("introduction"), blank=True)
    changes = BilingualRichTextField(_("what changes, and why"), blank=True)

    base_form_class = SummaryForm
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
        return DraftPage.objects.ancestor_of(self).get()

    def fixed_slug(self) -> str:
        return self.SLUG

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.SLUG
        super().save(*args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        figures = figures_of(self.draft)
        summaries = list(self.theme_summaries.all())
        chosen = chain.from_iterable(summary.comment_numbers for summary in summaries)
        public = public_numbers(self.draft, chosen)
        by_theme = [
            {
                "summary": summary,
                "received": figures.themes[summary.theme_id],
                "numbers": [number for number in summary.comment_numbers if number in public],
            }
            for summary in summaries
        ]
        return super().get_context(request, *args, **kwargs) | {
            "draft": self.draft,
            "figures": figures,
            "by_theme": by_theme,
        }


class ThemeSummary(Orderable):
    """What was said on one theme, with the comments it rests on."""

    page = ParentalKey(SummaryPage, on_delete=models.CASCADE, related_name="theme_summaries")
    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, related_name="+", verbose_name=_("theme")
    )
    text = BilingualRichTextField(_("what was said"))
    # Of published comments of this draft, checked by the editor's form.
    comment_numbers = CommentNumbers(
        _("comments it rests on"),
        default=list,
        blank=True,
        help_text=_("Numbers of published comments of this draft, for instance: 12, 45, 103."),
    )

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
