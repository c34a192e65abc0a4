import csv
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from openpyxl import load_workbook
from wagtail.users.models import UserProfile

from consult.moderation.actions import decide
from consult.moderation.models import Decision, Note
from consult.submissions.actions import NewComment, change_status, edit_comment
from consult.submissions.models import Comment
from tests.factories import comment_on
from working_groups.models import DraftPage

QUEUE = "/admin/comments/"
MARKUP = '<script>alert("1")</script> <b>negrita</b> {{ 7|add:7 }}'


def numbers(client: Client, **query: Any) -> list[int]:
    """The numbers of the comments that the queue lists, in its order."""
    response = client.get(QUEUE, query)
    return [comment.pk for comment in response.context["object_list"]]


def page_of(comment: Comment, **query: Any) -> str:
    return reverse("comments:edit", args=[comment.pk], query=query)


@pytest.fixture
def three(draft: DraftPage) -> list[Comment]:
    """Three that wait; the one stored last came first."""
    now = timezone.now()
    return [
        comment_on(draft, f"Comentario {n}.", received_at=now - timedelta(hours=n), **options)
        for n, options in enumerate(
            (
                {"stance": "support", "section": 0},
                {"stance": "oppose", "section": 1, "themes": ("equity",)},
                {"stance": "oppose", "section": None},
            )
        )
    ]


def test_oldest_first_and_only_what_waits(chair_client: Client, three: list[Comment]) -> None:
    change_status([three[1]], "published")
    assert numbers(chair_client) == [three[2].pk, three[0].pk]
    assert numbers(chair_client, status="published") == [three[1].pk]
    assert numbers(chair_client, status="all") == [c.pk for c in reversed(three)]


def test_filters(chair_client: Client, draft: DraftPage, three: list[Comment]) -> None:
    theme = three[1].themes.get()
    uid = three[1].section.uid
    assert numbers(chair_client, theme=theme.pk) == [three[1].pk]
    assert numbers(chair_client, stance=["oppose"]) == [three[2].pk, three[1].pk]
    assert numbers(chair_client, stance=["oppose"], draft=draft.pk, section=uid) == [three[1].pk]
    assert numbers(chair_client, draft=draft.pk, section="whole") == [three[2].pk]
    assert numbers(chair_client, language="en") == []
    assert numbers(chair_client, q="comentario 1") == [three[1].pk]
    assert numbers(chair_client, q=f"№ {three[0].pk}")[-1:] == [three[0].pk]


NONSENSE: list[dict[str, str]] = [
    {"q": "9" * 40},
    {"q": "²"},
    {"q": "%" * 60_000},
    {"q": "\x00"},
    {"draft": "9" * 40},
    {"draft": "9" * 5_000},
    {"draft": "²", "section": "x"},
    {"theme": "9" * 40},
    {"theme": "x", "stance": "x", "language": "x", "status": "x", "p": "x"},
    {"ordering": "body"},
]


def test_nonsense_in_the_address(chair_client: Client, pending: Comment) -> None:
    bulk = "/admin/bulk/submissions/comment/approve/"
    for query in NONSENSE:
        assert chair_client.get(QUEUE, query).status_code == 200
        assert chair_client.get(page_of(pending, **query)).status_code == 200
        assert chair_client.get(f"{QUEUE}many/rejected/", query).status_code == 200
        assert chair_client.get(f"{QUEUE}desk/", query).status_code == 302
        assert chair_client.get(bulk, {"id": ["x", "9" * 40], **query}).status_code == 200
    assert chair_client.post(bulk, {"seen": f"x 9:9:9 : {'9' * 40}:pending"}).status_code < 500


def test_a_comment_beside_its_section_as_text(chair_client: Client, draft: DraftPage) -> None:
    comment = comment_on(draft, MARKUP, respondent={"name": "Ana Ruiz", "email": "ana@example.org"})
    Comment.objects.filter(pk=comment.pk).update(
        proposed_text=MARKUP, reason=MARKUP, links=["javascript:alert(1)"]
    )
    shown = chair_client.get(page_of(comment)).content.decode()
    assert shown.count(escape(MARKUP)) == 3
    assert MARKUP not in shown
    assert 'href="javascript' not in shown
    assert "competencias digitales" in shown
    assert "digital skills" in shown
    # They chose not to be named.
    assert "Ana Ruiz" not in shown
    assert "ana@example.org" not in shown
    assert escape(MARKUP) in chair_client.get(QUEUE).content.decode()


