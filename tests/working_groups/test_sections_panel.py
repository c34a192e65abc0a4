"""The sections of a draft in Wagtail's editor, as the server draws and saves them."""

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import ngettext
from wagtail.test.utils.form_data import inline_formset, rich_text

from consult.themes.models import Theme
from tests.factories import comment_on, make_draft
from tests.working_groups.test_editor import editor_form, section
from working_groups.enums import TranslationStatus
from working_groups.models import DraftPage, Section, WorkingGroupPage


def many(count: int) -> list[dict[str, Any]]:
    themes = list(Theme.objects.all()[:2])
    return [
        {
            "heading_es": f"Apartado {n}",
            "heading_en": f"Section {n}",
            "body_es": "<p>Uno</p>",
            "body_en": "<p>One</p>",
            "level": 1 + n % 2,
            "themes": themes,
        }
        for n in range(count)
    ]


@pytest.fixture
def staff(client: Client, staff_user: User) -> Client:
    client.force_login(staff_user)
    return client


def address_of(draft: DraftPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=(draft.pk,))


def rows_of(html: bytes) -> list[Tag]:
    return BeautifulSoup(html, "html.parser").select("#id_sections-FORMS > .section-row")


def is_open(row: Tag) -> bool:
    return row.select_one("[data-panel-toggle]")["aria-expanded"] == "true"


def as_posted(draft: DraftPage, changed: dict[int, dict[str, Any]], **fields: Any) -> Any:
    """The form of `draft` as its editor sends it, with other values at some places."""
    rows = []
    for place, row in enumerate(draft.sections.all()):
        values = {
            "id": row.pk or "",
            "uid": str(row.uid) if row.pk else "",
            "level": row.level,
            "heading_es": row.heading_es or "",
            "heading_en": row.heading_en or "",
            "body_es": rich_text(row.body_es or ""),
            "body_en": rich_text(row.body_en or ""),
            "ORDER": str(place + 1),
        }
        rows.append(section(**values | changed.get(place, {})))
    initial = len([row for row in draft.sections.all() if row.pk])
    return editor_form(slug=draft.slug, sections=inline_formset(rows, initial=initial), **fields)


def test_each_section_is_a_row_with_number_headings_comments_and_status(
    staff: Client, group: WorkingGroupPage
) -> None:
    draft = make_draft(group, "vivo", sections=many(6))
    comment_on(draft, "Falta el transporte.", section=1, status="published")
    comment_on(draft, "Nadie lo ha leído.", section=2, status="pending")
    rows = rows_of(staff.get(address_of(draft)).content)
    words = [" ".join(row.select_one(".section-row__head").text.split()) for row in rows]
    assert words[:3] == [
        "1 Apartado 0 Section 0",
        "1.1 Apartado 1 Section 1 1 " + ngettext("published comment", "published comments", 1),
        "2 Apartado 2 Section 2",
    ]
    assert {row.select_one("[data-status]")["data-status"] for row in rows} == {"draft"}
    assert [row["data-uid"] for row in rows] == [str(each.uid) for each in draft.sections.all()]


@pytest.mark.parametrize(("count", "opened"), [(5, True), (6, False)])
def test_a_few_sections_stand_open_and_many_are_closed(
    staff: Client, group: WorkingGroupPage, count: int, opened: bool
) -> None:
    draft = make_draft(group, "vivo", sections=many(count))
    rows = rows_of(staff.get(address_of(draft)).content)
    assert {is_open(row) for row in rows} == {opened}


def test_a_closed_section_holds_its_values_until_a_script_fills_them_in(
    staff: Client, group: WorkingGroupPage
) -> None:
    draft = make_draft(group, "vivo", sections=many(6))
    html = staff.get(address_of(draft)).content
    [first, *_rest] = rows_of(html)
    held = {each["name"]: each["value"] for each in first.select("input[type=hidden]")}
    assert held["sections-0-heading_en"] == "Section 0"
    assert '"text":"Uno"' in held["sections-0-body_es"]
    assert held["sections-0-ORDER"] == "1"
    assert not first.select("[data-controller]")
    fields = BeautifulSoup(html, "html.parser").select_one("template[data-fields]")
    names = [each["name"] for each in fields.select("[name]")]
    # In one order, or opening a section would look like a change to Wagtail.
    assert [name.replace("__prefix__", "0") for name in names] == [
        name for name in held if not name.endswith(("-themes", "-id", "-uid", "-ORDER", "-DELETE"))
    ]


