"""What a version did to the words under comments: for the chairs of its group, and nobody else."""

import csv
import re
from io import BytesIO, StringIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.users.models import UserProfile

from consult.submissions.models import Comment
from tests.factories import comment_on
from working_groups.models import DraftPage, Section

QUEUE = "/admin/comments/"
VERSIONS = f"{QUEUE}versions/"


@pytest.fixture(autouse=True)
def in_english(chair: User, other_chair: User, staff_user: User) -> None:
    for user in (chair, other_chair, staff_user):
        UserProfile.objects.create(user=user, preferred_language="en")


@pytest.fixture
def third(draft: DraftPage) -> DraftPage:
    """Its third version: of three sections, the first reworded, the second removed.

    The second version reworded the third section, and the first in English.
    """
    third = Section(sort_order=2, heading_es="Plazos", body_es="<p>Hasta marzo.</p>")
    draft = publish(draft, *draft.sections.all(), third)
    first, second, third = draft.sections.all()
    # Two versions so far: the number of a version is not that of a change.
    assert draft.versions.count() == 2
    comment_on(draft, "Uno.", section=0, status="published", stance="oppose")
    comment_on(draft, "Dos.", section=0, status="pending")
    comment_on(draft, "In English.", section=0, language="en", status="rejected")
    comment_on(draft, "Tres.", section=1, status="published", stance="")
    comment_on(draft, "Cuatro.", section=2, status="published")
    comment_on(draft, "Todo.", section=None, status="published")
    third.body_es = "<p>Hasta abril.</p>"
    first.body_en = "<p>Other words.</p>"
    draft = publish(draft, first, second, third)
    comment_on(draft, "Cinco.", section=2, status="pending")
    first, second, third = draft.sections.all()
    first.body_es = "<p>Otras palabras.</p>"
    return publish(draft, first, third)


def publish(draft: DraftPage, *sections: Section) -> DraftPage:
    draft.sections = sections
    draft.save_revision().publish()
    return DraftPage.objects.get(pk=draft.pk)


def address(draft: DraftPage, number: int = 4, **query: Any) -> str:
    return reverse("comments:version", args=[draft.pk, number], query=query)


def text(response: Any) -> str:
    """The words of a screen, on one line."""
    page = BeautifulSoup(response.content, "html.parser")
    return " ".join((page.find("main") or page).get_text(" ").split())


def rows(response: Any) -> list[list[str]]:
    """The report's table."""
    page = BeautifulSoup(response.content, "html.parser")
    return [
        [re.sub(r"\s+", " ", cell.get_text()).strip() for cell in row.find_all(["th", "td"])]
        for row in page.select(".moderation-report tbody tr")
    ]


def test_each_commented_section_that_changed_or_went(
    chair_client: Client, third: DraftPage
) -> None:
    response = chair_client.get(address(third))
    assert rows(response) == [
        [
            "1 Basic training",
            "1 Basic training",
            "Text changed since What changed there (1)",
            "2 on section 1",
            "1 waiting for review, 1 published",
            "1 support, 1 oppose",
        ],
        [
            "1.1 Rural areas",
            "",
            "Section removed since What changed there (1.1)",
            "1 on section 1.1",
            "1 published",
            "",
        ],
    ]
    said = text(response)
    assert "Version 4, compared with version 3, changed or removed 2 of 3 sections" in said
    assert "3 comments stand on words that are no longer there." in said


def test_compared_with_any_earlier_version(chair_client: Client, third: DraftPage) -> None:
    """Also what the version between did; not to comments made after it."""
    response = chair_client.get(address(third, since=2))
    assert [(row[0], row[3]) for row in rows(response)] == [
        ("1 Basic training", "3 on section 1"),
        ("1.1 Rural areas", "1 on section 1.1"),
        ("2 Plazos", "1 on section 2"),
    ]
    assert "Version 4, compared with version 2, changed or removed 3 of 3 sections" in text(
        response
    )
    response = chair_client.get(address(third, 3))
    assert [(row[0], row[3]) for row in rows(response)] == [
        ("1 Basic training", "1 on section 1"),
        ("2 Plazos", "1 on section 2"),
    ]


def test_a_section_that_reads_again_as_it_did_is_not_counted(
    chair_client: Client, draft: DraftPage
) -> None:
    comment_on(draft, "Uno.")
    before = draft.sections.first().body_es
    for body in ("<p>Otra cosa.</p>", before):
        first, second = draft.sections.all()
        first.body_es = body
        draft = publish(draft, first, second)
    assert len(rows(chair_client.get(address(draft, 2)))) == 1
    assert rows(chair_client.get(address(draft, 3))) == []
    assert "0 comments stand on words" in text(chair_client.get(address(draft, 3)))


