"""Files that somebody sent."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consult.common.uploads import LastingStorage
from working_groups.models import Version

from .comments import Comment
from .submissions import Submission


def private_files() -> LastingStorage:
    """Where attachments are: outside of what a web server serves."""
    return LastingStorage(
        location=settings.PRIVATE_ROOT,
        base_url=None,
        file_permissions_mode=0o600,
        directory_permissions_mode=0o700,
    )


def stored_name(instance: Any, filename: str) -> str:
    """A name that tells nothing and cannot be guessed, in one of 256 folders."""
    name = uuid4().hex
    return str(Path(name[:2], name))


class StoredFile(models.Model):
    """A file that somebody sent; its type was told by its content (see attachments)."""

    file = models.FileField(storage=private_files, upload_to=stored_name, max_length=80)
    # Its name as it is offered for downloading; safe, with the ending its content has.
    name = models.CharField(_("name"), max_length=140)
    content_type = models.CharField(max_length=100)
    # In bytes.
    size = models.PositiveBigIntegerField()
    # SHA-256 of its content, in hexadecimal.
    digest = models.CharField(max_length=64)
    stored_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class HeldFile(StoredFile):
    """A file of a form that is not sent yet: it outlives a refusal, and is dropped after a day."""

    # Digest of the form's token, and the block of the form that it belongs to.
    form = models.CharField(max_length=64, db_index=True)
    place = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]


class Attachment(StoredFile):
    """A file sent with a comment; without one, the scan of a form that a clerk keyed in."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="attachments")
    comment = models.ForeignKey(
        Comment, on_delete=models.PROTECT, null=True, related_name="attachments"
    )
    # Taken off by its author in a change: kept, and not shown with the comment any more.
    removed_at = models.DateTimeField(null=True)
    # Kept from the public by a decision.
    withheld = models.BooleanField(default=False)
    # When the file itself was erased.
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def is_public(self) -> bool:
        """Whether everybody may fetch it."""
        there = not (self.withheld or self.removed_at or self.erased_at)
        return there and self.comment is not None and self.comment.is_public()


class ImportUpload(models.Model):
    """A file of submissions that somebody looks over, or that is being taken in bit by bit."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The version that was current when it was checked.
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    # What the check found: counts, and the beginning of the file.
    preview = models.JSONField()
    # How many of the file's submissions there are, and were gone through so far.
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    # Why it stopped, in sentences.
    problems = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.name
