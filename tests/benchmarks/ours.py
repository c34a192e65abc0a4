"""Our search through its own door, asked what its peers are asked."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.scoring import BM25F

from consult.search.engines.base import Document, Hit
from consult.search.engines.whoosh import matching
from consult.search.engines.whoosh.cache import Cache
from consult.search.engines.whoosh.engine import WhooshEngine
from consult.search.engines.whoosh.generation import K1, NAME, B, Generation
from consult.search.engines.whoosh.schema import document_of
from consult.search.excerpts import excerpt, find
from consult.search.query import Query, parse
from tests.benchmarks.peers import HITS, Question, Reply, System
from tests.search.stock import alike

# The first search of a process; with the index open and nothing else read; with what other searches
# read; and asked once more, when the answer itself is kept.
STARTED, COLD, WARM, AGAIN = "ours, started", "ours, cold", "ours, warm", "ours, again"
MEMORY = """
import pickle, sys
import django
django.setup()
from tests.benchmarks.ours import Ours, private_bytes
folder, questions = pickle.load(sys.stdin.buffer)
ours = Ours(folder)
before = private_bytes()
for question in questions:
    ours.ask(question)
print(private_bytes() - before)
"""


def private_bytes() -> int:
    """What this process has in memory for itself: not what it only maps."""
    (line,) = (
        line for line in Path("/proc/self/status").read_text().splitlines() if "RssAnon" in line
    )
    return int(line.split()[1]) * 1_024


def _empty(cache: Cache) -> None:
    cache._values.clear()
    cache.nbytes = 0


class Ours(System):
    """`WhooshEngine.search`, from the words typed to the excerpts; nothing is kept from before."""

    name = WARM

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.engine = WhooshEngine(folder)

    def build(self, documents: Iterable[Document]) -> None:
        self.engine.rebuild(documents)

    def update(self, document: Document) -> None:
        self.engine.index([document])

    def restart(self) -> None:
        """Forget everything, as a new process has."""
        self.engine = WhooshEngine(self.folder)

    def forget(self) -> None:
        """Drop postings, scores and documents, and answers; the columns of facets stay."""
        _empty(self.engine._cache)
        if generation := self._generation:
            _empty(generation.scores)
        self.forget_answers()

    def forget_answers(self) -> None:
        """Drop what was answered, and keep what was read for it."""
        if generation := self._generation:
            _empty(generation.results)

    @property
    def _generation(self) -> Generation | None:
        _stamp, generation = self.engine._opened
        return generation

    def parsed(self, question: Question) -> Query:
        query = parse(question.text)
        if question.unfinished:
            (clause,) = query.required
            word = replace(clause.words[-1], unfinished=True)
            query = replace(query, required=(replace(clause, words=(*clause.words[:-1], word)),))
        return query

    def ask(self, question: Question) -> Reply:
        query = self.parsed(question)
        results = self.engine.search(
            query,
            {"theme": [question.theme]} if question.theme else {},
            facets=question.facets,
            language=question.language,
            limit=question.limit or self.engine.count(),
        )
        excerpts = [
            excerpt(text, find(text, code, query).spans)
            for hit in (results.hits if question.excerpts else ())
            for code, text in hit.document.text.items()
        ]
        ids = [hit.document.id for hit in results.hits]
        return Reply(results.total, ids, results.facets, excerpts)

    def complete(self, beginning: str, language: str) -> Sequence[str]:
        return self.engine.complete(beginning, language, HITS)

    def memory(self, questions: Sequence[Question]) -> int:
        """Bytes that a process takes more after answering `questions`."""
        done = subprocess.run(
            [sys.executable, "-c", MEMORY],
            cwd=Path(__file__).parents[2],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "consult.settings.test"},
            input=pickle.dumps((self.folder, questions)),
            stdout=subprocess.PIPE,
            check=True,
        )
        return int(done.stdout.split()[-1])

    def differing_scores(self, questions: Iterable[Question]) -> tuple[int, int]:
        """How many hits, and how many of them stock Whoosh does not give or scores otherwise."""
        place = (self.folder / "current").resolve()
        hits = differing = 0
        index = FileIndex(FileStorage(str(place)), indexname=NAME)
        with index.searcher(weighting=BM25F(B=B, K1=K1)) as searcher:
            for question in questions:
                query = self.parsed(question)
                found: Sequence[Hit] = self.engine.search(
                    query, {}, facets=(), language=question.language, limit=self.engine.count()
                ).hits
                whole = alike(matching.whole(query, question.language))
                stock = {
                    document_of(searcher.stored_fields(number)).id: score
                    for score, number in searcher.search(whole, limit=None).top_n
                }
                ours = {hit.document.id: hit.score for hit in found}
                hits += len(stock)
                differing += sum(
                    abs(ours.get(key, -1) - stock.get(key, -1)) > 1e-9 * stock.get(key, 1)
                    for key in {*ours, *stock}
                )
        return hits, differing