def test_a_section_with_an_error_is_open_and_what_was_moved_stays_moved(
    staff: Client, group: WorkingGroupPage
) -> None:
    draft = make_draft(group, "vivo", sections=many(7))
    changed = {
        0: {"ORDER": "2"},
        1: {"ORDER": "1"},
        3: {"heading_es": "", "mark_translation": "reviewed"},
        6: {"DELETE": "1"},
    }
    data = as_posted(draft, changed)
    response = staff.post(address_of(draft), data | {"action-publish": "1"})
    rows = rows_of(response.content)
    assert [row["id"][-1] for row in rows] == ["1", "0", "2", "3", "4", "5", "6"]
    assert [is_open(row) for row in rows] == [False, False, False, True, False, False, False]
    assert rows[3].select_one("[name=sections-3-heading_es]").find_previous(class_="error-message")
    assert (
        rows[3].select_one("[name=sections-3-mark_translation] [selected]")["value"] == "reviewed"
    )
    assert rows[6].select_one("[name=sections-6-DELETE]")["value"]


def test_two_hundred_sections_ask_the_database_as_often_as_two(
    staff: Client, group: WorkingGroupPage
) -> None:
    asked: dict[str, set[int]] = {"live": set(), "saving": set(), "saved": set()}
    themes = [str(theme.pk) for theme in Theme.objects.all()[:2]]
    for count in (2, 20):
        draft = make_draft(group, f"vivo-{count}", sections=many(count))
        chosen = {f"sections-{place}-themes": themes for place in range(count)}
        data = as_posted(draft, {}) | chosen
        # Once before, for what is looked up for all requests.
        staff.get(address_of(draft))
        with CaptureQueriesContext(connection) as queries:
            staff.get(address_of(draft))
        asked["live"].add(len(queries))
        staff.post(address_of(draft), data)
        with CaptureQueriesContext(connection) as queries:
            assert staff.post(address_of(draft), data).status_code == 302
        asked["saving"].add(len(queries))
        with CaptureQueriesContext(connection) as queries:
            staff.get(address_of(draft))
        asked["saved"].add(len(queries))
    assert {name: len(counts) for name, counts in asked.items()} == dict.fromkeys(asked, 1), asked


def test_themes_of_a_section(staff: Client, group: WorkingGroupPage) -> None:
    draft = make_draft(group, "vivo", sections=many(1))
    equity = Theme.objects.get(slug="equity")
    data = as_posted(draft, {}, **{"action-publish": "1"})
    for chosen, expected in (([str(equity.pk)], [equity]), ([], [])):
        response = staff.post(address_of(draft), data | {"sections-0-themes": chosen})
        assert response.status_code == 302
        assert list(Section.objects.get(page=draft).themes.all()) == expected
    response = staff.post(address_of(draft), data | {"sections-0-themes": ["0"]})
    assert set(response.context["form"].formsets["sections"].forms[0].errors) == {"themes"}


@pytest.mark.parametrize(
    ("marked", "changed", "status"),
    [
        ("", {}, TranslationStatus.REVIEWED),
        ("draft", {}, TranslationStatus.DRAFT),
        ("", {"heading_es": "Otro"}, TranslationStatus.STALE),
        ("", {"heading_en": "Another"}, TranslationStatus.DRAFT),
        # Said of the texts that come with it.
        ("reviewed", {"heading_es": "Otro"}, TranslationStatus.REVIEWED),
        ("reviewed", {"heading_en": ""}, TranslationStatus.MISSING),
        ("", {"source_language": "en", "heading_es": "Otro"}, TranslationStatus.DRAFT),
    ],
)
def test_the_editor_says_how_far_a_translation_has_got(
    staff: Client, group: WorkingGroupPage, marked: str, changed: dict[str, str], status: str
) -> None:
    draft = make_draft(group, "vivo", sections=many(1), publish=False)
    row = draft.sections.get()
    row.mark_translation("reviewed")
    row.save()
    data = as_posted(draft, {0: {"mark_translation": marked, **changed}})
    assert staff.post(address_of(draft), data).status_code == 302
    saved = DraftPage.objects.get(pk=draft.pk).get_latest_revision_as_object()
    assert saved.sections.get().translation_status == status


