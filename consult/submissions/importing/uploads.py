"""Files of submissions that were uploaded: looked over first, then taken in bit by bit.

All of the file or nothing: it is checked as a whole before anything of it is taken in. What follows is
done in small transactions, so that the public's own submissions never wait, and it goes on where it
stopped: what is here already is known by its name.
"""

import time
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator

from consult.common.importing import ImportRefused
from working_groups.models import DraftPage
from working_groups.rules import has_closed

from ..models import ImportUpload
from . import import_records, source_id_of
from .checking import Consultation
from .reading import Record, read_content

KEPT = timedelta(days=1)
BATCH = 100
SHOWN = 8


def keep(user: User, draft: DraftPage, name: str, content: bytes) -> ImportUpload:
    """Check the file and keep it until `user` has looked it over; raises ImportRefused.

    What nobody came back for in a day is thrown away.
    """
    drop_old(timezone.now())
    name = PurePath(name).name[:200]
    records = read_content(name, content)
    version = Consultation(draft).version
    found = asdict(import_records(draft, records, dry_run=True, version=version))
    preview = found | {
        "unread": sorted(found["unread"]),
        "outside": sum(not taken(draft, record) for record in records),
        "first": [shown(record) for record in records[:SHOWN]],
    }
    return ImportUpload.objects.create(
        user=user,
        version=version,
        name=name,
        content=content,
        preview=preview,
        total=len(records),
    )


def drop_old(now: datetime) -> None:
    """Drop what nobody confirmed in a day, and the files of what was taken in."""
    ImportUpload.objects.filter(confirmed_at=None, created_at__lt=now - KEPT).delete()
    ImportUpload.objects.filter(finished_at__lt=now - KEPT).delete()


def taken(draft: DraftPage, record: Record) -> bool:
    """Whether `record` came while comments on `draft` were taken."""
    try:
        received = datetime.fromisoformat(record.value["received_at"])
    except (KeyError, TypeError, ValueError):
        # Of one that is here already, and was not checked again.
        return True
    opened = draft.opens_at is not None and draft.opens_at <= received
    return opened and not (draft.closes_at and has_closed(draft.closes_at, received))


def shown(record: Record) -> dict[str, Any]:
    """The beginning of a submission, to tell whether the columns are what they should be."""
    value = record.value
    respondent = value.get("respondent") or {}
    comments = value.get("comments") or []
    first = comments[0] if comments else {}
    return {
        "place": record.place,
        "source_id": source_id_of(record),
        "who": respondent.get("organisation") or respondent.get("name") or "",
        "section": first.get("section") or "",
        "body": Truncator(first.get("body") or first.get("proposed_text") or "").chars(160),
        "comments": len(comments),
        "answers": len(value.get("answers") or {}),
    }


def confirm(upload: ImportUpload) -> None:
    """Let `upload` be taken in from now on."""
    ImportUpload.objects.filter(pk=upload.pk, confirmed_at=None).update(confirmed_at=timezone.now())


def carry_on(upload: ImportUpload, seconds: float) -> ImportUpload:
    """Take in more of `upload` for about so many `seconds`, batch by batch; return it as it stands.

    At least one batch. Two at once, or one after a kill, do no harm: a batch is one transaction.
    """
    until = time.monotonic() + seconds
    records = read_content(upload.name, bytes(upload.content))
    while upload.finished_at is None:
        upload = _one_batch(upload.pk, records)
        if time.monotonic() >= until:
            break
    return upload


@transaction.atomic
def _one_batch(key: Any, records: list[Record]) -> ImportUpload:
    rows = ImportUpload.objects.select_for_update(of=("self",)).select_related("user")
    upload = rows.select_related("version__draft").defer("content").get(pk=key)
    if upload.finished_at or not upload.confirmed_at:
        return upload
    batch = records[upload.done : upload.done + BATCH]
    version = upload.version
    try:
        with transaction.atomic():
            import_records(version.draft, batch, version=version, keyed_by=upload.user)
    except ImportRefused as refused:
        # It was right when it was checked: a question or a theme was taken away since.
        upload.problems, upload.finished_at = refused.problems, timezone.now()
    else:
        upload.done += len(batch)
        if upload.done >= len(records):
            upload.finished_at = timezone.now()
    upload.save(update_fields=["done", "problems", "finished_at"])
    return upload


def carry_on_with_next(seconds: float) -> bool:
    """Take in more of what waits longest; whether there was any."""
    waiting = ImportUpload.objects.exclude(confirmed_at=None).filter(finished_at=None)
    upload = waiting.order_by("confirmed_at").first()
    if upload is None:
        return False
    carry_on(upload, seconds)
    return True
