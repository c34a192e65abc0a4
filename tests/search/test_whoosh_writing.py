"""Writing the index: what Whoosh's own writer would write, and nothing lost by merging, or left."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from consult.search import analysis
from consult.search.engines.base import FACETS, Document
from consult.search.engines.whoosh import building, engine as module, inverting, storage, writing
from consult.search.engines.whoosh.engine import WhooshEngine
from consult.search.engines.whoosh.generation import NAME
from consult.search.engines.whoosh.schema import SEPARATOR, Keys, Spellings, schema, stored
from consult.search.query import parse

START = datetime(2026, 11, 1, tzinfo=UTC)
WORDS = [
    "la",
    "educación",
    "rural",
    "e-mail",
    "año",
    "ano",
    "IA",
    "don't",
    "art.",
    "3.2.1",
    "escuela",
    "escuelas",
    "1,000",
    "brecha",
]


def document(number: int, text: str = "uno", lang: str = "es", **fields) -> Document:
    return Document(
        **{
            "id": f"comment:{number}",
            "type": "comment",
            "url": f"comments/{number}/",
            "text": {lang: text},
            "languages": (lang,),
            "themes": ("equity", "ethics")[: number % 3],
            "stance": ("support", "oppose")[number % 2],
            "date": START + timedelta(days=number),
        }
        | fields
    )


def ids(engine: WhooshEngine, typed: str = "") -> Counter[str]:
    hits = engine.search(parse(typed), {}, limit=1_000).hits
    return Counter(hit.document.id for hit in hits)


def serving(engine: WhooshEngine) -> Path:
    return engine.directory / (engine.directory / "current").readlink()


@pytest.fixture
def engine(tmp_path) -> WhooshEngine:
    return WhooshEngine(tmp_path / "index")


# --- The format


class WhooshsKeys(Keys):
    """Read by Whoosh's writer: a text at a time."""

    def __init__(self, language):
        super().__init__()
        self.language = language

    def index(self, value, **kwargs):
        places: dict[str, list[int]] = {}
        for place, keys, _start, _end in analysis.places(value, self.language):
            for key in keys:
                places.setdefault(key, []).append(place)
        return [
            (key.encode(), len(where), float(len(where)), self.format.encode(where))
            for key, where in places.items()
        ]


class WhooshsSpellings(Spellings):
    def __init__(self, language):
        super().__init__()
        self.language = language

    def index(self, value, **kwargs):
        found = {
            spelling
            for word, _start, _end in analysis.tokens(value)
            for spelling in analysis.spellings_of(word, self.language)
        }
        return [(term.encode(), 1, 1.0, b"") for term in found]


def written_by_whoosh(directory: Path, documents: list[Document]) -> FileIndex:
    fields = Schema()
    for name, field in schema().items():
        kind = {Keys: WhooshsKeys, Spellings: WhooshsSpellings}.get(type(field))
        fields.add(name, kind(name.partition("_")[2]) if kind else field)
    directory.mkdir()
    index = FileIndex.create(FileStorage(str(directory)), fields, NAME)
    writer = index.writer()
    for each in documents:
        row = {"id": each.id, "document": stored(each)["document"]}
        row["date"] = int(each.date.timestamp())
        for code in analysis.ANALYSES:
            title, text = each.title.get(code), each.text.get(code)
            row |= {f"title_{code}": title, f"text_{code}": text}
            row[f"words_{code}"] = "\n".join(filter(None, (title, text))) or None
        for name in FACETS:
            row[f"facet_{name}"] = SEPARATOR.join(each.facet(name)).encode()
        writer.add_document(**row)
    writer.commit()
    return index


LONG = " ".join(["lejos", *["y"] * 70_000, "lejos"])


