"""The chair's screens of campaigns: seen and changed by their own group's chair only."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from consult.moderation.campaigns import actions
from consult.moderation.models import Campaign, CampaignEvent
from consult.submissions.models import Comment
from tests.factories import comment_on
from tests.moderation.test_campaigns_arrival import campaign_of, group_all, members
from tests.moderation.test_campaigns_grouping import LETTER, OTHER, OWN
from working_groups.models import DraftPage

pytestmark = pytest.mark.django_db
LIST = "/admin/comments/campaigns/"


@pytest.fixture
def letters(draft: DraftPage) -> list[Comment]:
    """Four comments of one campaign; the third has words of its own."""
    comments = [comment_on(draft, text) for text in (LETTER, LETTER, f"{LETTER} {OWN}", LETTER)]
    group_all()
    return comments


@pytest.fixture
def campaign(letters: list[Comment]) -> Campaign:
    found = campaign_of(letters[0])
    assert found is not None
    return found


def page(campaign: Campaign) -> str:
    return reverse("comments:campaign", args=[campaign.pk])


def test_the_list_shows_what_is_proposed_with_its_count(
    chair_client: Client, campaign: Campaign, draft: DraftPage
) -> None:
    few = [comment_on(draft, OTHER) for _ in range(2)]
    group_all()
    content = chair_client.get(LIST).content.decode()
    assert LETTER[:60] in content
    assert f">{campaign}</a>" in content
    assert "<td>4</td>" in content
    # Two that say the same are not a campaign yet.
    assert str(campaign_of(few[0])) not in content


def test_a_campaign_shows_what_each_added(chair_client: Client, campaign: Campaign) -> None:
    content = chair_client.get(page(campaign)).content.decode()
    assert f"{OWN}</ins>" in content.replace("</span>", "") or OWN in content
    assert "<ins>" in content
    assert content.count("Las mismas palabras.") + content.count("The same words.") == 2


def test_another_groups_chair_gets_nothing_and_changes_nothing(
    their_client: Client, campaign: Campaign, other_draft: DraftPage
) -> None:
    theirs = [comment_on(other_draft, OTHER) for _ in range(3)]
    group_all()
    assert LETTER[:40] not in their_client.get(LIST).content.decode()
    assert their_client.get(page(campaign)).status_code == 404
    for act in ("confirm", "dissolve", "split", "merge", "exemplar"):
        assert their_client.post(page(campaign), {"act": act}).status_code == 404
    own = campaign_of(theirs[0])
    assert own is not None
    answer = their_client.post(page(own), {"act": "merge", "into": campaign.pk})
    assert answer.status_code in (302, 403)
    assert members(own) == {comment.pk for comment in theirs}
    assert not CampaignEvent.objects.exists()
    listed = their_client.get(reverse("comments:index"), {"campaign": campaign.pk, "status": "all"})
    assert LETTER[:40] not in listed.content.decode()


def test_confirm_dissolve_and_confirm_again_are_kept(
    chair_client: Client, chair: User, campaign: Campaign
) -> None:
    for act, state in (
        ("confirm", Campaign.State.CONFIRMED),
        ("dissolve", Campaign.State.DISSOLVED),
        ("confirm", Campaign.State.CONFIRMED),
    ):
        chair_client.post(page(campaign), {"act": act})
        campaign.refresh_from_db()
        assert campaign.state == state
    events = list(campaign.events.values_list("what", "comments", "done_by"))
    assert events == [(act, 4, chair.pk) for act in ("confirmed", "dissolved", "confirmed")]


def test_what_a_colleague_did_meanwhile_is_said_and_not_undone(
    chair_client: Client, chair: User, campaign: Campaign
) -> None:
    actions.confirm(campaign.pk, by=chair)
    answer = chair_client.post(page(campaign), {"act": "confirm"})
    assert answer.status_code == 409
    assert campaign.events.count() == 1


def test_what_is_dissolved_is_not_proposed_again(
    chair: User, campaign: Campaign, draft: DraftPage
) -> None:
    actions.dissolve(campaign.pk, by=chair)
    later = comment_on(draft, LETTER)
    group_all()
    assert campaign_of(later) == campaign
    assert Campaign.objects.count() == 1


def test_split_takes_the_chosen_out_and_new_ones_find_their_way(
    chair_client: Client, campaign: Campaign, letters: list[Comment], draft: DraftPage
) -> None:
    chair_client.post(page(campaign), {"act": "split", "comments": [letters[2].pk]})
    new = campaign_of(letters[2])
    assert new not in (None, campaign)
    assert members(campaign) == {letters[0].pk, letters[1].pk, letters[3].pk}
    assert members(new) == {letters[2].pk}
    with_own, plain = comment_on(draft, f"{LETTER} {OWN}"), comment_on(draft, LETTER)
    group_all()
    assert campaign_of(with_own) == new
    assert campaign_of(plain) == campaign


@pytest.mark.parametrize("which", ["none", "all", "a stranger"])
def test_a_split_that_makes_no_sense_is_refused_in_words(
    chair_client: Client, campaign: Campaign, letters: list[Comment], draft: DraftPage, which: str
) -> None:
    stranger = comment_on(draft, OTHER)
    chosen = {
        "none": [],
        "all": [comment.pk for comment in letters],
        "a stranger": [letters[0].pk, stranger.pk],
    }[which]
    answer = chair_client.post(page(campaign), {"act": "split", "comments": chosen})
    assert answer.status_code == 409
    assert members(campaign) == {comment.pk for comment in letters}
    assert Campaign.objects.count() == 1


def test_merge_moves_all_comments_and_new_ones_follow(
    chair_client: Client, campaign: Campaign, letters: list[Comment], draft: DraftPage
) -> None:
    others = [comment_on(draft, OTHER) for _ in range(3)]
    group_all()
    other = campaign_of(others[0])
    assert other is not None
    chair_client.post(page(other), {"act": "merge", "into": campaign.pk})
    later = comment_on(draft, OTHER)
    group_all()
    assert members(campaign) == {c.pk for c in [*letters, *others, later]}
    other.refresh_from_db()
    assert other.state == Campaign.State.DISSOLVED
    assert {(e.campaign_id, e.what) for e in CampaignEvent.objects.all()} == {
        (other.pk, "merged"),
        (campaign.pk, "took_in"),
    }


def test_a_campaign_does_not_go_into_another_drafts(
    chair: User, campaign: Campaign, other_draft: DraftPage, admin_user: User
) -> None:
    for _ in range(3):
        comment_on(other_draft, OTHER)
    group_all()
    there = Campaign.objects.get(draft=other_draft)
    with pytest.raises(actions.CampaignChanged):
        actions.merge(campaign.pk, there.pk, by=admin_user)


def test_another_comment_can_stand_for_all_and_stays(
    chair_client: Client, campaign: Campaign, letters: list[Comment], draft: DraftPage
) -> None:
    chair_client.post(page(campaign), {"act": "exemplar", "comment": letters[2].pk})
    comment_on(draft, LETTER)
    group_all()
    campaign.refresh_from_db()
    assert campaign.exemplar == letters[2]


def test_the_queue_can_be_narrowed_to_a_campaign(
    chair_client: Client, campaign: Campaign, draft: DraftPage
) -> None:
    comment_on(draft, OTHER)
    content = chair_client.get(
        reverse("comments:index"), {"campaign": campaign.pk}
    ).content.decode()
    assert LETTER[:40] in content
    assert OTHER[:40] not in content
    for nonsense in ("x", "9" * 30, "0"):
        answer = chair_client.get(reverse("comments:index"), {"campaign": nonsense})
        assert answer.status_code == 200
        assert LETTER[:40] not in answer.content.decode()


def test_the_desk_says_which_campaign_a_comment_is_in(
    chair_client: Client, campaign: Campaign, letters: list[Comment]
) -> None:
    content = chair_client.get(reverse("comments:edit", args=[letters[1].pk])).content.decode()
    assert page(campaign) in content


def test_hostile_posts_do_no_harm(chair_client: Client, campaign: Campaign) -> None:
    for data in (
        {},
        {"act": "explode"},
        {"act": "merge", "into": "x"},
        {"act": "exemplar", "comment": "9" * 40},
        {"act": "split", "comments": ["x", "-1", "9" * 40]},
    ):
        assert chair_client.post(page(campaign), data).status_code in (302, 403, 409)
    assert not CampaignEvent.objects.exists()
