from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from consult.demonstration.loading import FLAGSHIP, SIGN_INS
from consult.moderation.models import Decision
from consult.pages.models import EvidencePage
from consult.responses.models import SummaryPage
from consult.submissions.ledger import faults
from consult.submissions.models import Comment, Submission
from working_groups.enums import Phase
from working_groups.models import DraftPage, WorkingGroupPage


@pytest.fixture(autouse=True)
def development(settings: Any) -> None:
    settings.DEBUG = True


def seed(*options: str) -> str:
    out = StringIO()
    with translation.override("en"):
        call_command("seed_demo", *options, stdout=out)
    return out.getvalue()


def everything() -> str:
    """Every row there is."""
    out = StringIO()
    call_command("dumpdata", exclude=["sessions", "contenttypes", "auth.permission"], stdout=out)
    return out.getvalue()


def phases() -> dict[str, Phase]:
    return {draft.slug: draft.phase() for draft in DraftPage.objects.all()}


@pytest.mark.django_db
def test_the_demonstration_stands_and_stays(settings: Any) -> None:
    said = seed()
    assert settings.DEMO_PASSWORD in said
    assert phases() == {
        FLAGSHIP: Phase.OPEN,
        "lenguas-indigenas-ia": Phase.UPCOMING,
        "conectividad-comunitaria": Phase.ANALYSIS,
        "consejo-vigilancia-ia": Phase.RESPONDED,
    }
    drafts = DraftPage.objects.all()
    assert {draft.group.slug for draft in drafts} == {"ia-trabajo", "infraestructura-digital"}
    assert DraftPage.objects.get(slug=FLAGSHIP).sections.count() >= 12
    assert all(group.members.count() >= 2 for group in WorkingGroupPage.objects.all())
    assert EvidencePage.objects.live().count() >= 4
    check_sign_ins(settings.DEMO_PASSWORD)
    check_comments()
    rows = everything()
    seed()
    assert everything() == rows
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        seed()
        assert everything() == rows


def check_sign_ins(password: str) -> None:
    assert {authenticate(username=name, password=password) for name in SIGN_INS} == set(
        User.objects.all()
    )
    chairs = {
        group.slug: set(group.chairs.user_set.values_list("username", flat=True))
        for group in WorkingGroupPage.objects.all()
    }
    assert chairs == {"ia-trabajo": {"chair1", "chair2"}, "infraestructura-digital": {"otherchair"}}
    assert User.objects.filter(is_superuser=True).get().username == "admin"


def check_comments() -> None:
    comments = Comment.objects.public()
    assert comments.count() >= 60
    assert {comment.language for comment in comments} == {"es", "en", "nah"}
    assert set(Comment.objects.values_list("status", flat=True)) == {
        "published",
        "pending",
        "rejected",
        "redacted",
        "withdrawn",
    }
    # Every decision is a chair's of the comment's own group.
    decided = Comment.objects.exclude(status__in=("pending", "withdrawn"))
    assert Decision.objects.count() == decided.count()
    for decision in Decision.objects.select_related("decided_by", "comment__submission__draft"):
        chairs = decision.comment.submission.draft.group.chairs
        assert chairs in decision.decided_by.groups.all()
    assert set(Decision.objects.values_list("decided_by__username", flat=True)) == {
        "chair1",
        "chair2",
        "otherchair",
    }
    assert not Decision.objects.filter(to_status="rejected", reason_code="").exists()
    for submission in Submission.objects.select_related("draft"):
        draft = submission.draft
        assert draft.opens_at <= submission.received_at <= min(draft.closes_at, timezone.now())
    assert list(faults()) == []
    summary = SummaryPage.objects.get()
    for part in summary.theme_summaries.all():
        assert comments.of_draft(summary.draft).filter(pk__in=part.comment_numbers).count() == len(
            part.comment_numbers
        )


@pytest.mark.django_db
def test_a_site_in_use_is_left_alone(settings: Any) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="--force"):
        seed()
    assert not User.objects.exists()
    assert not DraftPage.objects.exists()
