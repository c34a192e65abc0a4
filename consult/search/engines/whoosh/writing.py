"""Commits: which segments there are after a change, and making that so in one step.

A change makes one new segment, of the new documents and of those in small segments that go into it.
Documents are analysed anew for that: it is as quick as merging their postings, and has no case of its
own. What names the segments (Whoosh's table of contents) gets its name last, and all is safe on the
disk by then: whoever is killed, or loses power, leaves the index as it was before.
"""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from ..base import Document
from .building import Rows, SegmentWriter
from .generation import NAME
from .schema import schema
from .storage import DurableStorage, Segment

# So many segments of similar size become one; sizes are similar within a power of it.
FANOUT = 4
# Documents in the largest segment that a change may make of others: a few seconds of work.
LARGEST = 20_000
# A segment with more than this part of its documents deleted is made anew without them.
WORN = 1 / 3
# Pieces of text in memory at most while an index is built: some 40,000 comments, in 300 MB or so.
WORDS = 4_000_000


class Writer:
    """Changes indexes. One at a time does so in a directory: its caller sees to that."""

    def __init__(self) -> None:
        # The segments in which something was looked for, by name; they never change.
        self._opened: dict[str, Rows] = {}

    def create(self, place: Path) -> None:
        """An empty index in the new directory `place`."""
        place.mkdir(mode=0o700)
        _commit(DurableStorage(str(place)), (), 0)

    def build(
        self,
        place: Path,
        documents: Iterable[Document],
        progress: Callable[[int], None] | None = None,
    ) -> int:
        """Fill the empty index at `place`; with how many documents. `progress` is told meanwhile."""
        storage = DurableStorage(str(place))
        segments: list[Segment] = []
        count = 0
        writer = SegmentWriter(storage)
        for count, document in enumerate(documents, 1):
            writer.add(document)
            if writer.words >= WORDS:
                segments.append(writer.finish())
                writer = SegmentWriter(storage)
            if progress:
                progress(count)
        segments.append(writer.finish())
        _commit(storage, segments, 1)
        return count

    def change(self, place: Path, gone: Iterable[str], documents: Collection[Document]) -> None:
        """Take out the ids in `gone` and those of `documents`, and put `documents` in.

        Nothing is changed where anything goes wrong.
        """
        storage = DurableStorage(str(place))
        contents = TOC.read(storage, NAME, schema=schema())
        segments: list[Segment] = contents.segments
        self._opened = {
            name: self._opened.get(name) or Rows(storage, segment)
            for segment in segments
            if (name := segment.segment_id())
        }
        deleted = [
            self._delete(segment, each)
            for each in {*gone, *(document.id for document in documents)}
            for segment in segments
        ]
        if not documents and not any(deleted):
            return
        merged = to_merge(segments, len(documents))
        kept = [each for each in segments if each.doc_count() and each not in merged]
        if merged or documents:
            kept.append(self._made_of(storage, merged, documents))
        _commit(storage, kept, contents.generation + 1)

    def _made_of(
        self, storage: FileStorage, merged: Iterable[Segment], documents: Iterable[Document]
    ) -> Segment:
        """A new segment of what is left in those `merged`, and of `documents`."""
        writer = SegmentWriter(storage)
        try:
            for segment in merged:
                for document in self._opened[segment.segment_id()].documents(segment):
                    writer.add(document)
            for document in documents:
                writer.add(document)
            return writer.finish()
        except BaseException:
            writer.drop()
            raise

    def _delete(self, segment: Segment, each: str) -> bool:
        """Whether the document with the id `each` was in `segment`, where it is deleted now."""
        row = self._opened[segment.segment_id()].row(each)
        if row is None or segment.is_deleted(row):
            return False
        segment.delete_document(row)
        return True


def to_merge(segments: Collection[Segment], fresh: int) -> list[Segment]:
    """Those of `segments` to make one with `fresh` new documents, in their order.

    The worn ones; and as long as there are enough that are not larger than what comes of it, those.
    """
    small = [each for each in segments if 0 < each.doc_count() <= LARGEST]
    chosen = {each for each in small if each.deleted_count() > WORN * each.doc_count_all()}
    size = fresh + sum(each.doc_count() for each in chosen)
    rest = sorted((each for each in small if each not in chosen), key=Segment.doc_count)
    while size:
        more, sum_ = [], size
        for each in rest:
            sum_ += each.doc_count()
            if _tier(each.doc_count()) > _tier(size) or sum_ > LARGEST:
                break
            more.append(each)
        if len(more) + 1 < FANOUT:
            break
        size += sum(each.doc_count() for each in more)
        chosen.update(more)
        rest = rest[len(more) :]
    return [each for each in segments if each in chosen]


def _tier(size: int) -> int:
    tier = 0
    while size >= FANOUT:
        size //= FANOUT
        tier += 1
    return tier


def _commit(storage: FileStorage, segments: Iterable[Segment], generation: int) -> None:
    """Make the index one of these `segments`, and sweep up the files of others."""
    contents = TOC(schema(), list(segments), generation)
    try:
        contents.write(storage, NAME)
    finally:
        # Where it failed, of what is named by now: the commit before, or this one after all.
        _sweep(storage)


def _sweep(storage: FileStorage) -> None:
    """Drop the files that the index does not name: replaced ones, and what killed writers left."""
    contents = TOC.read(storage, NAME, schema=schema())
    kept = {segment.make_filename(Segment.COMPOUND_EXT) for segment in contents.segments}
    kept.add(TOC._filename(NAME, contents.generation))
    for path in Path(storage.folder).glob(f"*{NAME}_*"):
        if path.name not in kept:
            # A reader may have the file open; it keeps it.
            with suppress(OSError):
                path.unlink()
