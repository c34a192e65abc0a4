"""Submissions from a file: checked as a whole, then received as a whole."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from consult.common.importing import Findings, ImportRefused
from working_groups.models import DraftPage, Version

from ..actions import receive
from ..enums import Status
from .checking import Consultation, check
from .reading import Record, read_records

__all__ = ["Imported", "Record", "find_draft", "import_file", "import_records"]


@dataclass
class Imported:
    """What an import did, or would do."""

    submissions: int
    comments: int
    answers: int
    # Submissions that an earlier import brought already.
    known: int
    # Names in the file that nobody reads.
    unread: set[str]


def find_draft(name: str) -> DraftPage:
    """The draft with the slug or the number `name`; raises ImportRefused."""
    drafts = list(DraftPage.objects.filter(slug=name))
    if not drafts and name.isdecimal():
        drafts = list(DraftPage.objects.filter(pk=min(int(name), 2**63 - 1)))
    if not drafts:
        raise ImportRefused([_("There is no draft “%(name)s”.") % {"name": name}])
    if len(drafts) > 1:
        found = ", ".join(f"{draft.pk} ({draft.group.slug})" for draft in drafts)
        raise ImportRefused(
            [
                _("Several drafts are called “%(name)s”; give the number of one: %(found)s.")
                % {"name": name, "found": found}
            ]
        )
    return drafts[0]


def import_file(
    draft: DraftPage,
    path: Path,
    *,
    status: str = Status.PENDING,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Imported:
    """Receive every submission in the file at `path`, or none; raises ImportRefused."""
    records = read_records(path)
    return import_records(draft, records, status=status, dry_run=dry_run, progress=progress)


def import_records(
    draft: DraftPage,
    records: list[Record],
    *,
    status: str = Status.PENDING,
    dry_run: bool = False,
    version: Version | None = None,
    keyed_by: User | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Imported:
    """Receive the submissions in `records` that this draft does not have yet, or none of them.

    `status` is what the comments start as; `version` is what they are on, the current one unless it
    is given; `keyed_by` brought the file; `progress` is told how many of how many are stored.
    Raises ImportRefused with every problem.
    """
    findings = Findings()
    fresh, skipped, seen = [], 0, set()
    with transaction.atomic():
        # Two imports of one file at once: the draft's row is the queue; not its key,
        # which everybody's submissions refer to.
        DraftPage.objects.select_for_update(no_key=True).get(pk=draft.pk)
        known = set(draft.submissions.values_list("source_id", flat=True))
        consultation = Consultation(draft, version)
        for record in records:
            source_id = source_id_of(record)
            if source_id and source_id in seen:
                findings.problems.append(
                    f"{record.place}: source_id: "
                    + _("“%(source_id)s” stands on an earlier line already")
                    % {"source_id": source_id[:80]}
                )
            elif source_id in known:
                skipped += 1
            else:
                findings.problems.extend(record.problems)
                if record.is_readable():
                    fresh.append(check(record, consultation, findings))
            seen.add(source_id)
        findings.refuse_if_any()
        for number, submission in enumerate([] if dry_run else fresh, 1):
            receive(draft, consultation.version, status=status, keyed_by=keyed_by, **submission)
            progress(number, len(fresh))
    return Imported(
        submissions=len(fresh),
        comments=sum(len(submission["comments"]) for submission in fresh),
        answers=sum(len(submission["answers"]) for submission in fresh),
        known=skipped,
        unread=findings.unread,
    )


def source_id_of(record: Record) -> str:
    """The name that the file gives this submission; empty where it gives none."""
    name = record.value.get("source_id") if isinstance(record.value, dict) else None
    return name if isinstance(name, str) else ""
