"""What follows from news of comments, and what moderation does in the background."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.dispatch import receiver

from consult.common.signals import daily, worker_turn
from consult.submissions.models import Comment, Submission
from consult.submissions.signals import (
    comment_edited,
    comments_withdrawn,
    respondent_erased,
    scan_read,
    submission_received,
)

from .actions import read_again
from .bulk import work_off
from .campaigns import arrival
from .colleagues import log_reading
from .models import Appeal


@receiver(submission_received)
def note_received(submission: Submission, **kwargs: Any) -> None:
    arrival.note(submission.comments.order_by("pk").values_list("pk", flat=True))


@receiver(comment_edited)
def note_edited(comment: Comment, **kwargs: Any) -> None:
    read_again(comment)
    arrival.note([comment.pk])


@receiver(comments_withdrawn)
def note_withdrawn(comments: Sequence[Comment], **kwargs: Any) -> None:
    arrival.note(comment.pk for comment in comments)


@receiver(scan_read)
def note_scan_read(submission: Submission, by: User, **kwargs: Any) -> None:
    # A form shows every comment of its submission as it was written.
    log_reading(submission.comments.all(), by=by)


@receiver(respondent_erased)
def erase_appeals(submission: Submission, **kwargs: Any) -> None:
    Appeal.objects.filter(comment__submission=submission).update(words="")


@receiver(worker_turn)
def group_comments(**kwargs: Any) -> bool:
    return arrival.group_waiting()


@receiver(daily)
def forget_erased(**kwargs: Any) -> None:
    arrival.forget_erased()


@receiver(worker_turn)
def decide_on_many(**kwargs: Any) -> bool:
    return work_off()


@receiver(daily)
def note_missed(**kwargs: Any) -> None:
    arrival.note_missed()