def test_a_segment_is_what_whooshs_own_writer_makes_of_the_same(engine, tmp_path):
    chance = random.Random(3)
    documents = [
        document(
            n,
            " ".join(chance.choices(WORDS, k=chance.randrange(1, 30))),
            chance.choice(["es", "en", "und"]),
            title={"es": f"Título {n}"} if n % 4 else {},
        )
        for n in range(2 * inverting.BLOCK + 100)
    ]
    documents += [document(9_000, LONG), document(9_001, "", title={"en": "No text"})]
    engine.rebuild(documents)
    ours = FileIndex(FileStorage(str(serving(engine))), indexname=NAME).reader()
    theirs = written_by_whoosh(tmp_path / "whoosh", documents).reader()
    assert list(ours.iter_postings()) == list(theirs.iter_postings())
    for (field, term), info in theirs:
        mine = ours.term_info(field, term)
        for figure in (
            "weight", "doc_frequency", "min_length", "max_length", "max_weight", "min_id", "max_id"
        ):  # fmt: skip
            assert getattr(mine, figure)() == getattr(info, figure)(), (field, term, figure)
    for name, field in theirs.schema.items():
        if field.scorable:
            assert ours.field_length(name) == theirs.field_length(name)
            for number in range(len(documents)):
                mine = ours.doc_field_length(number, name)
                assert mine == theirs.doc_field_length(number, name)
        if field.column_type:
            columns = [each.column_reader(name, translate=False) for each in (ours, theirs)]
            assert list(columns[0]) == list(columns[1])
    assert list(ours.all_stored_fields()) == list(theirs.all_stored_fields())


def test_whooshs_matchers_skip_through_our_blocks(engine):
    count = 3 * inverting.BLOCK
    engine.rebuild(document(n, "uno " * (1 + n % 3)) for n in range(count))
    index = FileIndex(FileStorage(str(serving(engine))), indexname=NAME)
    matcher = index.reader().postings("text_es", "uno")
    matcher.skip_to(count - 2)
    assert (matcher.id(), matcher.weight()) == (count - 2, 1 + (count - 2) % 3)
    assert list(matcher.value_as("positions")) == list(range(1 + (count - 2) % 3))


# --- Segments


def test_one_that_comes_twice_in_a_batch_or_a_rebuild_comes_once(engine):
    for write in (engine.index, engine.rebuild):
        write([document(1, "viejo"), document(2, "dos"), document(1, "nuevo")])
        assert ids(engine) == {"comment:1": 1, "comment:2": 1}
        assert (ids(engine, "viejo"), ids(engine, "nuevo")) == ({}, {"comment:1": 1})
        assert engine.count() == 2


def test_few_segments_come_of_many_commits_and_merging_keeps_everything(engine):
    documents = [document(n, f"palabra w{n}", title={"es": f"t{n}"}) for n in range(70)]
    for each in documents:
        engine.index([each])
    assert engine.segments() <= 3 * (writing.FANOUT - 1)
    results = engine.search(parse("palabra"), {}, limit=100)
    assert sorted((hit.document for hit in results.hits), key=lambda d: d.date) == documents
    for name in FACETS:
        expected = Counter(value for each in documents for value in each.facet(name))
        assert results.facets[name] == expected
    assert ids(engine, "w33 t33") == {"comment:33": 1}


def test_a_large_segment_stays_as_it_is(engine, monkeypatch):
    monkeypatch.setattr(writing, "LARGEST", 20)
    engine.rebuild(document(n) for n in range(30))
    (large,) = serving(engine).glob("*.seg")
    for n in range(100, 140):
        engine.index([document(n)])
        engine.delete([f"comment:{n - 1}"])
    assert large.exists()
    assert engine.count() == 31


def test_a_segment_with_many_deletions_is_made_anew_without_them(engine):
    engine.index(document(n, "uno " * 200) for n in range(100))
    size = engine.size()
    engine.delete(f"comment:{n}" for n in range(90))
    assert engine.size() < size / 3
    assert (engine.count(), engine.segments()) == (10, 1)
    engine.delete(f"comment:{n}" for n in range(100))
    assert (engine.count(), engine.segments()) == (0, 0)


def test_to_delete_what_is_not_there_is_no_commit(engine):
    engine.index([document(1)])
    generation = engine.generation()
    engine.delete(["comment:2"])
    assert engine.generation() == generation


