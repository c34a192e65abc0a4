"""How a change reaches the index, and that none is lost on the way."""

from pathlib import Path
from shutil import rmtree

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from consult.common.locking import alone
from consult.pages.models import EvidenceIndexPage, EvidencePage
from consult.search import actions, chores
from consult.search.engines import engine
from consult.search.engines.base import EngineUnavailable
from consult.search.engines.whoosh.engine import WhooshEngine
from consult.search.models import OutboxEntry
from consult.search.query import parse
from consult.themes.models import Theme


@pytest.fixture
def themes(transactional_db) -> list[Theme]:
    """Three themes, and nothing else that can be found."""
    Theme.objects.all().delete()
    return [Theme.objects.create(slug=f"t{n}", name_es=f"xilófono {n}") for n in range(3)]


def found(typed: str = "xilofono") -> int:
    return engine().search(parse(typed), {}).total


def test_a_change_is_found_as_soon_as_it_is_committed(themes):
    assert found() == 3
    assert not OutboxEntry.objects.exists()
    themes[0].delete()
    assert found() == 2


def test_a_change_that_is_rolled_back_leaves_nothing(themes):
    with transaction.atomic():
        Theme.objects.create(slug="never", name_es="nunca")
        transaction.set_rollback(True)
    assert not OutboxEntry.objects.exists()
    assert found("nunca") == 0


def test_many_changes_in_one_transaction_are_one_commit_of_the_index(themes, monkeypatch):
    commits = []
    index = WhooshEngine.index
    monkeypatch.setattr(
        WhooshEngine, "index", lambda self, rows: commits.append(1) or index(self, rows)
    )
    with transaction.atomic():
        for n in range(30):
            Theme.objects.create(slug=f"many{n}", name_es="xilófono")
    assert (len(commits), found()) == (1, 33)


def test_a_crash_right_after_a_page_is_saved_loses_nothing(site, monkeypatch):
    """Wagtail says that a page was published after the commit: too late to note it then."""

    def crash(*args, **kwargs):
        raise SystemError("killed")

    page = EvidencePage(slug="centro", heading_es="Centro")
    EvidenceIndexPage.objects.get().add_child(instance=page)
    OutboxEntry.objects.all().delete()
    revision = page.save_revision()
    assert not OutboxEntry.objects.exists()
    monkeypatch.setattr("wagtail.actions.publish_page_revision.page_published.send", crash)
    with pytest.raises(SystemError):
        revision.publish()
    assert list(OutboxEntry.objects.values_list("kind", "key")) == [("evidence", str(page.pk))]


def test_an_engine_that_fails_does_not_trouble_the_person_and_loses_nothing(themes, monkeypatch):
    def away(*args):
        raise EngineUnavailable("gone")

    with monkeypatch.context() as patch:
        patch.setattr(WhooshEngine, "index", away)
        Theme.objects.create(slug="late", name_es="tardío")
        actions.drain_leftovers()
    assert OutboxEntry.objects.count() == 1
    actions.drain_leftovers()
    assert (OutboxEntry.objects.count(), found("tardio")) == (0, 1)


def test_entries_stay_until_the_index_took_them_in(themes, monkeypatch):
    """A crash between the two replays the change: twice taken in is once found."""
    index = WhooshEngine.index

    def crash_after(self, rows):
        index(self, rows)
        raise SystemError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(WhooshEngine, "index", crash_after)
        themes[0].save()
    assert (OutboxEntry.objects.count(), found()) == (1, 3)
    actions.drain()
    assert (OutboxEntry.objects.count(), found()) == (0, 3)


def test_who_finds_another_draining_leaves_and_the_other_looks_again(themes, settings, monkeypatch):
    take_in = actions._take_in

    def slow(entries):
        take_in(entries)
        # Meanwhile another request changes something, and finds the door closed.
        if Theme.objects.count() == 3:
            Theme.objects.create(slug="meanwhile", name_es="entretanto")
            assert found("entretanto") == 0

    monkeypatch.setattr(actions, "_take_in", slow)
    themes[0].save()
    assert found("entretanto") == 1
    assert not OutboxEntry.objects.exists()


def test_nobody_waits_for_the_lock(themes, settings):
    with alone(Path(settings.SEARCH_INDEX_DIR), "drain.lock") as held:
        assert held
        Theme.objects.create(slug="waiting", name_es="en espera")
    assert OutboxEntry.objects.count() == 1


def test_rebuilding_takes_in_what_changed_meanwhile(themes, capsys, monkeypatch):
    rebuild = WhooshEngine.rebuild

    def busy(self, documents, progress=None):
        count = rebuild(self, documents, progress)
        Theme.objects.create(slug="meanwhile", name_es="entretanto")
        return count

    monkeypatch.setattr(WhooshEngine, "rebuild", busy)
    monkeypatch.setattr("consult.search.management.commands.rebuild_index.STEP", 2)
    call_command("rebuild_index")
    out = capsys.readouterr().out
    assert "2" in out.splitlines()[0]
    assert "3" in out.splitlines()[1]
    assert (found(), found("entretanto")) == (3, 1)


def test_more_than_a_batch_is_taken_in_by_batches(themes, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 2)
    with transaction.atomic():
        for n in range(7):
            Theme.objects.create(slug=f"many{n}", name_es="xilófono")
        themes[0].delete()
    assert found() == 9
    assert not OutboxEntry.objects.exists()


def test_who_searches_waits_for_no_more_than_a_batch(themes, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 2)
    # What a crash left.
    OutboxEntry.objects.bulk_create(
        OutboxEntry(kind="theme", key=str(n)) for n in range(10_001, 10_006)
    )
    assert [len(actions.drain_leftovers()) for _search in range(4)] == [3, 1, 0, 0]


@pytest.mark.parametrize("lost", ["another release", "no index"])
def test_the_worker_makes_an_index_that_this_release_can_read(themes, settings, monkeypatch, lost):
    assert found() == 3
    if lost == "another release":
        monkeypatch.setattr("consult.search.engines.whoosh.engine.FORMAT", 99)
        with pytest.raises(EngineUnavailable):
            engine().generation()
    else:
        rmtree(settings.SEARCH_INDEX_DIR)
    chores.take_in_leftovers()
    assert found() == 3
    generation = engine().generation()
    chores.take_in_leftovers()
    assert engine().generation() == generation


def test_status_is_well_when_index_and_database_agree(themes, capsys):
    call_command("index_status")
    out = capsys.readouterr().out
    assert engine().generation() in out
    assert ": 3\n" in out


def test_status_is_ill_when_something_waits_or_is_missing(themes, capsys):
    OutboxEntry.objects.create(kind="theme", key=str(themes[0].pk))
    with pytest.raises(CommandError):
        call_command("index_status")
    actions.drain()
    engine().delete([f"theme:{themes[0].pk}"])
    with pytest.raises(CommandError):
        call_command("index_status")
    call_command("rebuild_index")
    call_command("index_status")


def test_status_is_ill_when_the_index_cannot_be_read(themes, settings, capsys):
    for path in Path(settings.SEARCH_INDEX_DIR).rglob("*.toc"):
        path.write_bytes(b"")
    engine()._forget()
    with pytest.raises(CommandError):
        call_command("index_status")
