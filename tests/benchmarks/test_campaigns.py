"""What it takes the worker to group 20,000 comments in the database, and one more after them."""

import json
import statistics
import time
from pathlib import Path

import pytest
from django.utils import timezone

from consult.moderation.campaigns import arrival
from consult.moderation.evaluation import told_apart
from consult.moderation.models import Campaign, CampaignKey, CampaignWaiting
from consult.submissions.models import Comment, Statement, Submission
from tests.factories import comment_on
from working_groups.models import DraftPage

COMMENTS = 20_000
LETTERS = Path(__file__).parents[3] / "shared/data/campaigns_fcc/comments_14_28.jsonl"


def fill(draft: DraftPage, texts: list[str]) -> None:
    """A comment for each of `texts`, all of one submission: who sent them makes no difference here."""
    submission = Submission.objects.create(
        draft=draft, receipt="AC-0", received_at=timezone.now(), respondent_kind="person"
    )
    comments = Comment.objects.bulk_create(
        Comment(submission=submission, version=draft.current_version, body=text, language="en")
        for text in texts
    )
    Statement.objects.bulk_create(
        Statement(
            comment=comment, number=1, written_at=timezone.now(), words={"body": comment.body}
        )
        for comment in comments
    )
    arrival.note(comment.pk for comment in comments)


@pytest.mark.django_db(transaction=True)
def test_grouping(draft: DraftPage) -> None:
    if not LETTERS.exists():
        pytest.skip("the shared data are not beside this checkout")
    lines = LETTERS.read_text(encoding="utf-8").splitlines()
    fill(draft, told_apart([json.loads(line)["text"] for line in lines], COMMENTS))
    started, turns = time.perf_counter(), []
    processor = time.process_time()
    while CampaignWaiting.objects.exists():
        turn = time.perf_counter()
        arrival.group_waiting()
        turns.append(time.perf_counter() - turn)
    seconds = time.perf_counter() - started
    one_more = []
    for line in lines[:40]:
        comment_on(draft, json.loads(line)["text"])
        turn = time.perf_counter()
        arrival.group_waiting()
        one_more.append(1_000 * (time.perf_counter() - turn))
    print(
        f"\n{COMMENTS} comments: {seconds:.1f} s ({time.process_time() - processor:.1f} s of a"
        f" processor), turns of {arrival.BATCH} from {1_000 * min(turns):.0f} to"
        f" {1_000 * max(turns):.0f} ms, the first ten {1_000 * statistics.mean(turns[:10]):.0f}, the"
        f" last ten {1_000 * statistics.mean(turns[-10:]):.0f}; one more {statistics.median(one_more):.1f} ms;"
        f" {Campaign.objects.count()} groups, {CampaignKey.objects.count()} keys"
    )
    assert seconds < 60
