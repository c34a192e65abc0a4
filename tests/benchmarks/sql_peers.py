"""The databases that one would search with, beside the peers of peers.py."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from consult.search.engines.base import Document
from tests.benchmarks.peers import HITS, LANGUAGES, MANY, ONE, Question, Reply, System, texts_of


def quoted(name: str) -> str:
    return f'"{name}"'


def _counting(matches: str, names: Sequence[str], many: Mapping[str, str]) -> str:
    """A statement that counts each facet of `names` over `matches`; `many` joins those of several."""
    return "\nUNION ALL\n".join(
        f"SELECT '{name}', {many.get(name) or 'documents.' + quoted(name)}, count(*)"
        f" FROM {matches} GROUP BY 2"
        for name in names
    )


def _counts(rows: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for name, value, count in rows:
        if value:
            counts.setdefault(name, {})[value] = count
    return counts


class SQLite(System):
    """FTS5 beside a table of columns, and one each for what has several values."""

    name = "SQLite FTS5"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.database = sqlite3.connect(folder / "documents.sqlite3", isolation_level=None)
        columns = ", ".join(f'"{name}" TEXT' for name in ONE)
        self.database.executescript(
            f"""
            PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=4000000000;
            CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT UNIQUE, date TEXT, {columns});
            CREATE VIRTUAL TABLE texts USING fts5(text, tokenize="unicode61 remove_diacritics 2");
            CREATE VIRTUAL TABLE words USING fts5vocab(texts, row);
            """
            + "".join(
                f"CREATE TABLE {name}s (value TEXT, number INTEGER, PRIMARY KEY (number, value))"
                f" WITHOUT ROWID; CREATE INDEX {name}s_value ON {name}s (value, number);"
                for name in MANY
            )
        )

    def build(self, documents: Iterable[Document]) -> None:
        self.database.execute("BEGIN")
        for number, document in enumerate(documents, 1):
            self._put(number, document)
        self.database.execute("COMMIT")

    def _put(self, number: int, document: Document) -> None:
        facets = ["".join(document.facet(name)) for name in ONE]
        marks = ", ".join("?" for _ in range(3 + len(ONE)))
        self.database.execute(
            f"INSERT OR REPLACE INTO documents VALUES ({marks})",
            (number, document.id, str(document.date), *facets),
        )
        for name in MANY:
            self.database.execute(f"DELETE FROM {name}s WHERE number = ?", (number,))
            values = [(value, number) for value in document.facet(name)]
            self.database.executemany(f"INSERT INTO {name}s VALUES (?, ?)", values)
        words = "\n".join(filter(None, texts_of(document).values()))
        self.database.execute(
            "INSERT OR REPLACE INTO texts (rowid, text) VALUES (?, ?)", (number, words)
        )

    def update(self, document: Document) -> None:
        self.database.execute("BEGIN IMMEDIATE")
        found = self.database.execute("SELECT number FROM documents WHERE id = ?", (document.id,))
        self._put(found.fetchone()[0], document)
        self.database.execute("COMMIT")

    def ask(self, question: Question) -> Reply:
        words = [f'"{word}"' for word in question.words]
        asked = f'"{" ".join(question.words)}"' if question.phrase else " ".join(words)
        asked += " *" if question.unfinished else ""
        # With the plus the words are looked up first: without it, for each text on the theme.
        on_theme = " AND +rowid IN (SELECT number FROM themes WHERE value = ?)"
        where = "texts MATCH ?" + (on_theme if question.theme else "")
        values = (asked, question.theme) if question.theme else (asked,)
        run = self.database.execute
        shown = "snippet(texts, 0, '<mark>', '</mark>', '…', 40)" if question.excerpts else "''"
        hits = run(
            f"SELECT rowid, {shown} FROM texts WHERE {where} ORDER BY rank LIMIT {question.limit or -1}",
            values,
        ).fetchall()
        (total,) = run(f"SELECT count(*) FROM texts WHERE {where}", values).fetchone()
        ids = [
            run("SELECT id FROM documents WHERE number = ?", (number,)).fetchone()[0]
            for number, _shown in hits
        ]
        counts = dict(self._facets(question, where, values))
        return Reply(total, ids, counts, [excerpt for _number, excerpt in hits])

    def _facets(
        self, question: Question, where: str, values: tuple[str, ...]
    ) -> Iterator[tuple[str, dict[str, int]]]:
        many = {name: f"{name}s.value" for name in MANY}
        aside = ["theme"] if question.theme else []
        under = [name for name in question.facets if name not in aside]
        for names, condition, given in (
            (under, where, values),
            ([n for n in question.facets if n in aside], "texts MATCH ?", values[:1]),
        ):
            if names:
                counting = "\nUNION ALL\n".join(
                    _counting(
                        f"m JOIN {name}s USING (number)" if name in MANY
                        else "m JOIN documents USING (number)",
                        [name],
                        many,
                    )
                    for name in names
                )  # fmt: skip
                rows = self.database.execute(
                    f"WITH m AS MATERIALIZED (SELECT rowid AS number FROM texts WHERE {condition})"
                    f" {counting}",
                    given,
                )
                yield from _counts(rows).items()

    def complete(self, beginning: str, language: str) -> Sequence[str]:
        rows = self.database.execute(
            "SELECT term FROM words WHERE term >= ? AND term < ? ORDER BY doc DESC LIMIT ?",
            (beginning, beginning + "\U0010ffff", HITS),
        )
        return [term for (term,) in rows]

    def close(self) -> None:
        self.database.close()
        super().close()


class PostgreSQL(System):
    """A `tsvector` of both languages under a GIN index, columns and arrays for the facets."""

    name = "PostgreSQL GIN"
    # A tsvector keeps stems, and no list of words.
    completes = False

    def __init__(self, folder: Path) -> None:
        import psycopg

        super().__init__(folder)
        self.database = psycopg.connect(
            os.environ["DATABASE_URL"], dbname="postgres", autocommit=True
        )
        columns = ", ".join(f'"{name}" text' for name in ONE)
        many = ", ".join(f'"{name}" text[]' for name in MANY)
        texts = ", ".join(f"text_{code} text" for code in LANGUAGES)
        self.database.execute("SET jit = off")
        self.database.execute("DROP SCHEMA IF EXISTS bench_search CASCADE")
        self.database.execute("CREATE SCHEMA bench_search")
        self.database.execute("SET search_path = bench_search")
        self.database.execute(
            f"CREATE TABLE documents (id text PRIMARY KEY, date timestamptz, {texts}, {columns},"
            f" {many}, words tsvector GENERATED ALWAYS AS (to_tsvector('spanish', text_es) ||"
            " to_tsvector('english', text_en)) STORED)"
        )

    @staticmethod
    def available() -> bool:
        """Whether a server is at hand (see .ci/with-postgresql)."""
        return os.environ.get("DATABASE_URL", "").startswith("postgres")

    @staticmethod
    def _row(document: Document) -> tuple[Any, ...]:
        one = ["".join(document.facet(name)) for name in ONE]
        many = [list(document.facet(name)) for name in MANY]
        return (document.id, document.date, *texts_of(document).values(), *one, *many)

    NAMES = ", ".join(["id", "date", "text_es", "text_en", *(f'"{n}"' for n in (*ONE, *MANY))])

    def build(self, documents: Iterable[Document]) -> None:
        with (
            self.database.cursor() as cursor,
            cursor.copy(f"COPY documents ({self.NAMES}) FROM STDIN") as rows,
        ):
            for document in documents:
                rows.write_row(self._row(document))
        self.database.execute("CREATE INDEX ON documents USING gin (words)")
        self.database.execute("CREATE INDEX ON documents USING gin (theme)")
        self.database.execute("VACUUM ANALYZE documents")

    def update(self, document: Document) -> None:
        row = self._row(document)
        marks = ", ".join("%s" for _ in row)
        self.database.execute(
            f"UPDATE documents SET ({self.NAMES}) = ROW({marks}) WHERE id = %s", (*row, row[0])
        )

    def ask(self, question: Question) -> Reply:
        if question.unfinished:
            made = "to_tsquery('{}', %(text)s)"
            text = f"{question.text}:*"
        else:
            made, text = "websearch_to_tsquery('{}', %(text)s)", question.text
        asked = f"({made.format('spanish')} || {made.format('english')})"
        where = f"words @@ {asked}" + (" AND theme @> ARRAY[%(theme)s]" if question.theme else "")
        given = {"text": text, "theme": question.theme}
        shown = "''"
        if question.excerpts:
            shown = (
                "CASE WHEN text_es = '' THEN ts_headline('english', text_en, asked)"
                " ELSE ts_headline('spanish', text_es, asked) END"
            )
        # The excerpts are made of the ten hits only.
        hits = self.database.execute(
            f"WITH h AS (SELECT id, text_es, text_en, {asked} AS asked, count(*) OVER () AS total"
            f" FROM documents WHERE {where} ORDER BY ts_rank(words, {asked}) DESC, id"
            f" LIMIT {question.limit or 'ALL'})"
            f" SELECT id, total, {shown} FROM h",
            given,
        ).fetchall()
        counts: dict[str, dict[str, int]] = {}
        aside = ["theme"] if question.theme else []
        for names, condition in (
            ([n for n in question.facets if n not in aside], where),
            ([n for n in question.facets if n in aside], f"words @@ {asked}"),
        ):
            if names:
                many = {name: f"unnest(documents.{name})" for name in MANY}
                columns = ", ".join(f'"{name}"' for name in names)
                rows = self.database.execute(
                    f"WITH m AS MATERIALIZED (SELECT {columns} FROM documents WHERE {condition})"
                    f" {_counting('m AS documents', names, many)}",
                    given,
                )
                counts |= _counts(rows.fetchall())
        return Reply(
            hits[0][1] if hits else 0, [hit[0] for hit in hits], counts, [hit[2] for hit in hits]
        )

    def complete(self, beginning: str, language: str) -> Sequence[str]:
        raise NotImplementedError

    def size(self) -> int:
        row = self.database.execute("SELECT pg_total_relation_size('documents')").fetchone()
        return row[0] if row else 0

    def close(self) -> None:
        self.database.execute("DROP SCHEMA bench_search CASCADE")
        self.database.close()
        super().close()
