"""The chair's desk, through its door."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consult.moderation.actions import decide
from consult.moderation.models import Appeal, Assignment, Note, Reading
from consult.submissions.actions import NewComment, edit_comment
from consult.submissions.covering import Span
from consult.submissions.models import Comment
from tests.factories import comment_on, make_user, submit
from working_groups.models import DraftPage

WORDS = "Escriba a vecina@example.org o pregunte por Luz Marina en la tienda."
EMAIL = "body:10:28:email"


@pytest.fixture
def told(draft: DraftPage) -> Comment:
    return comment_on(draft, WORDS)


@pytest.fixture
def cochair(draft: DraftPage) -> User:
    return make_user("chair2", draft.group.chairs)


def desk(comment: Comment, **query: Any) -> str:
    return reverse("comments:edit", args=[comment.pk], query=query)


def shown(client: Client, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_the_desk_leads_to_the_oldest_and_on(chair_client: Client, draft: DraftPage) -> None:
    first, second = (comment_on(draft, f"{n}.") for n in range(2))
    start = reverse("comments:desk")
    assert chair_client.get(start).url == desk(first)
    assert chair_client.get(start, {"after": first.pk}).url == desk(second)
    # After the last, the first again; nothing is decided by passing over it.
    assert chair_client.get(start, {"after": second.pk}).url == desk(first)
    assert chair_client.get(start, {"stance": "oppose"}).url.startswith("/admin/comments/?")
    page = shown(chair_client, desk(first))
    assert page.select_one("#desk-progress")["max"] == "2"


def test_what_is_proposed_is_marked_and_covered_by_one_press(
    chair_client: Client, told: Comment
) -> None:
    page = shown(chair_client, desk(told))
    assert [mark.text for mark in page.select("mark")] == ["vecina@example.org"]
    box = page.select_one('input[name="spans"]')
    assert (box["value"], box.has_attr("checked"), box["form"]) == (EMAIL, True, "decide")
    form = {
        "seen": "pending",
        "outcome": "redacted",
        "spans": EMAIL,
        "own": "Luz Marina\n",
        "own_kind": "name",
        "reason_code": "personal_data",
    }
    assert chair_client.post(desk(told), form).status_code == 302
    told.refresh_from_db()
    assert told.body == "Escriba a ⟦email⟧ o pregunte por ⟦name⟧ en la tienda."
    page = shown(chair_client, desk(told))
    assert "vecina@example.org" not in str(page)
    assert "Luz Marina" not in str(page)
    assert len(page.select(".covered")) == 2
    assert len(page.select('input[name="spans"][checked]')) == 2


def test_publishing_while_parts_are_ticked_is_refused_and_the_ticks_stay(
    chair_client: Client, told: Comment
) -> None:
    form = {"seen": "pending", "outcome": "published", "spans": EMAIL}
    response = chair_client.post(desk(told), form)
    assert response.status_code == 422
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one(f'input[value="{EMAIL}"]').has_attr("checked")
    assert response.context["form"].errors["spans"][0] in response.content.decode()
    chair_client.post(desk(told), {"seen": "pending", "outcome": "published"})
    told.refresh_from_db()
    assert (told.status, told.body) == ("published", WORDS)


@pytest.mark.parametrize(
    "typed",
    [
        {"own": "No está en el texto"},
        {"own": "Luz Marina", "own_kind": "nonsense"},
        {"spans": "body:a:b:email"},
        {"spans": f"body:0:{'9' * 40}:email"},
        {"spans": "email:0:3:email"},
        {"spans": "body:0:3:nonsense"},
        {"spans": ":::"},
        {},
    ],
)
def test_nonsense_to_cover_is_refused_in_words(
    chair_client: Client, told: Comment, typed: dict[str, str]
) -> None:
    form = {"seen": "pending", "outcome": "redacted", "reason_code": "personal_data", **typed}
    response = chair_client.post(desk(told), form)
    assert response.status_code == 422
    assert response.context["form"].errors
    if own := typed.get("own"):
        assert own in response.content.decode()
    told.refresh_from_db()
    assert told.status == "pending"


def test_reading_the_original_is_logged(
    chair_client: Client,
    chair: User,
    their_client: Client,
    client: Client,
    staff_user: User,
    told: Comment,
) -> None:
    spans = {"body": [Span(10, 28, "email")]}
    decide({told.pk: "pending"}, "redacted", by=chair, spans=spans, reason_code="personal_data")
    for _stranger in (their_client, client):
        assert their_client.post(desk(told), {"do": "original"}).status_code == 404
    client.force_login(staff_user)
    assert client.post(desk(told), {"do": "original"}).status_code == 404
    assert not Reading.objects.exists()
    response = chair_client.post(desk(told), {"do": "original"})
    assert "vecina@example.org" in response.content.decode()
    assert list(Reading.objects.values_list("comment", "read_by")) == [(told.pk, chair.pk)]
    # Not by merely looking at the desk, which tells who read it.
    page = shown(chair_client, desk(told))
    assert "vecina@example.org" not in str(page)
    assert Reading.objects.count() == 1
    assert page.select_one("#history-content").text.count(chair.username) == 2


def test_hiding_undoing_and_what_happened(chair_client: Client, told: Comment) -> None:
    chair_client.post(desk(told), {"seen": "pending", "outcome": "published"})
    form = {"seen": "published", "outcome": "hidden", "reason_code": "abuse", "note": "Por esto."}
    chair_client.post(desk(told), form)
    told.refresh_from_db()
    assert told.status == "hidden"
    response = chair_client.post(desk(told), {"seen": "hidden", "outcome": "undo"})
    assert response.url == desk(told)
    told.refresh_from_db()
    assert (told.status, told.decisions.count()) == ("published", 3)
    assert "Por esto." in shown(chair_client, desk(told)).select_one("#history-content").text


def test_a_change_by_the_author_meanwhile_is_said(chair_client: Client, told: Comment) -> None:
    edit_comment(told.pk, NewComment("Otra cosa."), seen=1, now=timezone.now())
    form = {"seen": "pending", "outcome": "rejected", "reason_code": "spam", "note": "Mi nota"}
    response = chair_client.post(desk(told), form)
    assert response.status_code == 409
    page = BeautifulSoup(response.content, "html.parser")
    assert "Mi nota" in page.text
    assert "Otra cosa." in page.text
    assert page.select_one('input[name="seen"]')["value"] == "pending.2"
    told.refresh_from_db()
    assert told.status == "pending"


def test_colleagues(chair_client: Client, cochair: User, other_chair: User, told: Comment) -> None:
    page = shown(chair_client, desk(told))
    names = [option.text for option in page.select('select[name="assign-to"] option')]
    assert names[1:] == ["chair1", "chair2"]
    chair_client.post(desk(told), {"do": "assign", "assign-to": cochair.pk})
    assert Assignment.objects.get().assignee == cochair
    response = chair_client.post(desk(told), {"do": "assign", "assign-to": other_chair.pk})
    assert response.status_code == 422
    chair_client.post(desk(told), {"do": "note", "note-words": "<b>Mírelo</b>, por favor."})
    assert "&lt;b&gt;Mírelo&lt;/b&gt;" in str(shown(chair_client, desk(told)))
    assert chair_client.post(desk(told), {"do": "note", "note-words": " "}).status_code == 422
    assert Note.objects.count() == 1
    mine, nobodys = (
        [
            c.pk
            for c in chair_client.get("/admin/comments/", {"assigned": who}).context["object_list"]
        ]
        for who in ("mine", "nobody")
    )
    assert (mine, nobodys) == ([], [])
    chair_client.post(desk(told), {"do": "assign", "assign-to": ""})
    assert not Assignment.objects.exists()


def test_the_language_is_corrected(chair_client: Client, told: Comment) -> None:
    chair_client.post(desk(told), {"do": "language", "language": "nah"})
    told.refresh_from_db()
    assert told.language == "nah"
    response = chair_client.post(desk(told), {"do": "language", "language": "klingon"})
    assert response.status_code == 422


def test_the_same_respondents_other_comments_and_no_others(
    chair_client: Client, draft: DraftPage
) -> None:
    one, two = submit(draft, "Una cosa.", "Otra cosa del mismo.").comments.all()
    comment_on(draft, "De otra persona.")
    page = shown(chair_client, desk(one))
    assert page.select_one("#others-content a")["href"] == desk(two)
    assert "De otra persona." not in page.text


def test_another_groups_chair_can_do_nothing(
    their_client: Client, other_chair: User, told: Comment
) -> None:
    for form in (
        {"do": "assign", "assign-to": other_chair.pk},
        {"do": "note", "note-words": "Hola"},
        {"do": "language", "language": "en"},
        {"do": "original"},
        {"do": "decide", "outcome": "undo", "seen": "pending"},
    ):
        assert their_client.post(desk(told), form).status_code == 404
    assert WORDS not in their_client.get(reverse("comments:desk"), follow=True).content.decode()


def appealed(comment: Comment, by: User) -> Appeal:
    (decision,) = decide({comment.pk: "pending"}, "rejected", by=by, reason_code="spam")
    return Appeal.objects.create(
        comment=comment, against=decision, words="No es <i>publicidad</i>.", made_at=timezone.now()
    )


def test_appeals_by_who_may(
    client: Client,
    chair_client: Client,
    their_client: Client,
    chair: User,
    cochair: User,
    staff_user: User,
    told: Comment,
) -> None:
    appeal = appealed(told, chair)
    address = reverse("comments:appeal", args=[appeal.pk])
    listed = reverse("comments:appeals")
    # Who rejected sees that there is one, and does not decide; another group sees nothing.
    assert f'href="{address}"' not in chair_client.get(listed).content.decode()
    assert str(told) in chair_client.get(listed).content.decode()
    assert str(told) not in their_client.get(listed).content.decode()
    for stranger in (chair_client, their_client):
        assert stranger.get(address).status_code == 404
        form = {"outcome": "granted", "seen": "rejected"}
        assert stranger.post(address, form).status_code == 404
    # Staff read this one while its appeal is open, nothing else of it.
    client.force_login(staff_user)
    page = client.get(address).content.decode()
    assert WORDS in page
    assert "No es &lt;i&gt;publicidad&lt;/i&gt;." in page
    assert client.get(desk(told)).status_code == 404
    assert listed in client.get("/admin/").content.decode()
    refused = client.post(address, {"outcome": "upheld", "seen": "rejected", "note": ""})
    assert refused.status_code == 422
    client.post(address, {"outcome": "granted", "seen": "rejected", "note": "Tiene razón."})
    told.refresh_from_db()
    assert (told.status, told.decisions.last().note) == ("published", "Tiene razón.")
    assert client.get(address).status_code == 404


def test_while_an_appeal_is_open_the_desk_offers_no_decision(
    chair_client: Client, chair: User, told: Comment
) -> None:
    appealed(told, chair)
    page = shown(chair_client, desk(told))
    assert not page.select('[name="outcome"]')
    response = chair_client.post(desk(told), {"outcome": "published", "seen": "rejected"})
    assert response.status_code == 409


def test_whoever_rejected_it_first_does_not_decide_the_appeal_against_a_later_rejection(
    client: Client, chair_client: Client, chair: User, cochair: User, told: Comment
) -> None:
    decide({told.pk: "pending"}, "rejected", by=chair, reason_code="spam")
    (again,) = decide({told.pk: "rejected"}, "rejected", by=cochair, reason_code="abuse")
    appeal = Appeal.objects.create(comment=told, against=again, words="No.", made_at=timezone.now())
    address = reverse("comments:appeal", args=[appeal.pk])
    assert chair_client.get(address).status_code == 404
    form = {"outcome": "upheld", "seen": "rejected", "note": "No."}
    assert chair_client.post(address, form).status_code == 404
    page = chair_client.get(reverse("comments:appeals")).content.decode()
    assert str(told) in page
    assert address not in page


def test_an_appeal_ends_where_its_author_changes_the_comment(
    client: Client,
    chair_client: Client,
    chair: User,
    cochair: User,
    told: Comment,
) -> None:
    appeal = appealed(told, chair)
    receipt = f"/en/receipt/{told.submission.receipt}/"
    assert "rejected the comment will decide" in client.get(receipt).content.decode()
    edit_comment(told.pk, NewComment("Otra cosa."), seen=1, now=timezone.now())
    decide({told.pk: "pending.2"}, "rejected", by=chair, reason_code="abuse")
    client.force_login(cochair)
    assert client.get(reverse("comments:appeal", args=[appeal.pk])).status_code == 404
    assert str(told) not in client.get(reverse("comments:appeals")).content.decode()
    page = client.get(receipt).content.decode()
    assert "rejected the comment will decide" not in page
    assert "nobody decides on this appeal any more" in page
    # The desk decides the new words like any others.
    page = shown(chair_client, desk(told))
    assert page.select('[name="outcome"]')
    assert "has appealed" not in page.text
    form = {"outcome": "published", "seen": "rejected.2"}
    assert chair_client.post(desk(told), form).status_code == 302
    told.refresh_from_db()
    assert told.status == "published"
