"""Whoosh's known defects, each with our remedy: these fail where a remedy is taken away."""

import stat
import tracemalloc
from io import BytesIO

import pytest
from whoosh.filedb import filestore
from whoosh.filedb.structfile import BufferFile, StructFile
from whoosh.index import TOC

from consult.search.engines import whoosh
from consult.search.engines.base import Document, EngineBusy, EngineUnavailable
from consult.search.engines.whoosh import engine as module
from consult.search.engines.whoosh.building import SegmentWriter
from consult.search.engines.whoosh.columns import Facet
from consult.search.engines.whoosh.engine import WhooshEngine
from consult.search.engines.whoosh.schema import Cells
from consult.search.engines.whoosh.storage import DurableStorage, MappedFile
from consult.search.query import parse


def document(number: int, text: str = "uno") -> Document:
    return Document(f"comment:{number}", "comment", "", {"es": text}, languages=("es",))


@pytest.fixture
def engine(tmp_path) -> WhooshEngine:
    return WhooshEngine(tmp_path / "index")


def total(engine: WhooshEngine, typed: str) -> int:
    return engine.search(parse(typed), {}).total


def test_no_document_comes_twice_and_none_comes_back_after_many_generations(engine):
    """Whoosh's `Searcher.refresh` returns duplicates and deleted documents."""
    engine.index(document(n) for n in range(100))
    for n in range(30):
        engine.index([document(n, "dos")])
        assert (total(engine, "uno"), total(engine, "dos")) == (99 - n, n + 1)
    engine.delete(["comment:50"])
    assert total(engine, "uno") == 69


def test_opening_copies_no_segment(engine):
    """Whoosh's compound storage copies every file of a segment into memory."""
    engine.index(document(n, " ".join(f"w{n * 50 + i}" for i in range(50))) for n in range(300))
    size = engine.size()
    tracemalloc.start()
    assert engine.count() == 300
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < size / 4


def test_a_mapped_file_reads_as_whooshs_own():
    content = bytes(range(256)) * 4 + b"line\nlast"
    ours, theirs = MappedFile(memoryview(content)), BufferFile(memoryview(content))
    for file in (ours, theirs):
        file.seek(1_020)
    assert [ours.read(4), ours.readline(), ours.read(), ours.tell()] == [
        theirs.read(4), theirs.readline(), theirs.read(), theirs.tell()
    ]  # fmt: skip
    assert ours.subset(4, 8).read() == theirs.subset(4, 8).read()
    assert ours.get_array(8, "i", 3) == theirs.get_array(8, "i", 3)


@pytest.mark.parametrize("reader", ["_terms", "_documents"])
def test_whooshs_readers_serve_one_thread_at_a_time(engine, reader):
    """What a thread reads through a shared reader moves the place where another one is reading."""
    engine.index([document(1)])
    (part,) = engine._open().parts
    used = []

    class Watched:
        def __getattr__(self, name):
            used.append(part.segment._lock.locked())
            return getattr(real, name)

    real = getattr(part.segment, reader)
    setattr(part.segment, reader, Watched())
    assert engine.search(parse("uno"), {}).hits[0].document.id == "comment:1"
    assert used
    assert all(used)


def test_files_that_vanish_while_being_opened_are_looked_for_again(engine, monkeypatch):
    engine.index([document(1)])
    opened = filestore.FileStorage.open_file
    failures = iter([FileNotFoundError("a commit took it away")] * 30)

    def unlucky(self, name, **kwargs):
        for failure in failures:
            raise failure
        return opened(self, name, **kwargs)

    monkeypatch.setattr(filestore.FileStorage, "open_file", unlucky)
    assert total(WhooshEngine(engine.directory), "uno") == 1


STEPS = {
    "documents": (SegmentWriter, "add"),
    "postings": (SegmentWriter, "_add_postings"),
    "segment": (SegmentWriter, "finish"),
    "contents": (TOC, "write"),
    "name": (DurableStorage, "rename_file"),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_failed_commit_changes_nothing_and_keeps_no_lock(engine, monkeypatch, step):
    engine.index([document(1)])

    def full(*args: object, **kwargs: object) -> None:
        raise OSError("no space left on device")

    serving = engine.directory / (engine.directory / "current").readlink()
    segments = list(serving.glob("*.seg"))
    with monkeypatch.context() as patch:
        patch.setattr(*STEPS[step], full)
        with pytest.raises(EngineUnavailable, match="no space left"):
            engine.index([document(2)])
    assert list(serving.glob("*.seg")) == segments
    assert total(engine, "uno") == 1
    engine.index([document(3)])
    assert total(engine, "uno") == 2
    assert {path.suffix for path in serving.iterdir()} == {".seg", ".toc"}


def test_a_second_writer_waits_and_then_says_that_it_is_busy(engine, monkeypatch):
    monkeypatch.setattr(module, "WRITE_TIMEOUT", 0.1)
    other = WhooshEngine(engine.directory)
    with engine._one_writer(), pytest.raises(EngineBusy):
        other.index([document(1)])
    other.index([document(1)])
    assert engine.count() == 1


def test_nobody_else_may_read_or_write_the_directory(engine):
    engine.directory.mkdir(mode=0o755)
    engine.index([document(1)])
    for path in (engine.directory, engine.directory / "current"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_facets_have_no_postings():
    for name, kind in whoosh.schema.schema().items():
        assert not (name.startswith("facet_") and kind.indexed)


@pytest.mark.parametrize("count", [3, 300, 65_535, 70_000])
def test_a_facets_column_forgets_no_value(count):
    """Whoosh's own forgets those after the 65,535th."""
    written = BytesIO()
    column = Cells().writer(StructFile(written))
    for number in range(1, count + 1):
        column.add(number, str(number).encode())
    column.finish(count + 2)
    file = MappedFile(memoryview(written.getvalue()))
    facet = Facet.read(file, count + 2)
    assert [facet.cells[ref] for ref in facet.refs] == [
        (), *((str(number),) for number in range(1, count + 1)), ()
    ]  # fmt: skip
    theirs = Cells().reader(file, 0, file.length, count + 2)
    assert [theirs[n] for n in (0, 1, count, count + 1)] == [b"", b"1", str(count).encode(), b""]


def test_a_damaged_index_is_unavailable_until_it_is_rebuilt(engine):
    engine.index([document(1)])
    for path in (engine.directory / "current").glob("*.toc"):
        path.write_bytes(b"not an index")
    again = WhooshEngine(engine.directory)
    with pytest.raises(EngineUnavailable):
        again.search(parse("uno"), {})
    with pytest.raises(EngineUnavailable):
        again.index([document(2)])
    again.rebuild([document(1)])
    assert total(again, "uno") == 1


def test_an_index_of_another_release_is_unavailable_until_it_is_rebuilt(engine, monkeypatch):
    engine.index([document(1)])
    monkeypatch.setattr(module, "FORMAT", 99)
    with pytest.raises(EngineUnavailable, match="rebuild_index"):
        engine.search(parse("uno"), {})
    engine.rebuild([document(1)])
    assert total(engine, "uno") == 1