def test_the_drafts_own_texts_have_a_status_too(staff: Client, group: WorkingGroupPage) -> None:
    draft = make_draft(group, "vivo", sections=many(1), publish=False)
    words = {"heading_es": "Uno", "heading_en": "One", "summary_es": "", "summary_en": ""}
    data = as_posted(draft, {}, **words, mark_translation="reviewed")
    assert staff.post(address_of(draft), data).status_code == 302
    saved = DraftPage.objects.get(pk=draft.pk).get_latest_revision_as_object()
    assert saved.translation_status == TranslationStatus.REVIEWED
    html = BeautifulSoup(staff.get(address_of(draft)).content, "html.parser")
    shown = html.select_one("#id_source_language").find_previous(attrs={"data-translation": True})
    assert shown["data-translation"] == "reviewed"


@pytest.mark.parametrize("live", [True, False])
def test_after_saving_by_itself_the_page_learns_of_states_and_new_sections(
    staff: Client, group: WorkingGroupPage, live: bool
) -> None:
    draft = make_draft(group, "vivo", sections=many(1))
    if not live:
        draft.unpublish()
    draft.sections.add(Section(heading_es="Nuevo", body_es="<p>Dos</p>", sort_order=9))
    data = as_posted(draft, {0: {"mark_translation": "reviewed"}})
    answer = staff.post(address_of(draft), data, headers={"accept": "application/json"}).json()
    saved = DraftPage.objects.get(pk=draft.pk).get_latest_revision_as_object()
    [_old, new] = saved.sections.all()
    updates = answer["field_updates"]
    assert updates.pop("sections-1-id", "") == ("" if live else str(new.pk))
    assert updates == {
        "translation_status": "draft",
        "sections-INITIAL_FORMS": "2",
        # Said once: it is not said of what is typed next.
        "sections-0-mark_translation": "",
        "sections-0-translation_status": "reviewed",
        "sections-1-translation_status": "missing",
        "sections-1-uid": str(new.uid),
    }


def test_a_section_keeps_its_uid_before_it_is_published(
    staff: Client, group: WorkingGroupPage
) -> None:
    draft = make_draft(group, "vivo", sections=many(1))
    draft.sections.add(Section(heading_es="Nuevo", sort_order=9))
    staff.post(address_of(draft), as_posted(draft, {}))
    [first, row] = rows_of(staff.get(address_of(draft)).content)
    uid = row["data-uid"]
    changes = {1: {"uid": uid, "heading_es": "Novísimo"}}
    staff.post(address_of(draft), as_posted(draft, changes) | {"action-publish": "1"})
    published = DraftPage.objects.get(pk=draft.pk).sections.get(heading_es="Novísimo")
    assert str(published.uid) == uid
    # It cannot be taken from another one, nor given to two.
    [first, _second] = DraftPage.objects.get(pk=draft.pk).sections.all()
    changes = {0: {"uid": uid}, 1: {"uid": uid, "id": ""}}
    staff.post(address_of(draft), as_posted(published.page, changes) | {"action-publish": "1"})
    uids = [each.uid for each in DraftPage.objects.get(pk=draft.pk).sections.all()]
    assert uids[0] == first.uid
    assert len(set(uids)) == len(uids)


@pytest.mark.parametrize(
    "changed", [{"id": "x"}, {"id": "0"}, {"level": "9"}, {"ORDER": "x"}, {"source_language": "xx"}]
)
def test_nonsense_is_answered(
    staff: Client, group: WorkingGroupPage, changed: dict[str, str]
) -> None:
    draft = make_draft(group, "vivo", sections=many(6))
    data = as_posted(draft, {0: changed}, **{"action-publish": "1"})
    assert staff.post(address_of(draft), data).status_code in (200, 302)
