"""How what happened becomes letters: in batches, by the worker, each letter once."""

import logging
import traceback
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from consult.common.texts import same_address
from consult.moderation.models import Appeal, Decision
from consult.responses.models import SummaryPage
from consult.submissions.enums import Status
from consult.submissions.models import DataRequest, Submission
from consult.themes.models import Theme
from working_groups.models import DraftPage, Version

from .actions import end_address, has_room, silence_address
from .enums import FOR_SUBSCRIBERS, Event, Frequency
from .letters import write
from .models import Letter, Notice, Subscription
from .queries import wanting_letters

logger = logging.getLogger(__name__)

BATCH = 20
# How many are told before others have their turn.
RECIPIENTS = 50
# Receipts in one letter.
MOST_RECEIPTS = 100

# What anybody can have sent to any address; nobody gets many of these.
ASKED_FOR = frozenset({Event.RECEIVED, Event.RECEIPT_ASKED, Event.REQUEST_ANSWERED})

# The letters to write now; and, where there are more to tell, the last who was.
Told = tuple[list[Letter], int | None]


def tell() -> bool:
    """Write the letters of some notices that are due; whether there may be more."""
    notices = Notice.objects.claim(BATCH)
    for notice in notices:
        try:
            _tell(notice)
        except Exception as error:
            # It has its next turn; the others have theirs now. The words may name a person.
            place = "".join(traceback.format_tb(error.__traceback__))
            logger.error("%s: %s\n%s", notice.event, type(error).__name__, place)
    return bool(notices)


def _tell(notice: Notice) -> None:
    if notice.event == Event.DECIDED:
        _tell_decisions(notice)
        return
    letters, last = TELLERS[notice.event](notice)
    with transaction.atomic():
        Letter.objects.bulk_create(letters, ignore_conflicts=True)
        if last is None:
            _done(Notice.objects.filter(pk=notice.pk))
        else:
            rest = Notice.objects.filter(pk=notice.pk)
            rest.update(told_up_to=last, attempts=0, next_try_at=timezone.now())


def _done(notices: QuerySet[Notice]) -> None:
    notices.update(done_at=timezone.now(), recipient="")


# --- To the sender of one submission -------------------------------------------------------------


def _to_sender(
    notice: Notice,
    submission: Submission | None,
    template: str,
    *,
    unsubscribe: str = "",
    **context: Any,
) -> Told:
    recipient = notice.recipient or (submission.email if submission else "")
    if submission is None or not recipient:
        return [], None
    if notice.event in ASKED_FOR and not has_room(recipient):
        # All of it can be read on the page of the receipt.
        return [], None
    letter = write(
        template,
        {"submission": submission, "draft": submission.draft, **context},
        key=f"{notice.event}:{notice.about}",
        recipient=recipient,
        language=notice.language or submission.language,
        notice=notice,
        submission=submission,
        unsubscribe=unsubscribe,
    )
    return [letter], None


def _receipt(notice: Notice) -> Told:
    submissions = Submission.objects.select_related("draft")
    submission = submissions.filter(pk=notice.about.partition(":")[0]).first()
    return _to_sender(notice, submission, "receipt")


@transaction.atomic
def _tell_decisions(notice: Notice) -> None:
    """One letter on all decisions of a submission that were not told yet: on each comment the last."""
    number = notice.about.partition(":")[0]
    waiting = Notice.objects.filter(
        event=Event.DECIDED, done_at=None, about__startswith=f"{number}:"
    ).select_for_update()
    untold = {int(each.about.partition(":")[2]) for each in waiting}
    taken = Decision.objects.filter(pk__in=untold).select_related("comment")
    last = {decision.comment_id: decision for decision in taken.order_by("pk")}
    decisions = [each for each in last.values() if each.comment.status != Status.WITHDRAWN]
    submission = wanting_letters().select_related("draft").filter(pk=number).first()
    if decisions and submission:
        letters, _none = _to_sender(
            notice,
            submission,
            "decisions",
            unsubscribe=silence_address(submission),
            decisions=decisions,
        )
        Letter.objects.bulk_create(letters, ignore_conflicts=True)
    _done(Notice.objects.filter(pk__in=[each.pk for each in waiting]))


def _appeal(notice: Notice) -> Told:
    appeals = Appeal.objects.select_related("decision", "comment__submission__draft")
    appeal = appeals.get(pk=notice.about)
    return _to_sender(notice, appeal.comment.submission, "appeal", appeal=appeal)


def _request(notice: Notice) -> Told:
    request = DataRequest.objects.select_related("submission__draft").get(pk=notice.about)
    return _to_sender(notice, request.submission, "request", request=request)


def _receipts(notice: Notice) -> Told:
    """All receipts of one address in one letter; where there are none, no letter.

    Each address as it is known gets its own receipts: they go to nobody else.
    """
    alike = Submission.objects.filter(email__iexact=notice.recipient).exclude(email="")
    found = alike.order_by("email").values_list("email", flat=True).distinct()
    letters: list[Letter] = []
    for address in [each for each in found if same_address(each, notice.recipient)]:
        if not has_room(address):
            break
        own = Submission.objects.filter(email=address).select_related("draft")
        letters.append(
            write(
                "receipts",
                {"submissions": list(own.order_by("-received_at")[:MOST_RECEIPTS])},
                key=f"{notice.event}:{notice.about}:{len(letters)}",
                recipient=address,
                language=notice.language,
                # One notice writes once to addresses that differ in case; here each has its own.
                notice=None if letters else notice,
            )
        )
    return letters, None


