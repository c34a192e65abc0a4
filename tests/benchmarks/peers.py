"""What one would pick instead of our search, each as its own manual shows it, asked the same.

Every one keeps both languages' texts, answers with a total, ten hits and counts, and searches both
languages: nobody says in which one they type. A facet's counts leave its own choice aside, which
costs everybody but us a second query.
"""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from whoosh import fields, index, qparser, query, sorting
from whoosh.analysis import LanguageAnalyzer

from consult.search.analysis import fold
from consult.search.engines.base import Document

LANGUAGES = ("es", "en")
# The facets with several values, and those with one.
MANY = ("theme", "lang")
ONE = ("type", "stance", "group", "draft", "sector", "state", "year")
HITS = 10


@dataclass(frozen=True)
class Question:
    """What somebody asks: all the `words` (as a phrase; the last one unfinished), perhaps on a theme."""

    words: tuple[str, ...]
    language: str
    phrase: bool = False
    unfinished: bool = False
    theme: str = ""
    facets: tuple[str, ...] = ()
    excerpts: bool = False
    # How many hits; None: all of them.
    limit: int | None = HITS

    @property
    def text(self) -> str:
        """As it is typed."""
        return f'"{" ".join(self.words)}"' if self.phrase else " ".join(self.words)


@dataclass(frozen=True)
class Reply:
    """What a system answers."""

    total: int
    ids: Sequence[str]
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    excerpts: Sequence[str] = ()


