"""Pages with lists cost as many queries for many rows as for few."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consult.themes.models import Theme
from tests.factories import comment_on, make_draft
from working_groups.models import DraftPage, Member, WorkingGroupPage


def fill(group: WorkingGroupPage, *names: str) -> None:
    """A draft, a comment on it and a member of `group` for each of `names`."""
    for name in names:
        draft = make_draft(group, name)
        draft.themes = Theme.objects.filter(slug="equity")
        draft.save_revision().publish()
        for _time in range(2):
            comment_on(
                DraftPage.objects.get(slug="first"),
                "Un comentario.",
                themes=("equity", "ethics"),
                status="published",
            )
    group.members = [Member(name=name, organisation_es="Taller") for name in names]
    group.save()


@pytest.mark.parametrize(
    "path", ["", "themes/equity/", "groups/ia-trabajo/", "groups/ia-trabajo/first/comments/"]
)
def test_more_rows_take_no_more_queries(group: WorkingGroupPage, client: Client, path: str) -> None:
    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            response: Any = client.get(f"/es/{path}")
        assert response.status_code == 200
        return len(asked), len(response.content)

    fill(group, "first", "second")
    # What is kept from the first request on is not what this is about.
    client.get("/es/")
    few, short = queries()
    fill(group, "third", "fourth", "fifth")
    many, long = queries()
    assert long > short
    assert many == few
