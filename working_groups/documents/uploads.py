"""Files that were read and wait for somebody to look them over."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from ..importing import ImportedDraft, import_draft
from ..models import DraftPage, DraftUpload, Section, WorkingGroupPage
from .content import content_of, remarks, slug_of
from .pairing import Pair, paired
from .reading import ReadDocument, ReadSection

KEPT = timedelta(days=1)


class EditedMeanwhile(Exception):
    """Somebody saved the draft since the upload was compared with it; nothing was changed."""


class SavedAlready(Exception):
    """The upload is gone: it was saved, or thrown away as too old."""


class Waiting:
    """An upload with what is in it, and the draft that it is for, as last edited."""

    def __init__(self, upload: DraftUpload) -> None:
        self.upload = upload
        self.documents = {
            code: document(stored) for code, stored in upload.content["documents"].items()
        }
        self.spanish, self.english = self.documents.get("es"), self.documents.get("en")
        # As it is in the table, and as it was last edited.
        self.page = upload.draft
        self.draft: Any = self.page.get_latest_revision_as_object() if self.page else None
        self.sections: list[Section] = self.draft.numbered_sections() if self.draft else []

    @property
    def pairs(self) -> list[Pair]:
        return [Pair(**pair) for pair in self.upload.content["pairs"]]

    @property
    def is_outdated(self) -> bool:
        """Whether the draft was edited since it was compared."""
        return bool(self.page and self.page.latest_revision_id != self.upload.latest_revision)

    def content(self) -> dict[str, Any]:
        """The draft's file that this makes."""
        slug = self.page.slug if self.page else self.free_slug()
        return content_of(self.spanish, self.english, self.pairs, self.draft, slug)

    def free_slug(self) -> str:
        """An address for a new draft that no page of the group has."""
        assert self.spanish
        slug = slug_of(self.spanish)
        taken = set(self.upload.group.get_children().values_list("slug", flat=True))
        number, free = 1, slug
        while free in taken:
            number += 1
            free = f"{slug}-{number}"
        return free

    def remarks(self) -> list[str]:
        """What becomes of sections without another side."""
        return remarks(self.spanish, self.english, self.pairs, self.sections)

    def change(self, pairs: Sequence[Pair]) -> None:
        """Keep `pairs` as they were mended."""
        self.upload.content["pairs"] = [asdict(pair) for pair in pairs]
        DraftUpload.objects.filter(pk=self.upload.pk).update(content=self.upload.content)

    def compare_anew(self) -> None:
        """Take the draft as it is now for what the upload is compared with."""
        assert self.page
        known = {str(section.uid) for section in self.sections}
        self.upload.latest_revision = self.page.latest_revision_id
        for pair in self.upload.content["pairs"]:
            if pair["uid"] not in known:
                pair["uid"] = ""
        DraftUpload.objects.filter(pk=self.upload.pk).update(
            content=self.upload.content, latest_revision=self.upload.latest_revision
        )


def document(stored: dict[str, Any]) -> ReadDocument:
    sections = [ReadSection(**section) for section in stored["sections"]]
    return ReadDocument(**{**stored, "sections": sections})


def keep(
    user: User,
    group: WorkingGroupPage,
    draft: DraftPage | None,
    spanish: ReadDocument | None,
    english: ReadDocument | None,
) -> DraftUpload:
    """Keep what was read for `draft`, or for a new draft of `group`, until `user` has looked it over.

    What nobody came back for in a day is thrown away. Raises ImportRefused where nothing could
    come of it.
    """
    DraftUpload.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    latest: Any = draft.get_latest_revision_as_object() if draft else None
    pairs = paired(spanish, english, latest.numbered_sections() if latest else [])
    content_of(spanish, english, pairs, latest, "")
    files = {"es": spanish, "en": english}
    return DraftUpload.objects.create(
        user=user,
        group=group,
        draft=draft,
        latest_revision=draft.latest_revision_id if draft else None,
        content={
            "documents": {code: asdict(one) for code, one in files.items() if one},
            "pairs": [asdict(pair) for pair in pairs],
        },
        losses=[f"{one.name}: {loss}" for one in files.values() if one for loss in one.losses],
    )


@transaction.atomic
def save(upload: DraftUpload) -> ImportedDraft:
    """Save `upload` as an unpublished revision of its draft, or as a new draft.

    Raises EditedMeanwhile, ImportRefused, or SavedAlready.
    """
    # Sent twice, it is saved once: whoever comes second finds the row gone.
    if not DraftUpload.objects.select_for_update().filter(pk=upload.pk).exists():
        raise SavedAlready
    # Two may save at once: the page's row is the queue.
    WorkingGroupPage.objects.select_for_update().get(pk=upload.group_id)
    if upload.draft_id:
        upload.draft = DraftPage.objects.select_for_update().get(pk=upload.draft_id)
    waiting = Waiting(upload)
    if waiting.is_outdated:
        raise EditedMeanwhile
    done = import_draft(waiting.content(), upload.group.slug, publish=False, by=upload.user)
    upload.delete()
    return done
