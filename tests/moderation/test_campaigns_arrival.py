"""Comments are grouped as they arrive, by the worker, once each, whatever happens meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consult.common.worker import Worker
from consult.moderation.campaigns import arrival
from consult.moderation.campaigns.actions import merge
from consult.moderation.models import (
    Campaign,
    CampaignKey,
    CampaignMember,
    CampaignWaiting,
)
from consult.submissions.actions import (
    NewComment,
    edit_comment,
    withdraw,
)
from consult.submissions.erasing import erase_originals, erase_respondent
from consult.submissions.models import Comment
from tests.factories import comment_on, make_draft, submit
from tests.moderation.test_campaigns_grouping import LETTER, OTHER, OWN
from working_groups.models import DraftPage, WorkingGroupPage

pytestmark = pytest.mark.django_db


def group_all() -> None:
    while arrival.group_waiting():
        pass


def campaign_of(comment: Comment) -> Campaign | None:
    member = CampaignMember.objects.filter(pk=comment.pk).select_related("campaign").first()
    return member and member.campaign


def members(campaign: Campaign | None) -> set[int]:
    assert campaign
    return set(campaign.members.values_list("pk", flat=True))


def test_a_comment_that_is_sent_waits_and_the_worker_groups_it(draft: DraftPage) -> None:
    first, second = comment_on(draft, LETTER), comment_on(draft, f"{LETTER} {OWN}")
    alone = comment_on(draft, OTHER)
    assert CampaignWaiting.objects.count() == 3
    assert not CampaignMember.objects.exists()
    Worker().turn()
    assert not CampaignWaiting.objects.exists()
    campaign = campaign_of(first)
    assert campaign == campaign_of(second)
    assert campaign is not None
    assert (campaign.state, campaign.draft) == (Campaign.State.PROPOSED, draft)
    assert campaign_of(alone) is None


def test_one_after_another_and_all_at_once_come_to_the_same(draft: DraftPage) -> None:
    comments = []
    for number in range(6):
        comments.append(comment_on(draft, f"{LETTER} {' '.join(OWN.split()[:number])}"))
        group_all()
    more = [comment_on(draft, LETTER) for _ in range(6)]
    group_all()
    assert members(campaign_of(comments[0])) == {c.pk for c in [*comments, *more]}
    assert Campaign.objects.count() == 1


def test_drafts_are_apart(draft: DraftPage, other_draft: DraftPage) -> None:
    here, there = comment_on(draft, LETTER), comment_on(other_draft, LETTER)
    group_all()
    assert campaign_of(here) is None
    assert campaign_of(there) is None


def test_quoting_the_draft_is_no_campaign(group: WorkingGroupPage) -> None:
    quoted = (
        "Toda empresa pagará la formación de quienes pierdan su puesto por la automatización y sus"
        " horas de estudio contarán como jornada"
    )
    draft = make_draft(
        group,
        "con-texto",
        sections=[{"heading_es": "Artículo", "body_es": f"<p>{quoted}.</p>"}],
    )
    one = comment_on(draft, f"Dice: «{quoted}». Eso me parece muy justo para mis hijas.")
    two = comment_on(draft, f"{quoted}: nadie lo va a cumplir mientras no haya inspectores.")
    group_all()
    assert campaign_of(one) is campaign_of(two) is None


def test_who_changes_a_comment_leaves_and_may_come_back(draft: DraftPage) -> None:
    first, second, third = (comment_on(draft, LETTER) for _ in range(3))
    group_all()
    campaign = campaign_of(first)
    edit(first, OTHER)
    group_all()
    assert campaign_of(first) is None
    assert members(campaign) == {second.pk, third.pk}
    later = comment_on(draft, f"{LETTER} Gracias.")
    group_all()
    assert campaign_of(later) == campaign
    edit(first, LETTER)
    group_all()
    assert members(campaign) == {first.pk, second.pk, third.pk, later.pk}


def edit(comment: Comment, body: str) -> None:
    comment.refresh_from_db()
    edit_comment(comment.pk, NewComment(body), seen=comment.edition, now=timezone.now())


def test_who_withdraws_a_comment_leaves_and_another_stands_for_all(draft: DraftPage) -> None:
    first, second, third = (comment_on(draft, LETTER) for _ in range(3))
    group_all()
    campaign = campaign_of(first)
    assert campaign is not None
    assert campaign.exemplar == first
    withdraw([first.pk], now=timezone.now())
    group_all()
    campaign.refresh_from_db()
    assert campaign.exemplar == second
    assert members(campaign) == {second.pk, third.pk}
    withdraw([second.pk, third.pk], now=timezone.now())
    group_all()
    campaign.refresh_from_db()
    assert campaign.exemplar is None
    assert not CampaignKey.objects.exists()


def test_what_somebody_has_erased_leaves_nothing(draft: DraftPage) -> None:
    comment = comment_on(draft, LETTER)
    group_all()
    erase_respondent(comment.submission, now=timezone.now())
    group_all()
    assert not CampaignMember.objects.exists()
    assert not CampaignKey.objects.exists()


def test_the_words_that_came_in_most_often_stand_for_all(draft: DraftPage) -> None:
    comment_on(draft, f"{LETTER} {OWN}")
    plain = [comment_on(draft, LETTER) for _ in range(3)]
    group_all()
    campaign = campaign_of(plain[0])
    assert campaign is not None
    assert campaign.exemplar == plain[0]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_killed_in_the_middle_groups_each_once(
    draft: DraftPage, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    comments = [comment_on(draft, LETTER) for _ in range(4)]
    real = arrival._write

    def dies(*args: Any) -> None:
        if moment == "after":
            real(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(arrival, "_write", dies)
    with pytest.raises(KeyboardInterrupt):
        arrival.group_waiting()
    assert CampaignWaiting.objects.count() == 4
    monkeypatch.setattr(arrival, "_write", real)
    group_all()
    arrival.note(comment.pk for comment in comments)
    group_all()
    assert members(campaign_of(comments[0])) == {comment.pk for comment in comments}
    assert Campaign.objects.count() == 1


def test_what_another_worker_grouped_meanwhile_is_not_grouped_again(
    draft: DraftPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment_on(draft, LETTER)
    real = arrival.lock

    def slow(number: int) -> None:
        real(number)
        CampaignWaiting.objects.all().delete()

    monkeypatch.setattr(arrival, "lock", slow)
    assert arrival.group_waiting()
    assert not CampaignMember.objects.exists()


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Any]) -> None:
    """Let something happen between the worker's comparing and its writing, once."""
    real, left = arrival.lock, [happens]

    def slow(number: int) -> None:
        if left:
            left.pop()()
        real(number)

    monkeypatch.setattr(arrival, "lock", slow)