def test_the_links_lead_to_the_difference_and_the_comments(
    chair_client: Client, third: DraftPage
) -> None:
    uid = third.versions.get(number=2).sections.all()[1].uid
    html = chair_client.get(address(third)).content.decode()
    assert re.search(rf'href="/(es|en)/groups/ia-trabajo/formacion/versions/3...4/#s-{uid}"', html)
    queue = f"{QUEUE}?status=all&amp;draft={third.pk}&amp;section={uid}"
    assert f'href="{queue}"' in html
    listed = chair_client.get(queue.replace("&amp;", "&")).context["object_list"]
    assert [comment.body for comment in listed] == ["Tres."]


def test_export(chair_client: Client, third: DraftPage) -> None:
    response = chair_client.get(address(third, export="csv"))
    written = b"".join(response.streaming_content).decode()
    table = list(csv.DictReader(StringIO(written)))
    assert [
        (row["number then"], row["heading now"], row["what became of it"], row["comments"])
        for row in table
    ] == [
        ("1", "Basic training", "text changed since", "2"),
        ("1.1", "", "section removed since", "1"),
    ]
    assert (table[0]["waiting for review"], table[0]["oppose"]) == ("1", "1")
    response = chair_client.get(address(third, export="xlsx"))
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    assert [row[5] for row in sheet.values] == ["comments", 2, 1]


def test_the_way_there(chair_client: Client, third: DraftPage) -> None:
    assert f'href="{VERSIONS}"' in chair_client.get(QUEUE).content.decode()
    html = chair_client.get(VERSIONS).content.decode()
    assert [f'href="{address(third, number)}"' in html for number in (1, 2, 3, 4)] == [
        False,
        True,
        True,
        True,
    ]


@pytest.mark.parametrize("since", ["x", "4", "0", "9" * 400, "²", "\x00", "<b>x</b>"])
def test_what_is_no_earlier_version_is_said(
    chair_client: Client, third: DraftPage, since: str
) -> None:
    response = chair_client.get(address(third, since=since))
    assert response.status_code == 200
    assert "There is no earlier version" in text(response)
    assert b"<b>x</b>" not in response.content


def test_what_is_no_version(chair_client: Client, third: DraftPage) -> None:
    for number in (0, 1, 5, 10**30):
        assert chair_client.get(f"{VERSIONS}{third.pk}/{number}/").status_code == 404
    assert chair_client.get(f"{VERSIONS}{10**30}/2/").status_code == 404


# --- Who sees it ---------------------------------------------------------------------------------


def test_another_groups_chair_sees_nothing_of_it(
    their_client: Client, third: DraftPage, other_draft: DraftPage
) -> None:
    first, second = other_draft.sections.all()
    first.body_es = "<p>Lo suyo.</p>"
    other_draft = publish(other_draft, first, second)
    for query in ({}, {"since": 1}, {"export": "csv"}, {"export": "xlsx"}):
        response = their_client.get(address(third, **query))
        assert response.status_code == 404
        assert third.heading_en not in response.content.decode()
    assert their_client.get(address(other_draft, 2)).status_code == 200
    html = their_client.get(VERSIONS).content.decode()
    assert address(other_draft, 2) in html
    assert f"{VERSIONS}{third.pk}/" not in html
    # Their own draft's report counts their own comments only.
    assert rows(their_client.get(address(other_draft, 2))) == []


def test_staff_and_strangers_see_nothing_of_it(
    client: Client, staff_user: User, third: DraftPage
) -> None:
    def answers() -> list[int]:
        paths = (VERSIONS, address(third), address(third, export="csv"))
        return [client.get(path).status_code for path in paths]

    assert answers() == [302, 302, 302]
    client.force_login(staff_user)
    assert answers() == [302, 404, 404]


# --- On publishing -------------------------------------------------------------------------------


def publish_in_the_editor(client: Client, draft: DraftPage, **changes: str) -> str:
    """Change fields of the editor's form and press “publish”: what is said then."""
    there = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    page = BeautifulSoup(client.get(there).content, "html.parser")
    data = {}
    for field in page.select("form#page-edit-form [name]"):
        name, kind = str(field["name"]), field.get("type")
        if "__prefix__" in name or field.name == "button":
            continue
        if kind in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            data[name] = chosen["value"] if chosen else ""
        else:
            data[name] = field.text if field.name == "textarea" else field.get("value", "")
    note = f"Versions so far: {draft.versions.count()}"
    data |= {"change_note_es": note, "change_note_en": note}
    response = client.post(there, data | changes | {"action-publish": "1"}, follow=True)
    assert response.status_code == 200
    assert not getattr(response.context.get("form"), "errors", None)
    return "\n".join(str(message) for message in response.context["messages"])