class System(ABC):
    """Something that searches."""

    name: str
    # Questions of a kind that are asked of it: slow ones get fewer, so that the whole ends today.
    patience = 1_000
    # Whether it keeps words to complete another by.
    completes = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    @abstractmethod
    def build(self, documents: Iterable[Document]) -> None:
        """Index everything, from nothing."""

    @abstractmethod
    def update(self, document: Document) -> None:
        """Put `document` in place of the one with its id; committed on return."""

    @abstractmethod
    def ask(self, question: Question) -> Reply:
        """The answer, as of the last commit."""

    @abstractmethod
    def complete(self, beginning: str, language: str) -> Sequence[str]:
        """Ten words that begin so."""

    def size(self) -> int:
        """Bytes on disk."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def close(self) -> None:
        """Let go of everything, and leave nothing."""
        shutil.rmtree(self.folder)


def texts_of(document: Document) -> dict[str, str]:
    """Title and text together, by language."""
    return {
        code: "\n".join(filter(None, (document.title.get(code), document.text.get(code))))
        for code in LANGUAGES
    }


class Stock(System):
    """Whoosh as in its tutorial: a searcher a search, `groupedby` for counts, its own highlights."""

    name = "stock Whoosh"
    patience = 6

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.schema = fields.Schema(
            id=fields.ID(unique=True, stored=True),
            date=fields.DATETIME(stored=True, sortable=True),
            theme=fields.KEYWORD(stored=True, commas=True),
            lang=fields.KEYWORD(stored=True, commas=True),
            **{f"text_{c}": fields.TEXT(stored=True, analyzer=LanguageAnalyzer(c)) for c in LANGUAGES},
            **{name: fields.ID(stored=True) for name in ONE},
        )  # fmt: skip
        self.index = index.create_in(str(folder), self.schema)
        names = [f"text_{code}" for code in LANGUAGES]
        self.parser = qparser.MultifieldParser(names, self.schema)

    @staticmethod
    def _row(document: Document) -> dict[str, Any]:
        return {
            "id": document.id,
            "date": document.date and document.date.replace(tzinfo=None),
            **{f"text_{code}": text for code, text in texts_of(document).items()},
            **{name: ",".join(document.facet(name)) for name in MANY},
            **{name: "".join(document.facet(name)) for name in ONE},
        }

    def build(self, documents: Iterable[Document]) -> None:
        writer = self.index.writer(limitmb=256)
        for document in documents:
            writer.add_document(**self._row(document))
        writer.commit()

    def update(self, document: Document) -> None:
        writer = self.index.writer()
        writer.update_document(**self._row(document))
        writer.commit()

    def ask(self, question: Question) -> Reply:
        asked = self.parser.parse(question.text + ("*" if question.unfinished else ""))
        chosen = query.Term("theme", question.theme) if question.theme else None
        with self.index.searcher() as searcher:
            under = [name for name in question.facets if name != "theme" or not chosen]
            results = searcher.search(
                asked,
                limit=question.limit,
                filter=chosen,
                groupedby=self._groups(under) if under else None,
            )
            counts = {name: results.groups(name) for name in under}
            if chosen and "theme" in question.facets:
                aside = searcher.search(asked, limit=1, groupedby=self._groups(["theme"]))
                counts["theme"] = aside.groups("theme")
            excerpts = [
                hit.highlights(f"text_{code}")
                for hit in (results if question.excerpts else ())
                for code in hit["lang"].split(",")
            ]
            return Reply(len(results), [hit["id"] for hit in results], counts, excerpts)

    @staticmethod
    def _groups(names: Iterable[str]) -> dict[str, sorting.FieldFacet]:
        return {
            name: sorting.FieldFacet(name, allow_overlap=name in MANY, maptype=sorting.Count)
            for name in names
        }

    def complete(self, beginning: str, language: str) -> Sequence[str]:
        with self.index.reader() as reader:
            name = f"text_{language}"
            words = [word.decode() for word in reader.expand_prefix(name, beginning)]
            return sorted(words, key=lambda word: -reader.frequency(name, word))[:HITS]


class Tantivy(System):
    """Lucene's like in Rust: stemmed and folded texts, fast fields for the counts."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        import tantivy

        super().__init__(folder)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        for code in LANGUAGES:
            builder.add_text_field(f"text_{code}", stored=True, tokenizer_name=code)
        for name in (*ONE, *MANY):
            builder.add_text_field(name, fast=True, tokenizer_name="raw")
        self.schema = builder.build()
        self.index = tantivy.Index(self.schema, path=str(folder))
        for code, language in (("es", "spanish"), ("en", "english")):
            analyzer = (
                tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
                .filter(tantivy.Filter.remove_long(64))
                .filter(tantivy.Filter.lowercase())
                .filter(tantivy.Filter.stemmer(language))
                .filter(tantivy.Filter.ascii_fold())
                .build()
            )
            self.index.register_tokenizer(code, analyzer)
        self.tantivy = tantivy
        self.writer = self.index.writer()

    def _row(self, document: Document) -> Any:
        row = self.tantivy.Document()
        row.add_text("id", document.id)
        for code, text in texts_of(document).items():
            if text:
                row.add_text(f"text_{code}", text)
        for name in (*ONE, *MANY):
            for value in document.facet(name):
                row.add_text(name, value)
        return row

    def build(self, documents: Iterable[Document]) -> None:
        for document in documents:
            self.writer.add_document(self._row(document))
        self.writer.commit()
        self.index.reload()

    def update(self, document: Document) -> None:
        self.writer.delete_documents_by_term("id", document.id)
        self.writer.add_document(self._row(document))
        self.writer.commit()
        self.index.reload()

    def ask(self, question: Question) -> Reply:
        names = [f"text_{code}" for code in LANGUAGES]
        if question.unfinished:
            like = f"{fold(question.text)}.*"
            regex = [self.tantivy.Query.regex_query(self.schema, name, like) for name in names]
            asked = regex[0].or_should_match(regex[1])
        else:
            asked = self.index.parse_query(question.text, names, conjunction_by_default=True)
        narrowed = asked
        if question.theme:
            on_theme = self.tantivy.Query.term_query(self.schema, "theme", question.theme)
            narrowed = asked.and_must_match(self.tantivy.Query.const_score_query(on_theme, 0.0))
        searcher = self.index.searcher()
        found = searcher.search(narrowed, question.limit or max(1, searcher.num_docs))
        rows = [searcher.doc(address) for _score, address in found.hits]
        aside = ["theme"] if question.theme else []
        counts: dict[str, dict[str, int]] = {}
        for chosen, wanted in (
            ([n for n in question.facets if n not in aside], narrowed),
            ([n for n in question.facets if n in aside], asked),
        ):
            if chosen:
                each = {name: {"terms": {"field": name, "size": 100}} for name in chosen}
                for name, answer in searcher.aggregate(wanted, each).items():
                    counts[name] = {b["key"]: b["doc_count"] for b in answer["buckets"]}
        excerpts = []
        if question.excerpts:
            for name in names:
                maker = self.tantivy.SnippetGenerator.create(searcher, asked, self.schema, name)
                excerpts += [maker.snippet_from_doc(r).to_html() for r in rows if r.get_first(name)]
        return Reply(found.count, [row.get_first("id") for row in rows], counts, excerpts)

    def complete(self, beginning: str, language: str) -> Sequence[str]:
        terms = self.index.searcher().terms_with_prefix(f"text_{language}", beginning, limit=HITS)
        return [term for term, _count in terms]

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
