"""How well questions find their texts, on a folder of texts, questions and which belongs to which.

The folder has `docs.<language>.jsonl` (`doc_id`, `text`), `queries.<language>.jsonl` (`qid`,
`question`) and `qrels.tsv` (question, document, 1): each question is asked in each language of the
texts in each language.
"""

import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .analysis import LANGUAGES, fold, normal
from .choices import Choices
from .engines import engine_in
from .engines.base import NOTHING_NEAR, Document
from .enums import Kind
from .meaning import Near, keeping
from .meaning.vectors import Vectors
from .parameters import Parameters
from .queries import PAGE_SIZE, search_public
from .query import parse, printable

# Documents whose meaning is made at a time.
BATCH = 100

# The ids of the first documents found, the best first, for a text typed by a reader of a language.
Asking = Callable[[str, str], Sequence[str]]


class BadFolder(Exception):
    """The folder is not of this form; the message says where."""


@dataclass(frozen=True)
class Set:
    """Texts and questions by language, by their ids, and the texts that answer each question."""

    texts: Mapping[str, Mapping[str, str]]
    questions: Mapping[str, Mapping[str, str]]
    answers: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Figures:
    """Of how many questions, the mean of 1 / place, how many have a place of 1, and of 10 at most.

    A place is that of the first text that answers the question, on the first page of hits.
    """

    count: int
    mean_reciprocal: float
    first: float
    tenth: float
    milliseconds: float


def read(folder: Path) -> Set:
    """What is in `folder`. Raises BadFolder."""
    if not folder.is_dir():
        raise BadFolder(f"{folder} is not a folder.")
    texts = {
        code: _rows(path, "doc_id", "text")
        for code in LANGUAGES
        if (path := folder / f"docs.{code}.jsonl").exists()
    }
    questions = {
        code: _rows(path, "qid", "question")
        for code in LANGUAGES
        if (path := folder / f"queries.{code}.jsonl").exists()
    }
    if not texts or not questions:
        raise BadFolder(
            f"{folder} has no docs.<language>.jsonl with queries.<language>.jsonl"
            f" in {' or '.join(LANGUAGES)}."
        )
    return Set(texts, questions, _answers(folder / "qrels.tsv", texts, questions))


def _rows(path: Path, key: str, value: str) -> dict[str, str]:
    rows: dict[str, str] = {}
    for number, line in _lines(path):
        try:
            row: Any = json.loads(line)
        except ValueError as error:
            raise BadFolder(f"{path.name}, line {number}: not JSON ({error}).") from None
        if not isinstance(row, dict) or not all(isinstance(row.get(n), str) for n in (key, value)):
            raise BadFolder(f"{path.name}, line {number}: “{key}” and “{value}” must be texts.")
        if row[key] in rows:
            raise BadFolder(f"{path.name}, line {number}: a second “{row[key]}”.")
        rows[row[key]] = printable(normal(row[value]))
    if not rows:
        raise BadFolder(f"{path.name} is empty.")
    return rows


def _answers(
    path: Path, texts: Mapping[str, Mapping[str, str]], questions: Mapping[str, Mapping[str, str]]
) -> dict[str, frozenset[str]]:
    answers: dict[str, set[str]] = {}
    for number, line in _lines(path):
        cells = line.split("\t")
        if len(cells) != 3:
            raise BadFolder(
                f"{path.name}, line {number}: three cells are needed, not {len(cells)}."
            )
        question, document, relevant = cells
        for id, known in ((question, questions), (document, texts)):
            if not any(id in rows for rows in known.values()):
                raise BadFolder(f"{path.name}, line {number}: “{id}” is in no other file.")
        if relevant != "0":
            answers.setdefault(question, set()).add(document)
    if not answers:
        raise BadFolder(f"{path.name} says of no text that it answers a question.")
    return {question: frozenset(documents) for question, documents in answers.items()}


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadFolder(f"{path.name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadFolder(f"{path.name} is not in UTF-8.") from None
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())


@contextmanager
def asking(
    texts: Mapping[str, str], language: str, *, semantic: bool, page: bool
) -> Iterator[Asking]:
    """A throw-away index of `texts`, to be asked as the search page is, or by its engine alone."""
    documents = [
        Document(
            id=f"{Kind.COMMENT}:{id}",
            type=Kind.COMMENT.value,
            url="",
            text={language: text},
            languages=(language,),
        )
        for id, text in texts.items()
    ]
    with tempfile.TemporaryDirectory(prefix="evaluate-search-") as name:
        engine = engine_in(Path(name) / "index")
        engine.rebuild(documents)
        vectors = Vectors(Path(name))
        if semantic:
            vectors.create(())
            for start in range(0, len(documents), BATCH):
                some = documents[start : start + BATCH]
                vectors.put((), {each.id: keeping.encoded(each) for each in some})

        def close(text: str) -> Mapping[str, Near]:
            return keeping.near_in(vectors, text) if semantic else {}

        choices = {code: Choices(code) for code in LANGUAGES} if page else {}

        def by_page(typed: str, reader: str) -> list[str]:
            found = search_public(
                Parameters(text=typed),
                choices=choices[reader],
                language=reader,
                among=engine,
                close=close,
            )
            return [hit.document.key for hit in found.hits]

        def by_engine(typed: str, reader: str) -> list[str]:
            asked = parse(typed)
            near = {id: each.closeness for id, each in close(asked.meant).items()}
            for query in (asked, *asked.relaxed()):
                if engine.search(query, {}, facets=(), language=reader, limit=0).total:
                    break
            results = engine.search(
                query, {}, facets=(), language=reader, limit=PAGE_SIZE, near=near or NOTHING_NEAR
            )
            return [hit.document.key for hit in results.hits]

        yield by_page if page else by_engine


def figures(ask: Asking, asked: Iterable[tuple[str, str, frozenset[str]]]) -> Figures:
    """Of each question `asked`: the text, the language, and the texts that answer it."""
    places: list[float] = []
    started = time.perf_counter()
    for typed, language, answers in asked:
        found = ask(typed, language)
        places.append(next((n for n, id in enumerate(found, 1) if id in answers), float("inf")))
    seconds = time.perf_counter() - started
    count = len(places) or 1
    return Figures(
        count=len(places),
        mean_reciprocal=sum(1 / place for place in places) / count,
        first=sum(place == 1 for place in places) / count,
        tenth=sum(place <= 10 for place in places) / count,
        milliseconds=1_000 * seconds / count,
    )


def unaccented(text: str) -> str:
    """`text` as people type it who leave accents out."""
    return fold(text)


def questions(whole: Set, language: str, documents: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The questions in `language` that a text in the language `documents` answers."""
    for id, text in whole.questions[language].items():
        if answers := whole.answers.get(id, frozenset()) & whole.texts[documents].keys():
            yield text, answers
