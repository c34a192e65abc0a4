"""The screens that move the closing time of a consultation, and the editor, which does not."""

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

from consult.responses.models import SummaryPage
from consult.search.enums import Kind
from consult.search.models import OutboxEntry
from tests.factories import make_draft
from tests.working_groups.windows import (
    CLOSE,
    CLOSES,
    EXTEND,
    LATER,
    NOTES,
    NOW,
    OPENS,
    changes_of,
    confirm,
    filled_in,
    publish,
    reload,
    screen,
    words_of,
)
from working_groups.models import DraftPage, WorkingGroupPage


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


def test_extending_shows_both_languages_first_and_then_does_it(
    chair_client: Client, draft: DraftPage, chair: User
) -> None:
    address = screen(draft, EXTEND)
    assert chair_client.get(address).status_code == 200
    shown = chair_client.post(address, filled_in(draft))
    words = words_of(shown)
    for said in (
        "Varias escuelas lo pidieron.",
        "Several schools asked for it.",
        "20 de diciembre de 2026, 23:59, hora del centro de México",
        "December 20, 2026, 23:59, Central Mexico time",
        "quedan 19 días",
        "19 days left",
    ):
        assert said in words
    assert reload(draft).closes_at == CLOSES
    assert changes_of(draft) == [""]
    # What the second page sends is what the first one was given.
    form = BeautifulSoup(shown.content, "html.parser").select_one("form:has([name=confirm])")
    assert form
    sent = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    response = chair_client.post(address, sent | {"confirm": "1"})
    assert response.status_code == 302
    assert reload(draft).closes_at == LATER
    last = draft.windows.latest("pk")
    assert (last.change, last.closes_at, last.set_by) == ("extended", LATER, chair)
    assert {name: getattr(last, name) for name in NOTES} == NOTES
    assert changes_of(draft) == ["", "extended"]
    assert draft.versions.count() == 1


def test_one_goes_back_from_the_preview_with_all_that_was_typed(
    chair_client: Client, draft: DraftPage
) -> None:
    response = chair_client.post(screen(draft, EXTEND), filled_in(draft, change="1"))
    html = response.content.decode()
    assert 'value="2026-12-20 23:59"' in html
    assert "Several schools asked for it.</textarea>" in html
    assert reload(draft).closes_at == CLOSES


def test_closing_at_once(chair_client: Client, draft: DraftPage) -> None:
    preview = chair_client.post(screen(draft, CLOSE), filled_in(draft, when="now", closes_at=""))
    assert "1 de diciembre de 2026, 12:00" in words_of(preview)
    assert confirm(chair_client, draft, CLOSE, when="now", closes_at="").status_code == 302
    draft = reload(draft)
    assert draft.closes_at == NOW
    assert changes_of(draft) == ["", "shortened"]
    with time_machine.travel(NOW + timedelta(seconds=1), tick=False):
        assert draft.phase() == "analysis"


def test_closing_at_an_earlier_time(chair_client: Client, draft: DraftPage) -> None:
    confirm(chair_client, draft, CLOSE, when="at", closes_at="2026-12-05 18:00")
    # The whole minute counts, in the site's zone.
    assert reload(draft).closes_at == datetime(2026, 12, 6, 0, 0, 59, tzinfo=UTC)


def test_a_consultation_without_a_closing_time_gets_one(
    chair_client: Client, draft: DraftPage
) -> None:
    draft = publish(draft, closes_at=None)
    assert chair_client.get(screen(draft, EXTEND)).status_code == 302
    assert confirm(chair_client, draft, CLOSE, when="at").status_code == 302
    assert reload(draft).closes_at == LATER


