from typing import Any

from django import forms
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.url_routing import RouteResult

from consult.common.fields import BilingualRichTextField
from consult.common.models import BilingualPage
from consult.themes.models import Theme

from . import queries

# Pages of text that every page links to, right below the front page.
LINKED_PAGES = {"about", "privacy", "accessibility"}


class HomePage(BilingualPage):
    """The front page: what one can comment on now comes first."""

    body = BilingualRichTextField(_("text"), blank=True)

    translated_panels = ["body"]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1
    template = "pages/home.html"

    class Meta:
        verbose_name = _("front page")

    def fixed_slug(self) -> str:
        return self.slug

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """As Wagtail finds the page, but in two queries however deep it stands.

        The first also brings what the navigation shows, and leaves it on the request.
        """
        if not path_components:
            return super().route(request, path_components)
        addresses = queries.addresses_to(self, path_components)
        pages = queries.around(self, addresses)
        request.pages_around = pages  # type: ignore[attr-defined]
        way = [p for p in pages if p.depth <= self.depth or p.url_path in addresses]
        restricted = any(each.restricted for each in way)
        # The deepest; what is left of the address is for that page to read.
        page = way.pop().specific
        if page.depth <= self.depth:
            raise Http404
        page.way, page.restricted = way, restricted
        return page.route(request, path_components[page.depth - self.depth :])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return context | {"drafts": queries.front_page_drafts(), "themes": Theme.objects.all()}


class PlainPage(BilingualPage):
    """A page of text: privacy, accessibility, about."""

    body = BilingualRichTextField(_("text"), blank=True)

    translated_panels = ["body"]
    parent_page_types = ["pages.HomePage", "pages.PlainPage"]
    subpage_types = ["pages.PlainPage"]
    template = "pages/plain.html"

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")

    def fixed_slug(self) -> str:
        linked = self.pk and self.slug in LINKED_PAGES
        return self.slug if linked and self.get_parent().specific_class is HomePage else ""


class EvidenceIndexPage(BilingualPage):
    """All evidence, at `/evidence/`."""

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.EvidencePage"]
    max_count = 1
    template = "pages/evidence_index.html"

    class Meta:
        verbose_name = _("list of evidence")

    def fixed_slug(self) -> str:
        return "evidence"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        pages = EvidencePage.objects.child_of(self).live().public().prefetch_related("themes")
        return super().get_context(request, *args, **kwargs) | {"evidence": pages}


class EvidencePage(BilingualPage):
    """A fact, a case or a report that drafts refer to, with its source."""

    body = BilingualRichTextField(_("text"), blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)
    source_url = models.URLField(_("address of the source"), blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    themes = ParentalManyToManyField(
        Theme, verbose_name=_("themes"), blank=True, related_name="evidence"
    )

    translated_panels = ["body", "source"]
    structure_panels = [
        FieldPanel("source_url"),
        FieldPanel("year"),
        FieldPanel("themes", widget=forms.CheckboxSelectMultiple),
    ]
    parent_page_types = ["pages.EvidenceIndexPage"]
    subpage_types: list[str] = []
    template = "pages/evidence.html"

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")


class ThemeIndexPage(RoutablePageMixin, BilingualPage):
    """The codebook at `/themes/`, and a page for each theme."""

    parent_page_types = ["pages.HomePage"]
    subpage_types: list[str] = []
    max_count = 1
    template = "pages/theme_index.html"

    class Meta:
        verbose_name = _("list of themes")

    def fixed_slug(self) -> str:
        return "themes"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | {"themes": Theme.objects.all()}

    @path("<slug:slug>/", name="theme")
    def theme(self, request: HttpRequest, slug: str) -> HttpResponse:
        theme = get_object_or_404(Theme, slug=slug)
        evidence = EvidencePage.objects.live().public().filter(themes=theme)
        return self.render(
            request,
            context_overrides=queries.theme_page(theme) | {"evidence": evidence},
            template="pages/theme.html",
        )
