"""What changes in notices and subscriptions; letters are written and sent by the worker."""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from consult.common.limits import mailbox, take_of
from consult.common.texts import same_address
from consult.submissions.models import Submission
from consult.themes.models import Theme
from working_groups.models import DraftPage, WorkingGroupPage

from .enums import Event
from .letters import whole, write
from .models import FollowedSearch, Letter, Notice, Silence, Subscription


def note(event: str, about: object, **columns: Any) -> None:
    """Note that `event` happened, to be told by the worker; once, however often this is called."""
    Notice.objects.bulk_create(
        [Notice(event=event, about=str(about), **columns)], ignore_conflicts=True
    )


def note_dates() -> None:
    """Note the consultations that have just opened, and those that close in some days."""
    now = timezone.now()
    drafts = DraftPage.objects.live().public().filter(opens_at__lte=now)
    due = {}
    # Longer than any worker is away; what opened before is no news.
    for draft in drafts.filter(opens_at__gt=now - timedelta(days=2)):
        due[Event.OPENED, str(draft.pk)] = draft
    if settings.CLOSING_NOTICE_DAYS:
        ahead = timedelta(days=settings.CLOSING_NOTICE_DAYS)
        for draft in drafts.filter(closes_at__gt=now, closes_at__lte=now + ahead):
            if draft.opens_at <= draft.closes_at - ahead:
                # An extended consultation closes once more.
                due[Event.CLOSING, f"{draft.pk}:{draft.closes_at.isoformat()}"] = draft
    known = Notice.objects.filter(about__in=[about for _event, about in due])
    for event, about in due.keys() - set(known.values_list("event", "about")):
        note(event, about, draft=due[event, about])


def has_room(recipient: str) -> bool:
    """Whether `recipient` gets one more of the letters that anybody can cause; counts it if so.

    Whoever types an address into forms is not always its owner.
    """
    per_hour = settings.LETTERS_PER_RECIPIENT_PER_HOUR
    return take_of(mailbox(recipient), "letter", burst=per_hour, per_hour=per_hour)


def subscribe(
    about: DraftPage | WorkingGroupPage | Theme | FollowedSearch,
    email: str,
    frequency: str,
    language: str,
) -> None:
    """Write to `email`, whose reader may then confirm a subscription to `about`.

    A subscription that runs already is named in the letter. Nobody else learns whether one does: a
    letter goes out in each case, but for an address that has been sent some already.
    """
    per_hour = settings.LETTERS_ASKED_PER_HOUR
    if not take_of(mailbox(email), "subscription", burst=per_hour, per_hour=per_hour):
        return
    if not has_room(email):
        return
    try:
        with transaction.atomic():
            _ask(about, email, frequency, language)
    except IntegrityError:
        # The form came twice at once: the other one has asked.
        return


def _columns(
    about: DraftPage | WorkingGroupPage | Theme | FollowedSearch,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns that say what a subscription is to, and those that a new one begins with."""
    if isinstance(about, FollowedSearch):
        return {"search": about.query}, {"search_name": about.name, "told_up_to": about.last}
    names: dict[type, str] = {DraftPage: "draft", WorkingGroupPage: "group", Theme: "theme"}
    return {names[type(about)]: about}, {}


def _ask(
    about: DraftPage | WorkingGroupPage | Theme | FollowedSearch,
    email: str,
    frequency: str,
    language: str,
) -> None:
    what, first = _columns(about)
    alike = Subscription.objects.filter(email__iexact=email, ended_at=None, **what)
    known = [each for each in alike.select_for_update() if same_address(each.email, email)]
    subscription = known[0] if known else None
    if subscription is None:
        token = secrets.token_urlsafe(32)
        subscription = Subscription(email=email, token=token, **what, **first)
    runs = subscription.confirmed_at is not None
    if not runs:
        # As it was asked for last; what somebody confirmed, nobody else changes.
        subscription.frequency, subscription.language = frequency, language
        subscription.made_at = timezone.now()
        subscription.save()
    letter = write(
        "subscribed" if runs else "confirm",
        {"subscription": subscription},
        key=f"confirm:{subscription.pk}:{secrets.token_hex(8)}",
        # As it is known: a letter with a token goes nowhere else.
        recipient=subscription.email,
        language=language,
        unsubscribe=end_address(subscription) if runs else "",
    )
    letter.save()


def confirm(subscription: Subscription) -> None:
    """Begin to tell the reader of the address, who followed the link in the letter."""
    waiting = Subscription.objects.filter(pk=subscription.pk, confirmed_at=None, ended_at=None)
    waiting.update(confirmed_at=timezone.now())


def end(subscription: Subscription) -> None:
    """Tell them nothing more, and erase address and search; letters that wait are not sent."""
    with transaction.atomic():
        Letter.objects.filter(done_at=None, unsubscribe=end_address(subscription)).delete()
        running = Subscription.objects.filter(pk=subscription.pk, ended_at=None)
        running.update(ended_at=timezone.now(), email="", search="", search_name="")


def silence(submission: Submission) -> None:
    """Write no more about `submission`, but for what its sender asks for."""
    Letter.objects.filter(done_at=None, unsubscribe=silence_address(submission)).delete()
    Silence.objects.get_or_create(submission=submission)


def erase_unconfirmed() -> None:
    """Erase what nobody confirmed in time."""
    if settings.UNCONFIRMED_DAYS:
        long_ago = timezone.now() - timedelta(days=settings.UNCONFIRMED_DAYS)
        Subscription.objects.filter(confirmed_at=None, made_at__lt=long_ago).delete()


def end_address(subscription: Subscription) -> str:
    """Where one click ends it."""
    with override(subscription.language):
        return whole(reverse("end_subscription", args=[subscription.token]))


def silence_address(submission: Submission) -> str:
    """Where one click ends the letters about `submission`; whoever has its receipt may."""
    with override(submission.language):
        return whole(reverse("silence", args=[submission.receipt]))
