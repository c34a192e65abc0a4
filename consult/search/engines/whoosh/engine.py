"""Search in one directory, in this process: Whoosh, with the remedies for its known defects."""

import os
import secrets
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from weakref import WeakSet

from consult.common.locking import alone

from ...query import Query
from ..base import (
    FACETS,
    NOTHING_NEAR,
    Document,
    EngineBusy,
    EngineOutdated,
    EngineUnavailable,
    Results,
    SearchEngine,
)
from .answering import Answer, Asked
from .cache import Cache
from .generation import Generation, open_generation
from .schema import FORMAT
from .storage import sync
from .suggesting import complete, respell
from .writing import Writer

# Seconds that a writer waits for another one, and a reader for a commit that takes files away.
WRITE_TIMEOUT = 10.0
OPEN_TIMEOUT = 5.0
# Nanoseconds after which two changes of a directory have different times on any file system.
SETTLED = 3_000_000_000

# A child of this process must not wait for locks that threads of the parent held.
_ENGINES: WeakSet["WhooshEngine"] = WeakSet()


def _forget_all() -> None:
    for engine in _ENGINES:
        engine._forget()


os.register_at_fork(after_in_child=_forget_all)


@contextmanager
def as_unavailable() -> Iterator[None]:
    """Whatever goes wrong below Whoosh, said as EngineUnavailable."""
    try:
        yield
    except EngineUnavailable:
        raise
    except Exception as error:
        raise EngineUnavailable(repr(error)) from error


