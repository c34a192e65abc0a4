"""Files of forms that are not sent yet: kept at the first try, so that no refusal loses them."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from .attachments import check, safe_name
from .models import Attachment, HeldFile, private_files

# From the last change of a form nobody sent, to the day its files are dropped.
KEPT = timedelta(days=1)


def form_digest(token: str) -> str:
    """What a form's files are kept under: who reads the table cannot claim them."""
    return hashlib.sha256(token.encode()).hexdigest()


def raw_digest(file: UploadedFile) -> str:
    """The digest of what was uploaded, as it came."""
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def hold(token: str, place: int, file: UploadedFile) -> HeldFile:
    """Keep `file` for the block `place` of the form with `token`; the same one twice is kept once.

    Raises ValidationError where it is none of the kinds that are taken, or where all that forms hold
    leaves no room for it.
    """
    if not _fits(file):
        raise ValidationError(
            _(
                "“%(name)s” was not taken: too many files are waiting here to be sent at the moment."
                " Please attach it later, or send your comment without it."
            ),
            params={"name": safe_name(file.name or "", "")},
        )
    file.seek(0)
    checked = check(file, file.name or "")
    form = form_digest(token)
    there = HeldFile.objects.filter(
        form=form, place=place, digest=checked.digest, name=checked.name
    )
    held = there.first()
    if held is None:
        held = HeldFile(
            form=form,
            place=place,
            name=checked.name,
            content_type=checked.kind,
            size=checked.size,
            digest=checked.digest,
            stored_at=timezone.now(),
        )
        held.file.save(checked.name, ContentFile(checked.content), save=False)
        held.save()
    return held


def _fits(file: UploadedFile) -> bool:
    """Whether there is room for `file`: what nobody sends may not fill the disk within its day."""
    limit = settings.HELD_MAX_BYTES
    if not limit:
        return True
    held = HeldFile.objects.aggregate(total=Sum("size"))["total"] or 0
    return held + (file.size or 0) <= limit


def held_for(token: str, place: int, numbers: Iterable[str]) -> list[HeldFile]:
    """Those of the files `numbers`, as a form names them, that are kept for its block `place`."""
    known = {int(number) for number in numbers if number.isascii() and number.isdigit()}
    known = {number for number in known if number < 2**63}
    if not known:
        return []
    held = HeldFile.objects.filter(form=form_digest(token), place=place, pk__in=known)
    return list(held.order_by("pk"))


def hand_over(files: Iterable[HeldFile], token: str) -> None:
    """Keep `files` for the form with `token` from now on."""
    numbers = [file.pk for file in files]
    HeldFile.objects.filter(pk__in=numbers).update(form=form_digest(token))


def let_go(files: Iterable[HeldFile]) -> int:
    """Drop `files`; return how many there were."""
    with transaction.atomic():
        # Locked, and only those that are there still: what was sent meanwhile is an attachment now.
        asked = [file.pk for file in files]
        gone = list(HeldFile.objects.select_for_update().filter(pk__in=asked))
        HeldFile.objects.filter(pk__in=[file.pk for file in gone]).delete()
        for file in gone:
            transaction.on_commit(partial(file.file.storage.delete, str(file.file.name)))
    return len(gone)


def drop_old(now: datetime) -> int:
    """Drop what was kept for forms that nobody sent, and files that a crash left without a row."""
    before = now - KEPT
    dropped = let_go(HeldFile.objects.filter(stored_at__lt=before))
    root = Path(settings.PRIVATE_ROOT)
    for folder in root.glob("[0-9a-f][0-9a-f]"):
        stored = {
            f"{folder.name}/{path.name}"
            for path in folder.iterdir()
            if path.stat().st_mtime < before.timestamp()
        }
        for model in (HeldFile, Attachment):
            in_use = model._default_manager.filter(file__startswith=f"{folder.name}/")
            stored -= set(in_use.values_list("file", flat=True))
        for name in stored:
            private_files().delete(name)
            dropped += 1
    return dropped