# --- To many -------------------------------------------------------------------------------------


def _public_draft(notice: Notice) -> DraftPage | None:
    return DraftPage.objects.live().public().filter(pk=notice.draft_id).first()


def _summary(notice: Notice) -> SummaryPage | None:
    return SummaryPage.objects.live().public().filter(pk=notice.about).first()


def _to_senders(notice: Notice) -> Told:
    """That a draft was answered, to all who sent something on it and want to be told."""
    summary, draft = _summary(notice), _public_draft(notice)
    if summary is None or draft is None:
        return [], None
    senders = wanting_letters().filter(draft=draft, pk__gt=notice.told_up_to)
    batch = list(senders.order_by("pk")[:RECIPIENTS])
    letters = [
        write(
            "answered",
            {"submission": submission, "draft": draft, "summary": summary},
            key=f"{notice.event}:{notice.about}:{submission.pk}",
            recipient=submission.email,
            language=submission.language,
            notice=notice,
            submission=submission,
            unsubscribe=silence_address(submission),
        )
        for submission in batch
    ]
    return letters, batch[-1].pk if len(batch) == RECIPIENTS else None


def _to_subscribers(notice: Notice) -> Told:
    """News of a draft, to those who subscribed to it, its group or a theme, and want it at once."""
    draft = _public_draft(notice)
    news = _news(notice) if draft else None
    if draft is None or news is None:
        return [], None
    hearing = Subscription.objects.running().hearing_of(draft, themes_of(draft))
    hearing = hearing.filter(frequency=Frequency.AT_ONCE, confirmed_at__lte=notice.noted_at)
    if notice.event == Event.RESPONSE:
        # They have a letter of their own.
        senders = wanting_letters().filter(draft=draft)
        told = senders.annotate(address=Lower("email")).values("address")
        hearing = hearing.annotate(address=Lower("email")).exclude(address__in=told)
    batch = list(hearing.filter(pk__gt=notice.told_up_to).order_by("pk")[:RECIPIENTS])
    letters = [
        write(
            "news",
            {"subscription": subscription, "news": [news], "draft": draft, "only": news},
            key=f"{notice.event}:{notice.about}:{subscription.pk}",
            recipient=subscription.email,
            language=subscription.language,
            notice=notice,
            unsubscribe=end_address(subscription),
        )
        for subscription in batch
    ]
    return letters, batch[-1].pk if len(batch) == RECIPIENTS else None


def _news(notice: Notice) -> dict[str, Any] | None:
    """What there is to say of `notice`; None where it is not true any more."""
    news: dict[str, Any] = {"event": notice.event, "draft": notice.draft}
    if notice.event == Event.VERSION:
        news["version"] = Version.objects.filter(pk=notice.about).first()
        return news if news["version"] else None
    if notice.event == Event.RESPONSE:
        news["summary"] = _summary(notice)
        return news if news["summary"] else None
    closes_at = notice.draft.closes_at if notice.draft else None
    over = closes_at is not None and closes_at < timezone.now()
    return None if over else news


def news_since(subscription: Subscription) -> list[dict[str, Any]]:
    """What happened to the drafts of `subscription` that its reader was not told, oldest first."""
    drafts = drafts_of(subscription)
    notices = Notice.objects.filter(draft__in=drafts, event__in=FOR_SUBSCRIBERS)
    notices = notices.filter(noted_at__gt=subscription.told_since).order_by("noted_at", "pk")
    return [news for notice in notices.select_related("draft") if (news := _news(notice))]


def drafts_of(subscription: Subscription) -> list[DraftPage]:
    """The public drafts that a subscription is about."""
    drafts = DraftPage.objects.live().public()
    if subscription.draft:
        return list(drafts.filter(pk=subscription.draft_id))
    if subscription.group:
        return list(drafts.child_of(subscription.group))
    of_theme = drafts.filter(themes=subscription.theme_id)
    return list((of_theme | drafts.filter(sections__themes=subscription.theme_id)).distinct())


def themes_of(draft: DraftPage) -> list[int]:
    """The primary keys of the themes of `draft` and of its sections."""
    themes = Theme.objects.filter(drafts=draft) | Theme.objects.filter(sections__page=draft)
    return list(themes.order_by().values_list("pk", flat=True).distinct())


TELLERS: dict[str, Callable[[Notice], Told]] = {
    Event.RECEIVED: _receipt,
    Event.RECEIPT_ASKED: _receipt,
    Event.APPEAL_DECIDED: _appeal,
    Event.REQUEST_ANSWERED: _request,
    Event.RECEIPTS_ASKED: _receipts,
    Event.ANSWERED: _to_senders,
    Event.VERSION: _to_subscribers,
    Event.OPENED: _to_subscribers,
    Event.CLOSING: _to_subscribers,
    Event.RESPONSE: _to_subscribers,
}