def test_a_rebuild_keeps_some_documents_in_memory_at_a_time(engine, monkeypatch):
    monkeypatch.setattr(writing, "WORDS", 50)
    engine.rebuild(document(n, f"uno w{n} tres") for n in range(100))
    assert engine.segments() > 3
    assert len(ids(engine, "tres")) == 100
    engine.index([document(7, "otra")])
    assert (engine.count(), ids(engine, "w7")) == (100, {})


@pytest.mark.parametrize("seed", range(4))
def test_after_any_history_the_index_has_what_a_dictionary_has(engine, monkeypatch, seed):
    monkeypatch.setattr(writing, "LARGEST", 40)
    chance = random.Random(seed)
    truth: dict[str, Document] = {}
    for step in range(60):
        some = [
            document(chance.randrange(60), f"{chance.choice(WORDS)} s{step}")
            for _ in range(chance.choice([1, 1, 1, 3, 12]))
        ]
        match chance.choice("iiiiiiddr" if step % 20 else "r"):
            case "i":
                engine.index(some)
                truth |= {each.id: each for each in some}
            case "d":
                engine.delete(each.id for each in some)
                truth = {k: v for k, v in truth.items() if k not in {each.id for each in some}}
            case "r":
                engine = WhooshEngine(engine.directory)
                engine.rebuild(truth.values())
        results = engine.search(parse(""), {}, limit=100)
        assert {hit.document.id: hit.document for hit in results.hits} == truth
        assert engine.count() == results.total == len(truth)
        for name in FACETS:
            assert results.facets[name] == Counter(
                value for each in truth.values() for value in each.facet(name)
            )
        word = f"s{chance.randrange(step + 1)}"
        with_it = {i: 1 for i, each in truth.items() if word in each.text["es"].split()}
        assert ids(engine, word) == with_it


# --- What is left when things go wrong


def test_all_is_on_the_disk_before_it_has_the_name_by_which_it_is_found(engine, monkeypatch):
    engine.index([document(1)])
    done = []
    sync, rename = storage.sync, FileStorage.rename_file

    def note(path: Path) -> None:
        kind = "directory" if path.is_dir() else "contents" if ".toc" in path.name else path.suffix
        done.append(kind)
        sync(path)

    monkeypatch.setattr(storage, "sync", note)
    monkeypatch.setattr(building, "sync", note)
    monkeypatch.setattr(
        FileStorage, "rename_file", lambda *args: done.append("renamed") or rename(*args)
    )
    engine.index([document(2)])
    assert done == [".seg", "contents", "renamed", "directory"]


def test_the_next_commit_sweeps_up_what_a_killed_one_left(engine):
    engine.index([document(1)])
    place = serving(engine)
    for name in (f"{NAME}_0123456789abcdef.seg", f"_{NAME}_7.toc.1700000000.5"):
        (place / name).write_bytes(b"half")
    (place / "of-somebody-else").write_bytes(b"")
    engine.index([document(2)])
    left = sorted(path.suffix for path in place.iterdir())
    assert left == ["", ".seg", ".seg", ".toc"]
    assert engine.count() == 2


def test_the_next_rebuild_drops_what_a_killed_one_left(engine):
    engine.index([document(1)])
    for name in (f"{module.FORMAT}-dead", "1-dead"):
        (engine.directory / name).mkdir()
        (engine.directory / name / f"{NAME}_0123456789abcdef.seg").write_bytes(b"half")
    (engine.directory / f"{module.FORMAT}-dead.link").symlink_to("1-dead")
    engine.rebuild([document(2)])
    assert {path.name for path in engine.directory.iterdir()} == {
        "current", "lock", serving(engine).name
    }  # fmt: skip


def test_an_index_of_another_release_serves_until_its_successor_does(engine, monkeypatch):
    engine.index([document(1)])
    with monkeypatch.context() as patch:
        patch.setattr(module, "FORMAT", 99)

        def watched():
            assert serving(engine).exists()
            yield document(2)

        WhooshEngine(engine.directory).rebuild(watched())
        assert ids(WhooshEngine(engine.directory)) == {"comment:2": 1}
