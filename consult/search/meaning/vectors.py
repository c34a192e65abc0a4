"""The file that keeps what texts mean: a table of vectors, small enough to be read at every search.

It is a database of SQLite's, beside the index and as private, so that a crash leaves it whole. Like
the index it can be thrown away. Who writes holds the lock of `keeping`.
"""

import secrets
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from . import encoder
from .encoder import SIZE
from .passages import Span

# Raise it when the tables, or the parts that texts are taken apart into, change.
FORMAT = f"1.{encoder.RELEASE}"
# Seconds to wait for another process.
TIMEOUT = 10.0
# Passages looked at closely: those that are most alike by the signs of their vectors' numbers, a bit
# each, which every process holds in memory (64 bytes a passage).
CANDIDATES = 400
WORDS = SIZE // 64
# Answers kept until the file changes.
CACHED = 500
TABLES = """
CREATE TABLE about (format TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE waiting (document TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE known (document TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE passage (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    document TEXT NOT NULL,
    language TEXT NOT NULL,
    signs BLOB NOT NULL,
    vectors BLOB NOT NULL,
    spans BLOB NOT NULL
);
CREATE INDEX passage_document ON passage (document);
CREATE TABLE gone (place INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL);
CREATE TRIGGER passage_gone AFTER DELETE ON passage
    BEGIN INSERT INTO gone (number) VALUES (old.number); END;
"""


@dataclass(frozen=True)
class Encoded:
    """A passage's vectors: of the whole and of its parts, whose places in the text are `spans`."""

    language: str
    vectors: encoder.Vectors
    spans: Sequence[Span]


@dataclass(frozen=True)
class Near:
    """How close a document is (1: the same words), and the part of its text that is closest."""

    closeness: float
    language: str
    span: Span


