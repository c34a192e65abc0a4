"""What the demonstration shows of taking part and moderating."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from consult.demonstration.loading import FLAGSHIP
from consult.moderation.campaigns.models import Campaign, CampaignWaiting
from consult.moderation.models import Appeal
from consult.moderation.queries import appeals_to_decide
from consult.submissions.enums import Channel, Status
from consult.submissions.models import Comment, HeldFile, Submission
from tests.demonstration.test_seed_demo import seed

pytestmark = pytest.mark.django_db
DRAFT = f"/es/groups/ia-trabajo/{FLAGSHIP}/"


@pytest.fixture(scope="module", autouse=True)
def demonstration(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demonstration, loaded once, and taken back after the last test here."""
    with django_db_blocker.unblock(), override_settings(DEBUG=True), transaction.atomic():
        seed()
        yield
        transaction.set_rollback(True)


def test_a_telephone_number_is_covered_everywhere(client: Client) -> None:
    comment = Comment.objects.get(status=Status.REDACTED)
    page = client.get(f"/es/comments/{comment.pk}/").content.decode()
    assert "656 555 0148" not in page
    assert 'class="covered"' in page
    assert "656 555 0148" in comment.statements.get().words["body"]


def test_an_appeal_waits_for_the_other_chair() -> None:
    made = Appeal.objects.get()
    assert made.decision is None
    waiting_for = {user.username for user in User.objects.all() if made in appeals_to_decide(user)}
    assert made.against.decided_by.username not in waiting_for
    assert waiting_for & {"chair1", "chair2"}


def test_the_public_reads_of_a_campaign(client: Client) -> None:
    campaign = Campaign.objects.get(state="confirmed")
    assert campaign.members.count() == 12
    assert not CampaignWaiting.objects.exists()
    comment = Comment.objects.public().filter(place__campaign=campaign).first()
    assert comment is not None
    page = client.get(f"/en/comments/{comment.pk}/").content.decode()
    # Twelve sent it; three of them wait for review.
    assert re.search(r"\b9\b", re.sub(r"<[^>]*>", " ", page.split('<article class="comment"')[1]))


def test_a_workshops_forms_were_keyed_in_by_the_clerk(client: Client) -> None:
    entries = Submission.objects.filter(channel=Channel.EVENT)
    assert {entry.keyed_by.username for entry in entries if entry.keyed_by} == {"clerk"}
    assert all(entry.attachments.filter(comment=None).count() == 1 for entry in entries)
    client.force_login(User.objects.get(username="clerk"))
    page = client.get("/admin/entries/").content.decode()
    assert entries[0].receipt in page


def test_an_organisations_files_can_be_had(client: Client) -> None:
    comments = Comment.objects.public().filter(attachments__isnull=False).distinct()
    assert comments.count() == 2
    for comment in comments:
        page = client.get(f"/es/comments/{comment.pk}/").content.decode()
        assert comment.attachments.get().name in page
    assert not HeldFile.objects.exists()


def test_a_comment_in_nahuatl_is_marked(client: Client) -> None:
    page = client.get(f"{DRAFT}comments/", {"lang": "nah"}).content.decode()
    assert 'lang="nah"' in page
