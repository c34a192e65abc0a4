"""The ground floor's tables and the base of every page."""

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from modelsearch import index
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface, TitleFieldPanel
from wagtail.models import Page, PageViewRestriction, Revision

from . import languages
from .forms import PageForm


class BilingualPage(Page):
    """A page with both languages in its own columns, one address slug, one revision history.

    Wagtail's own `title` cannot be translated on a subclass; it mirrors `heading_es` and is not
    shown in the editor. Subclasses register their translated fields in `translation.py` and name
    their panels per language.
    """

    heading = models.CharField(_("heading"), max_length=255)
    summary = models.TextField(pgettext_lazy("of a page", "summary"), blank=True, max_length=1_000)

    # Names of translated fields, after heading and summary, in the editor's order.
    translated_panels: list[str] = []
    structure_panels: list[Any] = []
    base_form_class = PageForm
    preview_modes = [("es", "Español"), ("en", "English")]
    search_fields = [
        *Page.search_fields,
        index.SearchField("heading_en"),
        index.AutocompleteField("heading_en"),
    ]

    # The pages above this one, where finding it has brought them along, and whether any of them, or
    # this one, is not for everybody.
    way: list[Page] | None = None
    restricted = True

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.edit_handler = cls.build_edit_handler()

    @classmethod
    def build_edit_handler(cls) -> TabbedInterface:
        """Tabs: one a language, the structure both share, settings."""
        tabs = [
            ObjectList(
                [
                    (TitleFieldPanel if (name, code) == ("heading", "es") else FieldPanel)(
                        f"{name}_{code}"
                    )
                    for name in ("heading", "summary", *cls.translated_panels)
                ],
                heading=languages.NAMES[code],
            )
            for code in languages.CODES
        ]
        if cls.structure_panels:
            tabs.append(ObjectList(cls.structure_panels, heading=_("Structure")))
        settings_panels = [FieldPanel("slug"), FieldPanel("show_in_menus"), *cls.settings_panels]
        tabs.append(ObjectList(settings_panels, heading=_("Settings")))
        return TabbedInterface(tabs, base_form_class=cls.base_form_class)

    def fixed_slug(self) -> str:
        """The slug that this page has to have; empty where staff may choose it."""
        return ""

    def mirror_heading(self) -> None:
        """Give Wagtail's own screens, which show `title`, the Spanish heading."""
        if self.heading_es:
            self.title = self.heading_es

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self.mirror_heading()
        super().full_clean(*args, **kwargs)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.mirror_heading()
        # Unsuffixed columns take the language of whoever saves; ours are always Spanish.
        with translation.override("es"):
            super().save(*args, **kwargs)

    def save_revision(self, *args: Any, **kwargs: Any) -> Revision:
        self.mirror_heading()
        with translation.override("es"):
            return super().save_revision(*args, **kwargs)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        if mode_name in languages.CODES:
            translation.activate(mode_name)
            request.LANGUAGE_CODE = mode_name
        return super().serve_preview(request, mode_name)

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """As Wagtail's, but without asking for the pages above once more.

        An alias has the restrictions of what it is an alias of: that is left to Wagtail.
        """
        if self.way is None or any(page.alias_of_id for page in [*self.way, self]):
            return super().get_view_restrictions()
        if not self.restricted:
            return PageViewRestriction.objects.none()
        return PageViewRestriction.objects.filter(page__in=[*self.way, self])

    def heading_words(self) -> languages.Words:
        """The heading in the reader's language, or in the other and marked as such."""
        return languages.words(self, "heading")


class TokenBucket(models.Model):
    """How much one sender may still send; see `limits`."""

    key = models.CharField(max_length=64, primary_key=True)
    tokens = models.FloatField()
    updated_at = models.DateTimeField()


class ChoreRun(models.Model):
    """When a chore of the day was last done to its end, and when the worker was last seen."""

    name = models.CharField(max_length=200, primary_key=True)
    ran_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