@pytest.mark.parametrize(
    ("name", "fields", "wrong"),
    [
        (EXTEND, {"closes_at": ""}, "closes_at"),
        (EXTEND, {"closes_at": "mañana"}, "closes_at"),
        (EXTEND, {"closes_at": "2026-12-10 23:59"}, "closes_at"),
        (EXTEND, {"closes_at": "2026-12-09 10:00"}, "closes_at"),
        (EXTEND, {"closes_at": "9999-12-31 23:59"}, "closes_at"),
        (EXTEND, {"closes_at": "0001-01-01 00:00"}, "closes_at"),
        (EXTEND, {"note_es": "  "}, "note_es"),
        (EXTEND, {"note_en": ""}, "note_en"),
        (EXTEND, {"note_en": "a" * 1_001}, "note_en"),
        (EXTEND, {"note_en": "a\x00b"}, "note_en"),
        (CLOSE, {}, "when"),
        (CLOSE, {"when": "at", "closes_at": ""}, "closes_at"),
        (CLOSE, {"when": "at", "closes_at": "2026-12-01 11:59"}, "closes_at"),
        (CLOSE, {"when": "at", "closes_at": "2026-12-10 23:59"}, "closes_at"),
        (CLOSE, {"when": "now", "note_es": ""}, "note_es"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_done(
    chair_client: Client, draft: DraftPage, name: str, fields: dict[str, str], wrong: str
) -> None:
    response = confirm(chair_client, draft, name, **fields)
    assert response.status_code == 422
    assert wrong in response.context["form"].errors
    assert reload(draft).closes_at == CLOSES
    assert changes_of(draft) == [""]


@pytest.mark.parametrize(
    ("who", "may"),
    [("chair", True), ("staff_user", True), ("other_chair", False), ("nobody", False)],
)
@pytest.mark.parametrize("name", [EXTEND, CLOSE])
def test_the_screens_are_for_who_may_publish_the_draft(
    client: Client, draft: DraftPage, request: pytest.FixtureRequest, name: str, who: str, may: bool
) -> None:
    if who != "nobody":
        client.force_login(request.getfixturevalue(who))
    assert (client.get(screen(draft, name)).status_code == 200) is may
    confirm(client, draft, name, when="now")
    assert len(changes_of(draft)) == (2 if may else 1)


def test_a_form_for_another_closing_time_is_refused_with_what_happened(
    chair_client: Client, draft: DraftPage, staff_user: User
) -> None:
    other = Client()
    other.force_login(staff_user)
    stale = filled_in(draft, confirm="1", closes_at="2026-12-15 18:00")
    confirm(other, draft)
    response = chair_client.post(screen(draft, EXTEND), stale)
    assert response.status_code == 409
    assert "20 de diciembre de 2026, 23:59" in words_of(response)
    assert "staff" in words_of(response)
    assert "Several schools asked for it.</textarea>" in response.content.decode()
    assert reload(draft).closes_at == LATER
    assert changes_of(draft) == ["", "extended"]
    # The page that said so has a form for the time that it told.
    form = BeautifulSoup(response.content, "html.parser").select_one("input[name=seen]")
    assert form
    again = stale | {"seen": form["value"], "closes_at": "2026-12-24 18:00"}
    assert chair_client.post(screen(draft, EXTEND), again).status_code == 302
    assert changes_of(draft) == ["", "extended", "extended"]


def test_what_is_not_published_yet_stays_so_and_has_the_new_date(
    chair_client: Client, draft: DraftPage
) -> None:
    draft.summary_es, draft.heading_es = "Aún sin publicar.", ""
    draft.save_revision(clean=False)
    before = draft.revisions.count()
    confirm(chair_client, draft)
    draft = reload(draft)
    assert (draft.closes_at, draft.summary_es) == (LATER, "De qué trata.")
    assert draft.has_unpublished_changes
    assert draft.revisions.count() == before + 1
    edited = draft.get_latest_revision_as_object()
    assert (edited.closes_at, edited.summary_es) == (LATER, "Aún sin publicar.")
    edited.heading_es = "Borrador"
    edited.save_revision().publish()
    assert changes_of(draft) == ["", "extended"]


def test_what_is_scheduled_stays_scheduled_and_has_the_new_date(
    chair_client: Client, draft: DraftPage, clock: time_machine.Traveller
) -> None:
    draft.summary_es, draft.go_live_at = "Mañana, esto.", NOW + timedelta(days=1)
    draft.save_revision().publish()
    confirm(chair_client, reload(draft))
    assert (reload(draft).closes_at, reload(draft).summary_es) == (LATER, "De qué trata.")
    clock.shift(timedelta(days=2))
    call_command("publish_scheduled")
    draft = reload(draft)
    assert (draft.closes_at, draft.summary_es) == (LATER, "Mañana, esto.")
    assert not draft.has_unpublished_changes
    assert changes_of(draft) == ["", "extended"]


@pytest.mark.parametrize("edited", [False, True])
def test_search_is_told(chair_client: Client, draft: DraftPage, edited: bool) -> None:
    if edited:
        draft.save_revision()
    OutboxEntry.objects.all().delete()
    confirm(chair_client, draft)
    assert list(OutboxEntry.objects.values_list("kind", "key").distinct()) == [
        (Kind.DRAFT, str(draft.pk))
    ]


def test_a_consultation_that_has_closed_is_opened_again(
    chair_client: Client, draft: DraftPage
) -> None:
    with time_machine.travel(CLOSES + timedelta(days=3), tick=False):
        assert chair_client.get(screen(draft, CLOSE)).status_code == 302
        preview = chair_client.post(screen(draft, EXTEND), filled_in(draft))
        assert preview.context["preview"].reopened
        assert confirm(chair_client, draft).status_code == 302
        assert reload(draft).phase() == "open"
        assert changes_of(draft) == ["", "extended"]


@pytest.mark.parametrize("why", ["answered", "long ago", "not published", "not open yet"])
def test_what_cannot_be_extended(
    chair_client: Client, chair: User, draft: DraftPage, why: str
) -> None:
    now = CLOSES + timedelta(days=31 if why == "long ago" else 3)
    if why == "answered":
        summary = SummaryPage(slug="summary", heading_es="Síntesis")
        draft.add_child(instance=summary)
        summary.save_revision().publish()
    elif why == "not published":
        draft.unpublish()
    elif why == "not open yet":
        now = OPENS - timedelta(days=1)
    with time_machine.travel(now, tick=False):
        chair_client.force_login(chair)
        for name in (EXTEND, CLOSE):
            response = chair_client.get(screen(draft, name), follow=True)
            assert response.redirect_chain[0][0] == reverse(
                "wagtailadmin_pages:edit", args=[draft.pk]
            )
            confirm(chair_client, draft, name, closes_at="2027-03-01 10:00", when="at")
    assert changes_of(draft) == [""]


def test_a_page_that_somebody_locked_keeps_its_dates(
    chair_client: Client, draft: DraftPage, staff_user: User
) -> None:
    DraftPage.objects.filter(pk=draft.pk).update(locked=True, locked_by=staff_user)
    assert confirm(chair_client, draft).status_code == 302
    assert changes_of(draft) == [""]


def test_a_draft_that_is_not_there_is_not_found(chair_client: Client, draft: DraftPage) -> None:
    for pk in (draft.pk + 1_000, draft.get_parent().pk):
        assert chair_client.get(reverse(EXTEND, args=[pk])).status_code == 404


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        (OPENS - timedelta(days=1), set()),
        (NOW, {EXTEND, CLOSE}),
        (CLOSES, {EXTEND, CLOSE}),
        (CLOSES + timedelta(seconds=1), {EXTEND}),
        (CLOSES + timedelta(days=31), set()),
    ],
)
@pytest.mark.parametrize("menu", ["wagtailadmin_pages:edit", "wagtailadmin_explore"])
def test_the_pages_menu_offers_what_can_be_done(
    chair_client: Client, draft: DraftPage, menu: str, now: datetime, offered: set[str]
) -> None:
    with time_machine.travel(now, tick=False):
        html = chair_client.get(reverse(menu, args=[draft.pk])).content.decode()
    header = BeautifulSoup(html, "html.parser").select("header a, .w-slim-header a")
    links = {link["href"] for link in header}
    assert {name for name in (EXTEND, CLOSE) if screen(draft, name) in links} == offered


# --- The editor ----------------------------------------------------------------------------------


def edit(client: Client, draft: DraftPage, opened: str = "", **fields: Any) -> Any:
    """Open the editor and send its form as a browser does, with other `fields`.

    `opened` is where the form is taken from: the editor itself, unless an earlier revision.
    """
    address = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    html = client.get(opened or address).content
    form = BeautifulSoup(html, "html.parser").select_one("form[data-edit-form]")
    assert form
    data: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name = str(field["name"])
        if field.has_attr("disabled") or "__prefix__" in name:
            continue
        if field.name == "textarea":
            data[name] = field.text
        elif field.name == "select":
            chosen = field.select("option[selected]") or field.select("option")[:1]
            data[name] = [option["value"] for option in chosen]
        elif field.get("type") not in {"checkbox", "radio"} or field.has_attr("checked"):
            data[name] = field.get("value", "")
    return client.post(address, data | fields)


def test_the_editor_leaves_the_dates_of_an_open_consultation(
    chair_client: Client, draft: DraftPage
) -> None:
    html = chair_client.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    for name, date in (("opens_at", "2026-11-21 12:00"), ("closes_at", "2026-12-10 23:59")):
        field = BeautifulSoup(html, "html.parser").select_one(f"input[name={name}]")
        assert field
        assert field.has_attr("disabled")
        assert field["value"] == date
    typed = {"opens_at": "2027-01-01 00:00", "closes_at": "2027-02-01 00:00"}
    typed |= {"heading_es": "Otro título", "action-publish": "1"}
    assert edit(chair_client, draft, **typed).status_code == 302
    draft = reload(draft)
    assert (draft.heading_es, draft.opens_at, draft.closes_at) == ("Otro título", OPENS, CLOSES)
    assert changes_of(draft) == [""]


def test_going_back_to_an_earlier_text_does_not_go_back_to_its_dates(
    chair_client: Client, draft: DraftPage
) -> None:
    first = draft.latest_revision
    assert first
    publish(draft, summary_es="Otro resumen.")
    confirm(chair_client, reload(draft))
    earlier = reverse("wagtailadmin_pages:revisions_revert", args=[draft.pk, first.pk])
    assert edit(chair_client, draft, earlier, **{"action-publish": "1"}).status_code == 302
    assert (reload(draft).closes_at, reload(draft).summary_es) == (LATER, "De qué trata.")
    assert changes_of(draft) == ["", "extended"]


def test_the_editor_says_what_the_saved_dates_mean(
    chair_client: Client, group: WorkingGroupPage
) -> None:
    draft = make_draft(group, "nuevo", opens_at=OPENS, closes_at=CLOSES, publish=False, live=False)
    draft.save_revision()
    page = chair_client.get(reverse("wagtailadmin_pages:edit", args=[draft.pk]))
    assert "Abierta a comentarios · quedan 9 días" in words_of(page)
    assert not page.context["form"].opened