def test_publishing_says_what_became_of_comments(chair_client: Client, draft: DraftPage) -> None:
    comment_on(draft, "Uno.", section=0)
    said = publish_in_the_editor(chair_client, draft, **{"sections-0-heading_es": "Otro nombre"})
    assert "Version 2, compared with version 1, changed or removed 1 of 1 section" in said
    assert address(draft, 2) in said
    # The same wording again, and a section that nobody commented on.
    assert "compared with" not in publish_in_the_editor(chair_client, draft)
    said = publish_in_the_editor(chair_client, draft, **{"sections-1-heading_es": "Otro más"})
    assert draft.versions.count() == 3
    assert "compared with" not in said


def test_staff_are_told_of_public_comments_only(
    client: Client, staff_user: User, draft: DraftPage
) -> None:
    client.force_login(staff_user)
    comment_on(draft, "En espera.", section=0)
    said = publish_in_the_editor(client, draft, **{"sections-0-heading_es": "Otro nombre"})
    assert draft.versions.count() == 2
    assert "compared with" not in said
    comment_on(DraftPage.objects.get(pk=draft.pk), "Publicado.", section=1, status="published")
    said = publish_in_the_editor(
        client,
        draft,
        **{"sections-0-heading_es": "Y otro", "sections-1-heading_es": "Otro más"},
    )
    assert "Version 3, compared with version 2, changed or removed 1 of 1 section" in said
    assert VERSIONS not in said


# --- The queue -----------------------------------------------------------------------------------


def test_the_queue_by_what_became_of_the_text(chair_client: Client, third: DraftPage) -> None:
    def listed(**query: Any) -> list[str]:
        response = chair_client.get(QUEUE, {"status": "all", **query})
        return [comment.body for comment in response.context["object_list"]]

    assert listed(carried="removed") == ["Tres."]
    assert listed(carried="changed") == ["Uno.", "Dos.", "In English.", "Cuatro."]
    assert listed(carried="unchanged") == ["Cinco."]
    assert listed(carried="changed", status="pending", draft=third.pk) == ["Dos."]
    assert listed(carried="nonsense") == []
    html = chair_client.get(QUEUE, {"status": "all"}).content.decode()
    cells = BeautifulSoup(html, "html.parser").select(".moderation-queue tbody tr")
    marks = {row.find_all("td")[2].text.strip(): row.text for row in cells}
    assert ["section removed since" in marks["Tres."], "since" in marks["Todo."]] == [True, False]


def test_the_decision_has_the_mark_and_the_difference(
    chair_client: Client, third: DraftPage
) -> None:
    comments = {each.body: each for each in Comment.objects.all()}
    shown = chair_client.get(reverse("comments:edit", args=[comments["Dos."].pk]))
    assert "on version 2" in text(shown)
    assert "Text changed since" in text(shown)
    assert "/groups/ia-trabajo/formacion/versions/2...4/#s-" in shown.content.decode()
    shown = chair_client.get(reverse("comments:edit", args=[comments["Cinco."].pk]))
    assert "Text unchanged since" in text(shown)


# --- Queries -------------------------------------------------------------------------------------


def test_many_sections_and_comments_cost_no_more_queries(
    chair_client: Client, draft: DraftPage
) -> None:
    def queries(path: str) -> int:
        chair_client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert chair_client.get(path).status_code == 200
        return len(asked)

    def grow(draft: DraftPage, count: int) -> DraftPage:
        for n in range(count):
            comment_on(draft, f"c {n}", section=n % draft.sections.count())
        sections = list(draft.sections.all())
        for section in sections:
            section.body_es = f"<p>Otro {draft.versions.count()}.</p>"
        more = [Section(sort_order=9 + n, heading_es=f"S {n}", body_es="x") for n in range(count)]
        return publish(draft, *sections, *more)

    draft = grow(draft, 2)
    paths = [f"{QUEUE}?carried=changed", QUEUE]
    few = [queries(path) for path in [*paths, address(draft, 2)]]
    draft = grow(draft, 20)
    assert len(rows(chair_client.get(address(draft, 3)))) == 4
    assert [queries(path) for path in [*paths, address(draft, 3)]] == few
