"""How a change reaches the index: noted in the change's transaction, taken in after it."""

import logging
import math
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction

from consult.common import worker
from consult.common.locking import alone
from consult.responses.models import SummaryPage
from consult.submissions.models import Comment
from working_groups.models import DraftPage, VersionSection

from . import meaning
from .documents import all_documents, documents, draft_facets, public_comments
from .engines import engine
from .engines.base import Document, EngineBusy, EngineOutdated
from .enums import Kind
from .models import Appearance, OutboxEntry
from .query import Query

logger = logging.getLogger(__name__)

BATCH = 500
# Seconds that a rebuild waits for a drain that is under way.
REBUILD_TIMEOUT = 60.0


def note(kind: str, keys: Iterable[object]) -> None:
    """Note that documents changed, to be taken into the index once the transaction is committed.

    Whoever made the change is not troubled if that fails: the entry waits for the next drain. Where
    a worker is there it takes the change in within a second or two, and nobody waits for the index.
    """
    OutboxEntry.objects.bulk_create(OutboxEntry(kind=kind, key=str(key)) for key in keys)
    transaction.on_commit(_drain_where_nobody_else_does, robust=True)


def _drain_where_nobody_else_does() -> None:
    if not worker.is_there():
        drain()


def drain(most: float = math.inf) -> None:
    """Take into the index what the outbox holds, and stop once `most` of its entries are taken in.

    Raises EngineUnavailable; then it holds them still. One process drains at a time. Who finds
    another at it leaves, and the other looks again after letting go: nothing is left behind.
    """
    while most > 0 and OutboxEntry.objects.exists():
        with alone(Path(settings.SEARCH_INDEX_DIR), "drain.lock") as held:
            if not held:
                return
            while most > 0 and (entries := list(OutboxEntry.objects.order_by("pk")[:BATCH])):
                _take_in(entries)
                OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
                most -= len(entries)


def drain_leftovers() -> frozenset[str]:
    """Take in what a crash or an unreachable engine left; the ids of what the index has as it was.

    Those are not to be shown: somebody may have taken them back. There are some while another
    process takes changes in or makes the index anew, where there are more than a visitor can wait
    for, or where the engine cannot write, which is for the log. Raises EngineUnavailable where it
    cannot read either.
    """
    if not OutboxEntry.objects.exists():
        return frozenset()
    try:
        drain(BATCH)
    except Exception:
        logger.exception("The search index could not be brought up to date.")
    # Of an import there may be a hundred thousand, and every search asks.
    waiting = _changed(OutboxEntry.objects.values_list("kind", "key").distinct())
    return frozenset(f"{kind}:{key}" for kind, keys in waiting.items() for key in keys)


def rebuild(progress: Callable[[int], None] | None = None) -> int:
    """Make the index anew from the database while the old one serves; how many documents.

    What changes meanwhile waits in the outbox and is taken in at the end. Raises EngineUnavailable.
    """
    with alone(Path(settings.SEARCH_INDEX_DIR), "drain.lock", REBUILD_TIMEOUT) as held:
        if not held:
            raise EngineBusy("the index is being brought up to date; try again")
        digests: dict[str, bytes] = {}

        def read() -> Iterator[Document]:
            for document in _noted(all_documents()):
                digests[document.id] = meaning.digest(document)
                yield document

        count = engine().rebuild(read(), progress)
        meaning.follow_all(digests)
    drain()
    return count


def keep() -> None:
    """Bring the index up to date, or make it anew where there is none that this release can read.

    Raises EngineUnavailable.
    """
    try:
        there = engine().generation()
    except EngineOutdated:
        there = ""
    if there:
        drain()
    else:
        rebuild()


def expected() -> int:
    """How many documents the index should have."""
    others = (kind for kind in Kind.values if kind != Kind.COMMENT)
    return public_comments().count() + sum(1 for kind in others for _each in documents(kind))


def _note_appearances(found: Iterable[Document]) -> None:
    """Note which documents can be found; those that were noted before stay as they are."""
    Appearance.objects.bulk_create(
        (Appearance(document=each.id) for each in found), ignore_conflicts=True
    )


def _noted(found: Iterable[Document]) -> Iterator[Document]:
    rest = iter(found)
    while batch := list(islice(rest, BATCH)):
        _note_appearances(batch)
        yield from batch


def _take_in(entries: Iterable[OutboxEntry]) -> None:
    """Take in what `entries` concern, some at a time: a draft may have very many comments."""
    noted = ((entry.kind, entry.key) for entry in entries)
    changed = [(kind, key) for kind, keys in _changed(noted).items() for key in sorted(keys)]
    for start in range(0, len(changed), BATCH):
        keys: dict[str, list[str]] = {}
        for kind, key in changed[start : start + BATCH]:
            keys.setdefault(kind, []).append(key)
        found = [each for kind, some in keys.items() for each in documents(kind, some)]
        gone = {f"{kind}:{key}" for kind, some in keys.items() for key in some}
        if found:
            engine().index(found)
            _note_appearances(found)
        if gone := gone - {each.id for each in found}:
            engine().delete(gone)
        meaning.follow(found, gone)


def _changed(noted: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """The keys of the documents that what was `noted` concerns, by kind.

    Each is a kind and a key; of a draft, what is in it changed too.
    """
    changed: dict[str, set[str]] = {}
    for kind, key in noted:
        changed.setdefault(kind, set()).add(key)
    for draft in list(changed.get(Kind.DRAFT, ())):
        changed.setdefault(Kind.SECTION, set()).update(_sections_ever(draft))
        changed.setdefault(Kind.SUMMARY, set()).update(_summaries_below(draft))
        if _comments_differ(draft):
            numbers = Comment.objects.filter(version__draft=int(draft)).values_list("pk", flat=True)
            changed.setdefault(Kind.COMMENT, set()).update(map(str, numbers))
    return changed


def _sections_ever(draft: str) -> set[str]:
    """The sections of every version: those that the current one dropped must leave the index."""
    uids = VersionSection.objects.filter(version__draft=int(draft)).values_list("uid", flat=True)
    return set(map(str, uids))


def _summaries_below(draft: str) -> set[str]:
    """The summaries of the draft: nobody is to read them where it is not to be read."""
    page = DraftPage.objects.filter(pk=draft).first()
    summaries = SummaryPage.objects.child_of(page) if page else SummaryPage.objects.none()
    return set(map(str, summaries.values_list("pk", flat=True)))


def _comments_differ(draft: str) -> bool:
    """Whether the index has other comments of the draft than it should, or under another address.

    Publishing a draft rarely changes anything for its comments, of which there may be thousands.
    """
    page = DraftPage.objects.filter(pk=draft).first()
    if page is None:
        return False
    public = public_comments().filter(version__draft=page).count()
    where = {"type": [Kind.COMMENT], "draft": [draft_facets(page)["draft"]]}
    indexed = engine().search(Query(), where, facets=(), limit=0).total
    # Those of a draft that was moved and unpublished are under an address that nobody knows.
    return not public or indexed != public
