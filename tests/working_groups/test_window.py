"""When a draft is open for comments: its history, and what readers are told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.factories import make_draft
from tests.working_groups.windows import (
    CLOSE,
    CLOSES,
    LATER,
    NOW,
    OPENS,
    changes_of,
    confirm,
    publish,
    reload,
    words_of,
)
from working_groups.importing import import_draft
from working_groups.models import ConsultationWindow, DraftPage, WorkingGroupPage


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def draft(group: WorkingGroupPage) -> DraftPage:
    return make_draft(group, "formacion", opens_at=OPENS, closes_at=CLOSES)


@pytest.fixture
def chair_client(client: Client, chair: User) -> Client:
    client.force_login(chair)
    return client


@pytest.mark.parametrize(
    ("dates", "change"),
    [
        ({"closes_at": LATER}, "extended"),
        ({"closes_at": None}, "extended"),
        ({"closes_at": CLOSES - timedelta(days=1)}, "shortened"),
        ({"closes_at": NOW - timedelta(days=1)}, "shortened"),
        ({"opens_at": OPENS - timedelta(days=1)}, "extended"),
        ({"opens_at": NOW + timedelta(days=1)}, "shortened"),
    ],
)
def test_publishing_other_dates_notes_what_it_does_to_an_open_consultation(
    draft: DraftPage, dates: dict[str, Any], change: str
) -> None:
    draft = publish(draft, **dates)
    assert changes_of(draft) == ["", change]
    last = draft.windows.latest("pk")
    assert (last.opens_at, last.closes_at, last.set_at, last.note_es) == (
        draft.opens_at,
        draft.closes_at,
        NOW,
        None,
    )


def test_dates_that_move_before_it_opens_are_no_change_to_anybody(group: WorkingGroupPage) -> None:
    draft = make_draft(group, "pronto", opens_at=NOW + timedelta(days=1), closes_at=CLOSES)
    draft = publish(draft, opens_at=NOW + timedelta(days=2), closes_at=LATER)
    assert changes_of(draft) == ["", ""]


def test_publishing_the_same_dates_notes_nothing(draft: DraftPage) -> None:
    publish(draft, summary_es="Otro resumen.", closes_at=CLOSES.replace(microsecond=999))
    assert changes_of(draft) == [""]


def test_a_draft_without_dates_has_no_window_yet(group: WorkingGroupPage) -> None:
    draft = make_draft(group, "sin-fechas", opens_at=None, closes_at=None)
    assert changes_of(draft) == []
    assert changes_of(publish(draft, opens_at=OPENS)) == [""]


def test_an_import_leaves_a_row_without_a_note(draft: DraftPage, group: WorkingGroupPage) -> None:
    content = {
        "slug": draft.slug,
        "opens_at": OPENS.isoformat(),
        "closes_at": LATER.isoformat(),
        "sections": [{"key": "a", "heading": {"es": "Objeto"}, "body": {"es": "<p>Uno.</p>"}}],
    }
    import_draft(content, group.slug, publish=False)
    assert changes_of(draft) == [""]
    import_draft(content, group.slug, publish=True)
    assert changes_of(draft) == ["", "extended"]


def test_a_scheduled_publication_notes_its_dates_when_it_goes_live(
    group: WorkingGroupPage, clock: time_machine.Traveller
) -> None:
    draft = make_draft(group, "luego", opens_at=OPENS, closes_at=CLOSES, publish=False, live=False)
    draft.go_live_at = NOW + timedelta(hours=1)
    draft.save_revision().publish()
    assert changes_of(draft) == []
    clock.shift(timedelta(hours=2))
    call_command("publish_scheduled")
    assert changes_of(draft) == [""]
    assert draft.windows.get().set_at == NOW + timedelta(hours=2)


def test_a_copy_begins_a_history_of_its_own(chair_client: Client, draft: DraftPage) -> None:
    confirm(chair_client, draft)
    chair_client.post(
        reverse("wagtailadmin_pages:copy", args=[draft.pk]),
        {"new_title": "Otra", "new_slug": "otra", "new_parent_page": draft.get_parent().pk},
    )
    made = DraftPage.objects.get(slug="otra")
    made.get_latest_revision().publish()
    assert changes_of(made) == [""]


# --- What readers are told -----------------------------------------------------------------------


def read(client: Client, draft: DraftPage, code: str) -> str:
    return words_of(client.get(f"/{code}/groups/ia-trabajo/{draft.slug}/"))


def test_readers_are_told_what_changed_when_and_why(chair_client: Client, draft: DraftPage) -> None:
    confirm(chair_client, draft)
    english = read(Client(), draft, "en")
    assert (
        "Extended on December 1, 2026: from December 10, 2026, 23:59, Central Mexico time, to"
        " December 20, 2026, 23:59, Central Mexico time. Several schools asked for it." in english
    )
    spanish = read(Client(), draft, "es")
    assert "1 de diciembre de 2026" in spanish
    assert "Varias escuelas lo pidieron." in spanish
    assert "Several schools" not in spanish


def test_the_newest_change_is_shown_and_the_earlier_ones_are_folded(
    chair_client: Client, draft: DraftPage, clock: time_machine.Traveller
) -> None:
    confirm(chair_client, draft)
    clock.shift(timedelta(days=1))
    confirm(chair_client, reload(draft), CLOSE, when="at", closes_at="2026-12-12 18:00")
    clock.move_to(datetime(2026, 12, 14, 18, 0, tzinfo=UTC))
    confirm(chair_client, reload(draft), note_en="Opened again.")
    html = Client().get(f"/en/groups/ia-trabajo/{draft.slug}/").content
    note = BeautifulSoup(html, "html.parser").select_one(".note:has(time)")
    assert note
    assert [" ".join(words.text.split()).split(":")[0] for words in note.select("p:has(time)")] == [
        "Opened again on December 14, 2026",
        "Closing brought forward on December 2, 2026",
        "Extended on December 1, 2026",
    ]
    assert len(note.select("details p:has(time)")) == 2
    assert "2 earlier changes" in note.select("summary")[0].text


def test_a_note_in_the_other_language_only_is_said_to_be_so(draft: DraftPage) -> None:
    publish(draft, closes_at=LATER)
    ConsultationWindow.objects.create(
        draft=draft,
        opens_at=OPENS,
        closes_at=LATER + timedelta(days=1),
        change="extended",
        set_at=NOW,
        note_es="<b>Porque sí.</b>",
    )
    html = Client().get(f"/en/groups/ia-trabajo/{draft.slug}/").content.decode()
    assert '<span lang="es">&lt;b&gt;Porque sí.&lt;/b&gt;</span>' in html
    note = BeautifulSoup(html, "html.parser").select_one(".note:has(time)")
    assert note
    assert "Not yet translated into English" in note.text


def test_nothing_is_said_where_nothing_changed_for_readers(
    draft: DraftPage, group: WorkingGroupPage
) -> None:
    moved = make_draft(group, "pronto", opens_at=NOW + timedelta(days=1), closes_at=CLOSES)
    publish(moved, closes_at=LATER)
    publish(draft, opens_at=OPENS - timedelta(days=1))
    for page in (draft, moved):
        html = Client().get(f"/es/groups/ia-trabajo/{page.slug}/").content
        assert not BeautifulSoup(html, "html.parser").select(".note time")


@pytest.mark.parametrize("path", ["", "groups/ia-trabajo/", "groups/ia-trabajo/formacion/"])
def test_lists_and_pages_count_down(draft: DraftPage, client: Client, path: str) -> None:
    with time_machine.travel(CLOSES - timedelta(minutes=59, seconds=30), tick=False):
        html = client.get(f"/en/{path}").content
    [countdown] = BeautifulSoup(html, "html.parser").select(".countdown")
    assert countdown.text == "closes in 59 minutes"
    assert countdown.parent
    assert countdown.parent.get_text(" ", strip=True).startswith("Open for comments ·")
    assert countdown["data-until"] == "2026-12-10T23:59:59-06:00"
