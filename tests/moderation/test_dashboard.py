from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consult.moderation.actions import decide
from consult.submissions.models import Comment, Precaution
from tests.factories import comment_on, submit
from working_groups.models import DraftPage

DASHBOARD = "/admin/comments/dashboard/"


def page_of(client: Client, draft: DraftPage) -> BeautifulSoup:
    response = client.get(DASHBOARD, {"draft": draft.pk})
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def rows(page: BeautifulSoup, figure: str) -> dict[str, str]:
    table = page.select_one(f"figure:has(#{figure}) table")
    return {row.th.text: row.td.text for row in table.select("tbody tr")}


@pytest.fixture
def many(draft: DraftPage, chair: User) -> list[Comment]:
    now = timezone.now()
    comments = [
        comment_on(draft, f"Comentario {n}.", received_at=now - timedelta(hours=hours), **options)
        for n, (hours, options) in enumerate(
            (
                (100, {"themes": ("equity", "ethics"), "respondent": {"state": "Chihuahua"}}),
                (10, {"stance": "oppose"}),
                (4, {"stance": "oppose", "respondent": {"sector": "workers"}}),
            )
        )
    ]
    decide({comments[1].pk: "pending"}, "rejected", by=chair, reason_code="spam")
    decide({comments[2].pk: "pending"}, "published", by=chair)
    decide({comments[2].pk: "published"}, "hidden", by=chair, reason_code="abuse")
    return comments


def test_what_it_counts(
    chair_client: Client, chair: User, draft: DraftPage, many: list[Comment]
) -> None:
    page = page_of(chair_client, draft)
    numbers = {row.dt.text: row.dd.text for row in page.select(".moderation-numbers > div")}
    values = [" ".join(value.split()) for value in numbers.values()]
    assert values[:2] == ["3", "1"]
    # Half of 10 hours and 4 hours: the first decision on each counts.
    assert values[3].startswith("7 ")
    assert values[4:] == ["1", "0"]
    assert rows(page, "by-stance") == {"A favor": "1", "En contra": "2"}
    assert rows(page, "by-status") == {
        "En espera de revisión": "1",
        "Rechazado": "1",
        "Oculto": "1",
    }
    themes = rows(page, "by-theme")
    assert sorted(themes.values()) == ["1", "1", "2"]
    assert rows(page, "by-state")["Chihuahua"] == "1"
    assert sum(int(count) for count in rows(page, "by-day").values()) == 3
    decided = [
        [cell.text for cell in row.select("th, td")] for row in page.select(".listing tbody tr")
    ]
    assert [row[0] for row in decided] == [chair.username] * 3
    assert {row[3] for row in decided} == {"1"}


def test_an_empty_draft(chair_client: Client, draft: DraftPage) -> None:
    page = page_of(chair_client, draft)
    assert len(page.select("figure")) == 7
    assert not page.select("svg rect")


def test_it_costs_the_same_for_many(
    chair_client: Client, draft: DraftPage, many: list[Comment], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(40) as few:
        page_of(chair_client, draft)
    submit(draft, *(f"Otro {n}." for n in range(20)), themes=("equity",))
    with django_assert_max_num_queries(len(few)):
        page_of(chair_client, draft)


def test_another_groups_draft_is_not_there(
    chair_client: Client,
    their_client: Client,
    client: Client,
    staff_user: User,
    draft: DraftPage,
    other_draft: DraftPage,
) -> None:
    assert their_client.get(DASHBOARD, {"draft": draft.pk}).status_code == 404
    assert chair_client.get(DASHBOARD, {"draft": other_draft.pk}).status_code == 404
    for nonsense in ("x", "9" * 40, "²"):
        assert chair_client.get(DASHBOARD, {"draft": nonsense}).status_code == 404
    assert draft.heading_es not in their_client.get(DASHBOARD).content.decode()
    client.force_login(staff_user)
    assert client.get(DASHBOARD).status_code == 302


def test_the_precaution(
    chair_client: Client, their_client: Client, chair: User, draft: DraftPage
) -> None:
    draft.moderation = "after"
    draft.save_revision().publish()
    address = reverse("comments:precaution", args=[draft.pk])
    assert their_client.post(address, {"on": "1", "words": "Sí"}).status_code == 404
    assert chair_client.post(address, {"on": "1", "words": " "}).status_code == 422
    assert not Precaution.objects.exists()
    chair_client.post(address, {"on": "1", "words": "Nos atacan <b>bots</b>."})
    chair_client.post(address, {"on": "1", "words": "Otra vez."})
    precaution = Precaution.objects.get()
    assert (precaution.begun_by, precaution.ended_at) == (chair, None)
    assert comment_on(draft, "Durante.").status == "pending"
    assert "&lt;b&gt;bots&lt;/b&gt;" in str(page_of(chair_client, draft))
    chair_client.post(address, {"on": "0", "words": "Ya pasó."})
    precaution.refresh_from_db()
    assert precaution.ended_by == chair
    assert "Ya pasó." in str(page_of(chair_client, draft))
    assert comment_on(draft, "Después.").status == "published"
