import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet

from consult.common import languages
from consult.common.fields import BilingualRichTextField
from consult.common.models import BilingualPage
from consult.themes.models import Theme

from .. import reading
from ..enums import DraftLanguage, ModerationPolicy, Phase, QuestionKind, TranslationStatus
from ..forms import DraftForm, QuestionsPanel, WindowPanel
from ..panels import SectionsPanel, TranslationPanel
from ..rules import phase_of
from ..wording import numbered, wording
from .glossary import GlossaryTerm
from .groups import WorkingGroupPage
from .translated import Translated
from .versions import Numbered, Version, VersionSection
from .windows import ConsultationWindow


class DraftQuerySet(PageQuerySet):
    def with_standing(self) -> "DraftQuerySet":
        """With what the phase needs, so that a list of drafts costs no query a draft."""
        return self.annotate(
            has_version=Exists(Version.objects.filter(draft=OuterRef("pk"))),
            responded=Exists(
                Page.objects.filter(
                    live=True, depth=OuterRef("depth") + 1, path__startswith=OuterRef("path")
                )
            ),
        )


class DraftPage(Translated, BilingualPage):
    """A draft: its sections and questions as they stand in the editor.

    What the public reads and comments on is the current `Version`, cut when this is published.
    """

    legal_note = BilingualRichTextField(_("legal standing"), blank=True)
    change_note = models.TextField(
        _("change note"),
        blank=True,
        help_text=_("What changes with the next version, for the public."),
    )
    themes = ParentalManyToManyField(
        Theme, verbose_name=_("themes"), blank=True, related_name="drafts"
    )
    prevailing_language = models.CharField(
        _("language that prevails"),
        max_length=2,
        choices=DraftLanguage,
        default=DraftLanguage.ES,
    )
    opens_at = models.DateTimeField(_("opens for comments"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes for comments"), null=True, blank=True)
    moderation = models.CharField(
        _("comments are moderated"),
        max_length=6,
        choices=ModerationPolicy,
        default=ModerationPolicy.BEFORE,
    )

    objects = PageManager.from_queryset(DraftQuerySet)()

    translated_plain = ("heading", "summary")
    translated_html = ("legal_note",)
    base_form_class = DraftForm
    translated_panels = ["legal_note", "change_note"]
    structure_panels = [
        SectionsPanel("sections", label=_("Section"), heading=_("Sections")),
        QuestionsPanel("questions", label=_("Question"), heading=_("Questions")),
    ]
    settings_panels = [
        MultiFieldPanel(
            [
                WindowPanel(),
                FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
                FieldPanel("moderation"),
                FieldPanel("prevailing_language"),
                FieldPanel("themes", widget=forms.CheckboxSelectMultiple),
            ],
            heading=_("Consultation"),
        ),
        TranslationPanel(
            [FieldPanel("source_language"), FieldPanel("mark_translation")],
            heading=_("Translation"),
        ),
        *Page.settings_panels,
    ]
    parent_page_types = ["working_groups.WorkingGroupPage"]
    subpage_types = ["responses.SummaryPage"]
    template = "working_groups/draft.html"

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")

    @cached_property
    def group(self) -> WorkingGroupPage:
        return WorkingGroupPage.objects.get(path=self.path[: -self.steplen])

    @property
    def group_slug(self) -> str:
        """The slug of its group, as its address has it: without a query."""
        return self.url_path.strip("/").split("/")[-2]

    @cached_property
    def current_version(self) -> Version | None:
        """The latest version in two queries; None before the first.

        With its sections, and how each was `written_in` and `reviewed`, as last published; and
        whether the draft's closing time was `moved` after it had opened.
        """
        if self.pk is None:
            return None  # a preview, before it is saved
        edited = Section.objects.order_by().filter(page=self, uid=OuterRef("uid"))
        sections = VersionSection.objects.annotate(
            written_in=Subquery(edited.values("source_language")[:1]),
            reviewed=Subquery(edited.values("reviewed_words")[:1]),
        )
        changes = ConsultationWindow.objects.order_by().filter(draft=OuterRef("draft"))
        versions = self.versions.annotate(moved=Exists(changes.filter(change__gt="")))
        return versions.order_by("-number").prefetch_related(Prefetch("sections", sections)).first()

    def phase(self, now: datetime | None = None) -> Phase:
        """Where the draft stands at `now`; free of queries on rows from `with_standing`."""
        has_version = getattr(self, "has_version", None)
        responded = getattr(self, "responded", None)
        return phase_of(
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            has_version=bool(self.current_version) if has_version is None else has_version,
            responded=(
                bool(self.numchild) and self.get_children().live().exists()
                if responded is None
                else responded
            ),
            now=now or timezone.now(),
        )

    @classmethod
    def from_serializable_data(cls, data: dict[str, Any], **options: Any) -> "DraftPage | None":
        """As it was saved in a revision; does not ask for page and themes once for each section."""
        rows = data.get("sections", [])
        bare = [
            {name: value for name, value in row.items() if name not in ("page", "themes")}
            for row in rows
        ]
        draft = super().from_serializable_data(data | {"sections": bare}, **options)
        if draft:
            themes = Theme.objects.in_bulk({pk for row in rows for pk in row.get("themes", [])})
            chosen = {row["uid"]: row.get("themes", []) for row in rows}
            for section in draft.sections.all():
                section.themes = [themes[pk] for pk in chosen[str(section.uid)] if pk in themes]
        return draft

    def numbered_sections(self) -> list["Section"]:
        """The sections as they stand on this object, each with its `number`."""
        return numbered(list(self.sections.all()))

    def fixed_slug(self) -> str:
        """Links in print lead to what was published once, and to every version of it."""
        return self.slug if self.pk and self.versions.exists() else ""

    def new_notes(self, notes: Mapping[str, str]) -> dict[str, str]:
        """Those of `notes`, by column, that were not published with the last version that had one.

        They were about that version: they only still stand in the editor.
        """
        new = {}
        for column, note in notes.items():
            published = self.versions.filter(**{f"{column}__gt": ""}).order_by("-number")
            last = published.values_list(column, flat=True).first()
            new[column] = "" if note == last else note or ""
        return new

    def notes_wanted(self, sections: Iterable["Section"], notes: Mapping[str, str]) -> list[str]:
        """The columns of `notes` that publishing `sections`, numbered, still needs filled in.

        Who commented on a version is told what the next one changes.
        """
        version = self.current_version if self.pk else None
        if version is None or not self.versions.filter(comments__isnull=False).exists():
            return []
        if wording(version.sections.all()) == wording(sections):
            return []
        return [column for column, note in self.new_notes(notes).items() if not note]

    def themes_by_section(self) -> dict[uuid.UUID | None, list[Theme]]:
        """The themes of each section, by its uid, and under None the draft's own; in one query."""
        themes = Theme.objects.order_by()
        nowhere = models.Value(None, output_field=models.UUIDField())
        own = themes.filter(drafts=self).annotate(uid=nowhere)
        of_sections = themes.filter(sections__page=self).annotate(uid=models.F("sections__uid"))
        found: dict[uuid.UUID | None, list[Theme]] = {}
        for theme in own.union(of_sections, all=True).order_by("sort_order", "slug"):
            found.setdefault(theme.uid, []).append(theme)
        return found

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        code = languages.current()
        version: Version | None = None
        if getattr(request, "is_preview", False):
            sections: list[Any] = self.numbered_sections()
            texts = reading.preview(sections, GlossaryTerm.objects.all(), code)
            themes = {section.uid: list(section.themes.all()) for section in sections}
            themes[None] = list(self.themes.all())
            questions = self.questions.all()
        else:
            version = self.current_version
            sections = list(version.sections.all()) if version else []
            texts = reading.read_version(version, GlossaryTerm.objects, code) if version else []
            themes = self.themes_by_section()
            questions = Question.objects.filter(page=self).prefetch_related("options")
        for section, text in zip(sections, texts, strict=True):
            section.shown = text
            section.theme_list = themes.get(section.uid, [])
            # Who reads it as it was written need not know how far its translation has got.
            section.translated = section.translation_status_for(code)
        nowhere_reviewed = bool(sections) and all(
            section.translated == TranslationStatus.DRAFT for section in sections
        )
        if nowhere_reviewed:
            # Said once, and not at every section.
            for section in sections:
                section.translated = None
        by_uid = {section.uid: section for section in sections}
        for question in questions:
            question.section = by_uid.get(question.section_uid)
        summary = self.get_children().live().first() if self.numchild else None
        # What the phase would otherwise ask the database for once more.
        self.responded = summary is not None
        return context | {
            "summary": summary,
            "version": version,
            "sections": sections,
            "themes": themes.get(None, []),
            "questions": questions,
            "nowhere_reviewed": nowhere_reviewed,
            "translated": self.translation_status_for(code),
            "phase": self.phase(),
        }


class Section(Numbered, Translated, ClusterableModel, Orderable):
    """A numbered piece of a draft; `uid` stays the same through every edit and version."""

    page = ParentalKey(DraftPage, on_delete=models.CASCADE, related_name="sections")
    uid = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    # The importer's own stable name; empty for sections written in the editor.
    key = models.CharField(max_length=80, blank=True, editable=False)
    level = models.PositiveSmallIntegerField(
        _("level"), choices=[(1, "1"), (2, "1.1"), (3, "1.1.1")], default=1
    )
    heading = models.CharField(_("heading"), max_length=255)
    body = BilingualRichTextField(_("text"), blank=True, editor="section")
    themes = ParentalManyToManyField(
        Theme, verbose_name=_("themes"), blank=True, related_name="sections"
    )

    translated_plain = ("heading",)
    translated_html = ("body",)
    # In no order that shows: working_groups/panels/section.html has them.
    panels = [
        FieldPanel("level"),
        FieldPanel("heading_es"),
        FieldPanel("body_es"),
        FieldPanel("heading_en"),
        FieldPanel("body_en"),
        FieldPanel("source_language"),
        FieldPanel("mark_translation"),
        FieldPanel("themes"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def __str__(self) -> str:
        return languages.words(self, "heading").text


class Question(ClusterableModel, Orderable):
    """A question that the draft asks; answers point at its `uid`."""

    page = ParentalKey(DraftPage, on_delete=models.CASCADE, related_name="questions")
    uid = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    key = models.CharField(max_length=80, blank=True, editable=False)
    # The section it is about, by its uid; empty: the draft as a whole.
    section_uid = models.UUIDField(
        _("section"),
        null=True,
        blank=True,
        help_text=_("A new section can be chosen once the draft has been saved."),
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=QuestionKind, default=QuestionKind.AGREEMENT
    )
    prompt = models.TextField(_("question"), max_length=1_000)
    help = models.TextField(_("help"), blank=True, max_length=1_000)
    required = models.BooleanField(_("must be answered"), default=False)

    panels = [
        FieldPanel("section_uid", widget=forms.Select),
        FieldPanel("kind"),
        FieldPanel("prompt_es"),
        FieldPanel("prompt_en"),
        FieldPanel("help_es"),
        FieldPanel("help_en"),
        FieldPanel("required"),
        InlinePanel(
            "options",
            [FieldPanel("label_es"), FieldPanel("label_en")],
            label=_("Option"),
            heading=_("Options (for “one of several” and “any of several”)"),
        ),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return languages.words(self, "prompt").text


def option_key() -> str:
    return uuid.uuid4().hex[:8]


class QuestionOption(Orderable):
    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="options")
    # What answers store: it outlives a rewording.
    key = models.CharField(max_length=80, default=option_key, editable=False)
    label = models.CharField(_("option"), max_length=255)

    class Meta(Orderable.Meta):
        verbose_name = _("option")
        verbose_name_plural = _("options")

    def __str__(self) -> str:
        return languages.words(self, "label").text