class Vectors:
    """What is kept of each document in `directory`. Methods raise sqlite3.Error and OSError."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "vectors.sqlite3"
        self._lock = Lock()
        self._table = Table()
        self._answers: dict[tuple[bytes, int], dict[str, Near]] = {}

    def exists(self) -> bool:
        """Whether anything is kept, in the form of this release."""
        if not self.path.exists():
            return False
        try:
            with self._open() as database:
                return database.execute("SELECT format FROM about").fetchone() == (FORMAT,)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            return False

    def create(self, waiting: Iterable[str]) -> None:
        """Begin anew, with nothing but the documents that wait to be encoded."""
        new = self.path.with_suffix(".new")
        new.unlink(missing_ok=True)
        with closing(sqlite3.connect(new)) as database:
            database.executescript(TABLES)
            with database:
                database.executemany("INSERT OR IGNORE INTO waiting VALUES (?)", _rows(waiting))
                about = (FORMAT, secrets.token_hex(8))
                database.execute("INSERT INTO about VALUES (?, ?)", about)
        # What a crash left of a change to the old file is not for the new one.
        self.path.with_name(f"{self.path.name}-journal").unlink(missing_ok=True)
        new.replace(self.path)

    # --- Writing

    def follow(self, digests: Mapping[str, bytes], gone: Collection[str]) -> None:
        """Forget what documents meant that are `gone`, or whose text has another digest now.

        Those with a text that is not known yet wait to be encoded.
        """
        with self._open() as database:
            known = {
                document: digest
                for document in digests
                for (digest,) in database.execute(
                    "SELECT digest FROM known WHERE document = ?", (document,)
                )
            }
            changed = [each for each in digests if known.get(each) != digests[each]]
            _forget(database, (*gone, *changed))
            database.executemany("DELETE FROM waiting WHERE document = ?", _rows(gone))
            database.executemany("INSERT OR IGNORE INTO waiting VALUES (?)", _rows(changed))

    def documents(self) -> set[str]:
        """Every document that is known, or waits."""
        with self._open() as database:
            rows = database.execute("SELECT document FROM known UNION SELECT * FROM waiting")
            return {document for (document,) in rows}

    def waiting(self, limit: int) -> list[str]:
        """Documents whose meaning is not known yet."""
        with self._open() as database:
            rows = database.execute("SELECT document FROM waiting LIMIT ?", (limit,))
            return [document for (document,) in rows]

    def count_waiting(self) -> int:
        """How many documents' meaning is not known yet."""
        with self._open() as database:
            (count,) = database.execute("SELECT count(*) FROM waiting").fetchone()
            return count

    def put(
        self, asked: Collection[str], found: Mapping[str, tuple[bytes, Sequence[Encoded]]]
    ) -> None:
        """Keep the digest and the passages of each document `found`; none that was `asked` waits now."""
        with self._open() as database:
            _forget(database, asked)
            database.executemany("DELETE FROM waiting WHERE document = ?", _rows(asked))
            for document, (digest, passages) in found.items():
                database.execute("INSERT INTO known VALUES (?, ?)", (document, digest))
                database.executemany(
                    "INSERT INTO passage (document, language, signs, vectors, spans)"
                    " VALUES (?, ?, ?, ?, ?)",
                    [
                        (
                            document,
                            each.language,
                            _signs(each.vectors[0]).tobytes(),
                            _small(each.vectors).tobytes(),
                            np.array(each.spans, np.int32).tobytes(),
                        )
                        for each in passages
                    ],
                )

    # --- Reading

    def near(self, vector: encoder.Vectors, limit: int) -> dict[str, Near]:
        """The `limit` documents closest to `vector`, the closest first.

        A passage is as close as its whole and its closest part are together: half of the sum.
        """
        with self._open() as database:
            table = self._latest(database)
            key = (vector.tobytes(), limit)
            if (answer := self._answers.get(key)) is not None:
                return answer
            numbers = table.candidates(vector)
            rows = database.execute(
                "SELECT document, language, vectors, spans FROM passage WHERE number IN"
                f" ({','.join(map(str, numbers.tolist()))})"
            ).fetchall()
        if not rows:
            return {}
        small = np.frombuffer(b"".join(row[2] for row in rows), np.int8).reshape(-1, SIZE)
        large = small.astype(np.float32)
        closeness = (large @ vector) / np.sqrt(np.einsum("ij,ij->i", large, large))
        found: dict[str, Near] = {}
        start = 0
        for document, language, vectors, spans in rows:
            end = start + len(vectors) // SIZE
            best = int(closeness[start + 1 : end].argmax())
            both = float(closeness[start] + closeness[start + 1 + best]) / 2
            if document not in found or found[document].closeness < both:
                first, last = np.frombuffer(spans, np.int32)[2 * best : 2 * best + 2].tolist()
                found[document] = Near(both, language, (first, last))
            start = end
        closest = sorted(found.items(), key=lambda each: (-each[1].closeness, each[0]))
        answer = dict(closest[:limit])
        with self._lock:
            if self._table is table and len(self._answers) < CACHED:
                self._answers[key] = answer
        return answer

    def _latest(self, database: sqlite3.Connection) -> "Table":
        with self._lock:
            table = self._table.latest(database)
            if table is not self._table or len(self._answers) == CACHED:
                self._answers = {}
            self._table = table
            return table

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection to the file, which must be there; what is done is done wholly or not at all."""
        address = f"{self.path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=TIMEOUT)) as database:
            database.execute("PRAGMA secure_delete = ON")
            with database:
                yield database


@dataclass(frozen=True)
class Table:
    """The signs of every passage, in memory; `state` tells the file, and how far it was read."""

    state: tuple[str, int, int] = ("", 0, 0)
    numbers: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    signs: NDArray[np.uint64] = field(default_factory=lambda: np.empty((0, WORDS), np.uint64))

    def latest(self, database: sqlite3.Connection) -> "Table":
        """The table as the file has it now; only what is new is read."""
        state = database.execute(
            "SELECT name, (SELECT coalesce(max(number), 0) FROM passage),"
            " (SELECT coalesce(max(place), 0) FROM gone) FROM about WHERE format = ?",
            (FORMAT,),
        ).fetchone()
        if state is None:
            # Vectors of another release mean something else; the worker makes the file anew.
            return Table()
        name, last, gone = state
        if self.state == (name, last, gone):
            return self
        before = self if self.state[0] == name else Table()
        rows = database.execute(
            "SELECT number, signs FROM passage WHERE number > ? ORDER BY number",
            (before.state[1],),
        ).fetchall()
        dropped = [
            number
            for (number,) in database.execute(
                "SELECT number FROM gone WHERE place > ?", (before.state[2],)
            )
        ]
        stay = ~np.isin(before.numbers, dropped)
        more = np.frombuffer(b"".join(signs for _number, signs in rows), np.uint64)
        return Table(
            (name, last, gone),
            np.concatenate([before.numbers[stay], [number for number, _signs in rows]]).astype(
                np.int64
            ),
            np.concatenate([before.signs[stay], more.reshape(-1, WORDS)]),
        )

    def candidates(self, vector: encoder.Vectors) -> NDArray[np.int64]:
        """The numbers of the passages whose signs are most like those of `vector`."""
        if len(self.numbers) <= CANDIDATES:
            return self.numbers
        unlike = np.bitwise_count(self.signs ^ _signs(vector)).sum(axis=1, dtype=np.uint16)
        return self.numbers[np.argpartition(unlike, CANDIDATES)[:CANDIDATES]]


def _signs(vector: encoder.Vectors) -> NDArray[np.uint64]:
    return np.packbits(vector > 0).view(np.uint64)


def _small(vectors: encoder.Vectors) -> NDArray[np.int8]:
    """`vectors` in a byte a number, each as large as it can be: only directions count."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    return np.round(vectors * (127 / largest)).astype(np.int8)


def _forget(database: sqlite3.Connection, documents: Iterable[str]) -> None:
    rows = _rows(documents)
    database.executemany("DELETE FROM passage WHERE document = ?", rows)
    database.executemany("DELETE FROM known WHERE document = ?", rows)


def _rows(documents: Iterable[str]) -> list[tuple[str]]:
    return [(document,) for document in documents]


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is not what it was, rather than in use or out of reach."""
    code = getattr(error, "sqlite_errorcode", None)
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or (
        # A table is missing.
        code == sqlite3.SQLITE_ERROR
    )