def test_the_section_is_shown_as_it_was_when_commented_on(
    chair_client: Client, draft: DraftPage, pending: Comment
) -> None:
    sections = list(draft.sections.all())
    sections[0].body_es = "<p>Otra cosa.</p>"
    draft.sections = sections
    draft.save_revision().publish()
    shown = chair_client.get(page_of(pending)).content.decode()
    assert "competencias digitales" in shown
    assert "Otra cosa." not in shown


@pytest.mark.parametrize("show_name", [False, True])
def test_whom_somebody_writes_for_is_shown_with_the_name_only(
    chair_client: Client, draft: DraftPage, show_name: bool
) -> None:
    who = {"name": "Ana", "on_behalf_of": "Las vecinas", "show_name": show_name}
    shown = chair_client.get(page_of(comment_on(draft, "Uno.", respondent=who)))
    assert ("Las vecinas" in shown.content.decode()) is show_name


def test_approving_leads_to_the_next_that_waits(chair_client: Client, three: list[Comment]) -> None:
    """In the same list: those who oppose."""
    first, second = three[2], three[1]
    address = page_of(first, stance="oppose")
    response = chair_client.post(address, {"outcome": "published", "seen": "pending"})
    assert response.url == page_of(second, stance="oppose")
    response = chair_client.post(response.url, {"outcome": "published", "seen": "pending"})
    assert response.url == f"{QUEUE}?stance=oppose"
    assert numbers(chair_client, status="published") == [first.pk, second.pk]


def test_rejecting_without_a_reason_is_refused_with_a_sentence(
    chair_client: Client, pending: Comment
) -> None:
    form = {"outcome": "rejected", "seen": "pending", "reason_code": "", "note": "Mi nota <i>"}
    response = chair_client.post(page_of(pending), form)
    assert response.status_code == 422
    shown = response.content.decode()
    assert response.context["form"].errors["reason_code"][0] in shown
    assert "Mi nota &lt;i&gt;" in shown
    pending.refresh_from_db()
    assert pending.status == "pending"


def test_rejecting(chair_client: Client, chair: User, pending: Comment) -> None:
    form = {"outcome": "rejected", "seen": "pending", "reason_code": "other", "note": "Por esto."}
    chair_client.post(page_of(pending), form)
    decision = pending.decisions.get()
    assert (decision.to_status, decision.reason_code, decision.note, decision.decided_by) == (
        "rejected",
        "other",
        "Por esto.",
        chair,
    )
    assert "Por esto." in chair_client.get(page_of(pending)).content.decode()


def test_what_a_colleague_decided_is_said_and_nothing_lost(
    chair_client: Client, chair: User, pending: Comment
) -> None:
    decide({pending.pk: "pending"}, "published", by=chair)
    for seen in ("pending", "", "nonsense"):
        form = {"outcome": "rejected", "seen": seen, "reason_code": "spam", "note": "Mi nota"}
        response = chair_client.post(page_of(pending), form)
        assert response.status_code == 409
        shown = response.content.decode()
        assert "Mi nota" in shown
        assert 'name="seen" value="published"' in shown
    assert pending.decisions.count() == 1


def test_nothing_to_decide_on_what_was_withdrawn(chair_client: Client, pending: Comment) -> None:
    change_status([pending], "withdrawn")
    assert 'name="outcome"' not in chair_client.get(page_of(pending)).content.decode()
    response = chair_client.post(page_of(pending), {"outcome": "published", "seen": "withdrawn"})
    assert response.status_code == 409


def test_both_languages(chair_client: Client, chair: User, pending: Comment) -> None:
    profile = UserProfile.get_for_user(chair)
    for language in ("es", "en"):
        profile.preferred_language = language
        profile.save()
        for address in (
            QUEUE,
            page_of(pending),
            f"/admin/bulk/submissions/comment/reject/?id={pending.pk}",
        ):
            response = chair_client.get(address)
            assert response.status_code == 200
            assert f'<html lang="{language}"' in response.content.decode()


def test_many_with_one_reason(chair_client: Client, three: list[Comment]) -> None:
    ids = "&".join(f"id={comment.pk}" for comment in three)
    address = f"/admin/bulk/submissions/comment/reject/?{ids}&next={QUEUE}"
    page = chair_client.get(address)
    seen = " ".join(f"{comment.pk}:pending" for comment in reversed(three))
    assert seen in page.content.decode()
    refused = chair_client.post(address, {"seen": seen, "reason_code": ""})
    assert refused.status_code == 200
    assert refused.context["form"].errors["reason_code"][0] in refused.content.decode()
    assert Decision.objects.count() == 0
    done = chair_client.post(address, {"seen": seen, "reason_code": "spam", "note": "Uno."})
    assert done.url == QUEUE
    assert set(Decision.objects.values_list("comment", "to_status", "reason_code", "note")) == {
        (comment.pk, "rejected", "spam", "Uno.") for comment in three
    }


