"""What staff and chairs see of how far drafts are translated."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.factories import make_draft
from working_groups.models import DraftPage, WorkingGroupPage

REPORT = "/admin/reports/translations/"


def words(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


@pytest.fixture
def edited(group: WorkingGroupPage) -> DraftPage:
    """A published draft, reviewed, whose first section was then changed and not published."""
    draft = make_draft(group, "formacion")
    sections = list(draft.sections.all())
    for section in sections:
        section.mark_translation("reviewed")
    draft.sections = sections
    draft.save_revision().publish()
    draft = DraftPage.objects.get(pk=draft.pk)
    sections = list(draft.sections.all())
    sections[0].body_es = "<p>Palabras que nadie ha traducido.</p>"
    sections[1].heading_en = ""
    draft.sections = sections
    draft.save_revision()
    return draft


def test_the_report_names_what_is_behind_as_last_edited(
    edited: DraftPage, client: Client, staff_user: User
) -> None:
    client.force_login(staff_user)
    response = client.get(REPORT, headers={"accept-language": "en"})
    assert response.status_code == 200
    html = response.content.decode()
    address = reverse("wagtailadmin_pages:edit", args=[edited.pk])
    assert f'<a href="{address}#inline_child_sections-0">1 Basic training</a>' in html
    assert "1 missing, 1 not reviewed and 1 out of date" in words(html)
    # The draft's own texts are one row.
    assert f'<a href="{address}">Heading, summary and legal standing</a>' in html


def test_the_report_can_be_taken_along(edited: DraftPage, client: Client, staff_user: User) -> None:
    client.force_login(staff_user)
    response = client.get(REPORT, {"export": "csv"}, headers={"accept-language": "en"})
    text = b"".join(response.streaming_content).decode()
    assert "1 Basic training: out of date" in text


def test_a_chair_sees_the_drafts_of_their_own_group_only(
    edited: DraftPage, other_draft: DraftPage, client: Client, chair: User
) -> None:
    client.force_login(chair)
    html = client.get(REPORT).content.decode()
    assert edited.title in html
    assert other_draft.title not in html
    text = b"".join(client.get(REPORT, {"export": "csv"}).streaming_content).decode()
    assert other_draft.title not in text


def test_the_list_of_drafts_says_how_far_each_is(
    edited: DraftPage, group: WorkingGroupPage, client: Client, staff_user: User
) -> None:
    client.force_login(staff_user)
    address = reverse("wagtailadmin_explore", args=[group.pk])
    html = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "1 missing, 1 not reviewed and 1 out of date" in words(html)


def test_a_heading_is_no_formula_in_a_spreadsheet(
    edited: DraftPage, client: Client, staff_user: User
) -> None:
    DraftPage.objects.filter(pk=edited.pk).update(title="=1+1")
    client.force_login(staff_user)
    text = b"".join(client.get(REPORT, {"export": "csv"}).streaming_content).decode()
    assert "\n=1+1" not in text
    assert "=1+1" in text
