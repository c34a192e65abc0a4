"""Covered parts of a comment: gone from every public text, kept in the statement."""

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from hypothesis import given, strategies as st

from consult.search.actions import drain
from consult.search.choices import Choices
from consult.search.parameters import Parameters
from consult.search.queries import search_public
from consult.submissions import actions, covering
from consult.submissions.covering import Span
from consult.submissions.enums import LedgerKind, Status
from consult.submissions.models import Comment, LedgerEntry
from tests.factories import comment_on
from working_groups.models import DraftPage

PHONE = "656 555 0199"
BODY = f"Llámenme al {PHONE} <b>hoy</b>"


@transaction.atomic
def covered(comment: Comment) -> Comment:
    comment = Comment.objects.get(pk=comment.pk)
    start = BODY.index(PHONE)
    actions.change_status([comment], Status.REDACTED)
    actions.cover(comment, {"body": [Span(start, start + len(PHONE), "phone")]})
    return comment


@pytest.fixture
def comment(draft: DraftPage) -> Comment:
    return comment_on(draft, BODY, status=Status.PUBLISHED)


@pytest.mark.parametrize(("lang", "label"), [("es", "teléfono"), ("en", "telephone number")])
def test_the_page_says_what_was_covered(
    client: Client, comment: Comment, lang: str, label: str
) -> None:
    covered(comment)
    html = client.get(f"/{lang}/comments/{comment.pk}/").content.decode()
    assert PHONE not in html
    assert label in html.split('class="covered">')[1].split("</span>")[0]
    assert "&lt;b&gt;hoy&lt;/b&gt;" in html


def test_the_original_is_kept_and_vouched_for(comment: Comment) -> None:
    covered(comment)
    assert comment.statements.get().words["body"] == BODY
    assert LedgerEntry.objects.last().kind == LedgerKind.REDACTED
    call_command("verify_ledger")


def test_covering_nothing_shows_the_words_again(comment: Comment) -> None:
    row = covered(comment)
    with transaction.atomic():
        actions.cover(row, {})
    assert Comment.objects.get().body == BODY
    call_command("verify_ledger")


def test_the_index_forgets_what_was_covered(comment: Comment) -> None:
    def found(words: str) -> int:
        drain()
        return search_public(Parameters(text=words), choices=Choices("es"), language="es").total

    assert found("0199") == 1
    covered(comment)
    assert found("0199") == 0
    assert found("llámenme") == 1


@given(
    st.text(alphabet="ab⟦⟧ñ ", max_size=30),
    st.lists(st.tuples(st.integers(-3, 33), st.integers(-3, 33)), max_size=5),
)
def test_nothing_else_is_lost(text: str, pairs: list[tuple[int, int]]) -> None:
    spans = [Span(max(start, 0), end, "other") for start, end in pairs]
    inside = {
        place for start, end, _kind in spans if end <= len(text) for place in range(start, end)
    }
    kept = "".join(sign for place, sign in enumerate(text) if place not in inside)
    assert covering.cover(text, spans).replace("⟦other⟧", "") == kept
