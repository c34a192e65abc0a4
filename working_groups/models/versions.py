import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from consult.common import languages
from consult.common.append_only import AppendOnly

from ..enums import TranslationStatus
from ..rules import translation_status


class Version(AppendOnly):
    """A draft's wording as it was published once, for ever."""

    draft = models.ForeignKey(
        "working_groups.DraftPage", on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveIntegerField(_("number"))
    # SHA-256, in hexadecimal, of the wording (see wording.wording_digest).
    digest = models.CharField(_("digest"), max_length=64)
    published_at = models.DateTimeField(pgettext_lazy("date", "published"))
    heading = models.CharField(_("heading"), max_length=255)
    change_note = models.TextField(_("change note"), blank=True)

    class Meta:
        ordering = ["draft", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "number"], name="one_version_a_number")
        ]
        verbose_name = _("version")
        verbose_name_plural = _("versions")

    def __str__(self) -> str:
        return f"{languages.words(self, 'heading')} · {self.number}"

    def sections_unlike(self, other: "Version") -> int:
        """How many sections have other words here than in `other`, or are in one of them only."""
        ours, theirs = (
            {s.uid: (s.digest_es, s.digest_en) for s in version.sections.all()}
            for version in (self, other)
        )
        return sum(ours.get(uid) != theirs.get(uid) for uid in ours | theirs)


class Numbered:
    """A section with its `number` (`2.3`), as it stands in a draft or in a version."""

    number: Any

    @property
    def heading_level(self) -> int:
        """Of its heading on a page, from 2; none is skipped where an author skipped a level."""
        return self.number.count(".") + 2


class VersionSection(Numbered, AppendOnly):
    """A section as one version has it; comments stand on this row."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="sections")
    uid = models.UUIDField(default=uuid.uuid4)
    sort_order = models.PositiveIntegerField()
    number = models.CharField(_("number"), max_length=20)
    level = models.PositiveSmallIntegerField(_("level"))
    heading = models.CharField(_("heading"), max_length=255)
    body = models.TextField(_("text"), blank=True)
    # Of the words in each language (see wording.words_digest); empty where there are none.
    digest_es = models.CharField(max_length=64, blank=True)
    digest_en = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["version", "sort_order"]
        constraints = [models.UniqueConstraint(fields=["version", "uid"], name="one_section_a_uid")]
        verbose_name = _("section of a version")
        verbose_name_plural = _("sections of versions")

    def __str__(self) -> str:
        return f"{self.number} {languages.words(self, 'heading')}"

    def translation_status_for(self, code: str) -> TranslationStatus | None:
        """What readers of `code` are told; see DraftPage.current_version, whose sections can tell.

        Nothing of what was written in their language, or has left the draft since.
        """
        source = getattr(self, "written_in", None)
        if source is None or source == code:
            return None
        spanish, english = (
            [bool(getattr(self, f"{name}_{each}")) for name in ("heading", "body")]
            for each in languages.CODES
        )
        return translation_status(
            source,
            complete=spanish == english,
            now={each: getattr(self, f"digest_{each}") for each in languages.CODES},
            reviewed=getattr(self, "reviewed", None) or {},
        )