def test_what_a_chair_merged_while_the_worker_compared_is_where_a_comment_goes(
    draft: DraftPage, chair: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = [comment_on(draft, text) for text in (LETTER, LETTER, OTHER, OTHER)]
    group_all()
    letter, other = campaign_of(letters[0]), campaign_of(letters[2])
    assert letter
    assert other
    later = comment_on(draft, LETTER)
    meanwhile(monkeypatch, lambda: merge(letter.pk, other.pk, by=chair))
    group_all()
    assert campaign_of(later) == other
    assert not letter.members.exists()


def test_what_a_comment_is_like_leaving_meanwhile_does_not_lose_the_comment(
    draft: DraftPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = comment_on(draft, LETTER)
    group_all()
    second = comment_on(draft, LETTER)
    meanwhile(monkeypatch, lambda: CampaignMember.objects.filter(pk=first.pk).delete())
    group_all()
    third = comment_on(draft, LETTER)
    group_all()
    assert members(campaign_of(third)) == {second.pk, third.pk}


def test_zero_switches_it_off(draft: DraftPage, settings: Any) -> None:
    settings.CAMPAIGN_MIN_COMMENTS = 0
    comment_on(draft, LETTER)
    assert not CampaignWaiting.objects.exists()


def test_what_was_missed_is_grouped_the_next_day(draft: DraftPage, settings: Any) -> None:
    settings.CAMPAIGN_MIN_COMMENTS = 0
    first, second = comment_on(draft, LETTER), comment_on(draft, LETTER)
    settings.CAMPAIGN_MIN_COMMENTS = 3
    for _ in range(2):
        arrival.note_missed()
    assert CampaignWaiting.objects.count() == 2
    group_all()
    assert members(campaign_of(first)) == {first.pk, second.pk}
    arrival.note_missed()
    assert not CampaignWaiting.objects.exists()


def test_with_the_words_erased_what_they_were_compared_by_goes_too(draft: DraftPage) -> None:
    rejected, kept = comment_on(draft, LETTER), comment_on(draft, LETTER, status="published")
    group_all()
    Comment.objects.filter(pk=rejected.pk).update(status="rejected")
    erase_originals(rejected.submission, now=timezone.now())
    arrival.forget_erased()
    assert not CampaignKey.objects.filter(member=rejected.pk).exists()
    # The campaign stands, and what comes still finds it.
    later = comment_on(draft, LETTER)
    group_all()
    assert campaign_of(later) == campaign_of(kept)


def test_adding_one_costs_as_many_queries_however_many_there_are(draft: DraftPage) -> None:
    def cost() -> int:
        comment_on(draft, LETTER)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            arrival.group_waiting()
        return len(queries)

    submit(draft, LETTER, LETTER)
    group_all()
    few = cost()
    for number in range(20):
        submit(
            draft, *(f"{LETTER} {' '.join(f'w{number}x{i}' for i in range(j))}" for j in range(10))
        )
    group_all()
    assert cost() <= few