class WhooshEngine(SearchEngine):
    """An index in `directory`: `current` names the one that serves, `lock` lets one writer in.

    The files are pickles, so nobody else may write there: the directory is private.
    """

    # How many bytes of postings each process keeps in memory.
    cache_bytes = 96 << 20

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._serving = str(directory / "current")
        self._forget()
        _ENGINES.add(self)

    def _forget(self) -> None:
        """Start afresh, with locks that nobody holds."""
        # The generation that serves, and what the directory looked like if that tells any change.
        self._opened: tuple[tuple[int, ...] | None, Generation | None] = (None, None)
        self._opening = Lock()
        self._cache = Cache(self.cache_bytes)
        self._writer = Writer()

    # --- Writing

    def index(self, documents: Iterable[Document]) -> None:
        # One that comes twice must come once.
        newest = {document.id: document for document in documents}
        self._change((), newest.values())

    def delete(self, ids: Iterable[str]) -> None:
        self._change(ids, ())

    def _change(self, gone: Iterable[str], documents: Collection[Document]) -> None:
        with self._one_writer():
            self._writer.change(self._current() or self._start(), gone, documents)

    def rebuild(
        self, documents: Iterable[Document], progress: Callable[[int], None] | None = None
    ) -> int:
        with self._one_writer():
            # What a rebuild left that was killed.
            self._drop_all_but(self._link())
            place = self._create()
            try:
                count = self._writer.build(place, documents, progress)
                self._serve(place)
            except BaseException:
                shutil.rmtree(place, ignore_errors=True)
                raise
            return count

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        """Hold the directory for writing. Raises EngineBusy."""
        with as_unavailable(), alone(self.directory, "lock", WRITE_TIMEOUT) as held:
            if not held:
                raise EngineBusy("another process is writing to the index")
            yield

    def _create(self) -> Path:
        """A new, empty index beside the others."""
        place = self.directory / f"{FORMAT}-{secrets.token_hex(6)}"
        self._writer.create(place)
        return place

    def _serve(self, place: Path) -> None:
        """Make the index at `place` the one that serves, in one step, and drop the others."""
        link = self.directory / f"{place.name}.link"
        link.symlink_to(place.name)
        link.replace(self.directory / "current")
        sync(self.directory)
        self._drop_all_but(place)

    def _drop_all_but(self, place: Path | None) -> None:
        for other in self.directory.glob("*-*"):
            if other.is_symlink():
                other.unlink()
            elif other != place:
                shutil.rmtree(other, ignore_errors=True)

    def _start(self) -> Path:
        """The first index, empty, serving."""
        place = self._create()
        self._serve(place)
        return place

    def _link(self) -> Path | None:
        """Where the index that serves is, of whatever release. Raises EngineUnavailable."""
        try:
            return self.directory / os.readlink(self.directory / "current")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise EngineUnavailable(str(error)) from error

    def _current(self) -> Path | None:
        """Where the index that serves is; None before the first. Raises EngineUnavailable."""
        place = self._link()
        if place and not place.name.startswith(f"{FORMAT}-"):
            raise EngineOutdated("the index is of another release: run rebuild_index")
        return place

    # --- Reading

    def search(
        self,
        query: Query,
        filters: Mapping[str, Sequence[str]],
        facets: Sequence[str] = FACETS,
        sort: str = "relevance",
        language: str = "es",
        limit: int = 20,
        offset: int = 0,
        since: datetime | None = None,
        until: datetime | None = None,
        near: Mapping[str, float] = NOTHING_NEAR,
        without: Collection[str] = (),
    ) -> Results:
        with as_unavailable():
            generation = self._open()
            if generation is None or not generation.parts:
                return Results((), 0, {name: {} for name in facets})
            chosen = {name: tuple(filters[name]) for name in sorted(filters) if filters[name]}
            out = tuple(sorted(without))
            close = tuple(near.items())
            asked = Asked(query, language, chosen, tuple(facets), since, until, close, out)
            # All that was asked, spelled out: what a query may hold one day is in there too. Of any
            # length, the ids to leave out among it: the cache does not count its keys.
            spelt = repr((asked, sort, limit, offset)).encode()
            key = blake2b(spelt, digest_size=16).digest()
            return generation.results.get(
                key, lambda: Answer(generation, asked).results(sort, limit, offset)
            )

    def complete(
        self, beginning: str, language: str, limit: int = 8, without: Collection[str] = ()
    ) -> Sequence[str]:
        with as_unavailable():
            generation = self._open()
            return complete(generation, beginning, language, limit, without) if generation else ()

    def respell(
        self, word: str, language: str, limit: int = 3, without: Collection[str] = ()
    ) -> Sequence[str]:
        with as_unavailable():
            generation = self._open()
            return respell(generation, word, language, limit, without) if generation else ()

    def generation(self) -> str:
        generation = self._open()
        return generation.name if generation else ""

    def count(self) -> int:
        generation = self._open()
        return generation.count if generation else 0

    def segments(self) -> int:
        generation = self._open()
        return len(generation.parts) if generation else 0

    def size(self) -> int:
        return sum(path.stat().st_size for path in self.directory.rglob("*") if path.is_file())

    def _open(self) -> Generation | None:
        """The latest generation, one for all threads; None before there is an index."""
        deadline = time.monotonic() + OPEN_TIMEOUT
        while True:
            try:
                return self._latest()
            except FileNotFoundError as error:
                # A commit took files away between our reading their names and opening them.
                if time.monotonic() > deadline:
                    raise EngineUnavailable(str(error)) from error
                time.sleep(0.005)
            except EngineUnavailable:
                raise
            except Exception as error:
                raise EngineUnavailable(f"the index cannot be read: {error!r}") from error

    def _latest(self) -> Generation | None:
        """What is open, if nothing has changed in the directory; else what is there now."""
        now = self._stamp()
        # Both at once: another thread may be opening a newer one.
        stamp, generation = self._opened
        if now is not None and now == stamp:
            return generation
        with self._opening:
            place = self._current()
            if place is None:
                return None
            _stamp, generation = self._opened
            if not (generation and generation.is_latest(place)):
                generation = open_generation(place, generation, self._cache)
            # A clock may be too coarse to tell two changes apart, unless the first is long past.
            settled = now is not None and time.time_ns() - now[-1] > SETTLED
            self._opened = (now if settled else None, generation)
            return generation

    def _stamp(self) -> tuple[int, ...] | None:
        """What differs after any change of the index that serves; None where there is none."""
        try:
            status = os.stat(self._serving)
        except OSError:
            return None
        return status.st_dev, status.st_ino, status.st_mtime_ns