def test_among_many_one_that_its_author_changed_is_decided_as_it_was_listed(
    chair_client: Client, pending: Comment
) -> None:
    edit_comment(pending.pk, NewComment(body="De nuevo"), seen=1, now=timezone.now())
    address = f"/admin/bulk/submissions/comment/approve/?id={pending.pk}&next={QUEUE}"
    page = BeautifulSoup(chair_client.get(address).content, "html.parser")
    listed = page.select_one('[name="seen"]')
    assert listed is not None
    chair_client.post(address, {"seen": listed["value"]})
    pending.refresh_from_db()
    assert pending.status == "published"


def test_all_of_a_list_are_decided_by_its_filters(chair_client: Client) -> None:
    """They may be thousands: no page lists them, and no address names them."""
    address = f"/admin/bulk/submissions/comment/approve/?id=all&stance=oppose&next={QUEUE}"
    response = chair_client.get(address)
    assert response.url == f"{QUEUE}many/published/?stance=oppose"


def test_many_of_which_a_colleague_decided_one(
    chair_client: Client, chair: User, three: list[Comment]
) -> None:
    address = f"/admin/bulk/submissions/comment/approve/?next={QUEUE}"
    seen = " ".join(f"{comment.pk}:pending" for comment in three)
    decide({three[0].pk: "pending"}, "rejected", by=chair, reason_code="spam")
    response = chair_client.post(address, {"seen": seen}, follow=True)
    assert str(three[0]) in response.content.decode()
    assert Decision.objects.count() == 1


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "vertical\x0btab"]


def test_exports_run_nothing_and_name_nobody(chair_client: Client, draft: DraftPage) -> None:
    who = {
        "name": "Ana Ruiz",
        "on_behalf_of": "=Vecinas",
        "email": "ana@example.org",
        "show_name": False,
    }
    for body in HOSTILE:
        comment_on(draft, body, respondent=who)
    comment_on(draft, "Con nombre.", respondent={**who, "name": "=Luz", "show_name": True})
    response = chair_client.get(QUEUE, {"export": "csv"})
    written = b"".join(response.streaming_content).decode()
    rows = list(csv.reader(StringIO(written, newline="")))
    response = chair_client.get(QUEUE, {"export": "xlsx"})
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    for cells in ([v for row in rows for v in row], [v for row in sheet.values for v in row]):
        typed = [value for value in cells if isinstance(value, str)]
        assert [
            value for value in typed if value.startswith(("=", "+", "-", "@", "\t", "\r"))
        ] == []
        assert {"'=1+1", "'@SUM(A1)", "'=Luz"} <= set(typed)
        assert typed.count("'=Vecinas") == 1
        assert not any("Ana Ruiz" in value or "ana@example.org" in value for value in typed)


@pytest.mark.parametrize("did", ["decided", "noted"])
def test_an_account_that_did_something_is_kept(
    client: Client, admin_user: User, chair: User, pending: Comment, did: str
) -> None:
    if did == "decided":
        decide({pending.pk: "pending"}, "published", by=chair)
    else:
        Note.objects.create(
            comment=pending, words="Ojo", written_by=chair, written_at=timezone.now()
        )
    client.force_login(admin_user)
    bulk = f"/admin/bulk/auth/user/delete/?id={chair.pk}&next=/admin/users/"
    for address in (reverse("wagtailusers_users:delete", args=[chair.pk]), bulk):
        response = client.post(address, follow=True)
        assert chair.username in response.content.decode()
        assert User.objects.filter(pk=chair.pk).exists()


def test_the_queue_costs_the_same_for_one_and_for_many(
    chair_client: Client, draft: DraftPage, pending: Comment, django_assert_max_num_queries: Any
) -> None:
    chair_client.get(QUEUE)
    with django_assert_max_num_queries(40) as one:
        chair_client.get(QUEUE)
    for n in range(5):
        comment_on(draft, f"Más {n}.", section=n % 2, themes=("equity",))
    with django_assert_max_num_queries(len(one)):
        chair_client.get(QUEUE)
