"""What is new among the answers to a search that somebody subscribed to: found and told by the worker.

New is what can be found for the first time (see Appearance), whenever it was written: a comment that
was reviewed for a week is new on the day it is published. What is new is held against the searches in
a small index of its own, by the same engine: the answers are those of the page. What cannot be read
any more when its turn comes is not told.
"""

import logging
import math
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import reduce
from operator import or_
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _, override

from consult.notices.actions import end_address
from consult.notices.digests import week_is_over
from consult.notices.enums import Frequency
from consult.notices.letters import whole, write
from consult.notices.models import (
    SEARCH_NAME_MAX_LENGTH,
    FollowedSearch,
    Letter,
    Subscription,
)

from .actions import drain_leftovers
from .choices import Choices
from .documents import documents_of
from .engines import engine_in
from .engines.base import Document, EngineUnavailable, SearchEngine
from .enums import Sort
from .guidance import chips
from .models import Appearance
from .parameters import Parameters, read
from .queries import Answer, search_public

logger = logging.getLogger(__name__)

# New documents that are looked through at a time, subscriptions that are told, and hits in a letter.
MOST_NEW = 5_000
MOST_TOLD = 100
MOST_HITS = 20
# How their keys begin: then come the subscription, and from and up to which appearance they tell.
LETTERS = "search:"


def in_words(asked: Parameters, choices: Choices, language: str) -> str:
    """What a search asks, as a line for its reader."""
    chosen = [f"{chip.name}: {chip.value}" for chip in chips(asked, choices, language)]
    line = " · ".join(filter(None, [asked.text, *chosen])) or _("Everything on this site")
    return Truncator(line).chars(SEARCH_NAME_MAX_LENGTH)


def followed(asked: Parameters, choices: Choices, language: str) -> FollowedSearch:
    """The search that `asked` is, to subscribe to: what is there already will not be told."""
    # Without the engine what waits for it is told later: nobody is turned away for that.
    with suppress(EngineUnavailable):
        drain_leftovers()
    query = asked.query(["sort"]).urlencode()
    return FollowedSearch(query, in_words(asked, choices, language), _last_appearance())


def _last_appearance() -> int:
    return Appearance.objects.aggregate(last=Max("pk"))["last"] or 0


def tell_at_once() -> bool:
    """Tell some of those who want to know at once; whether there may be more.

    Who was written to lately waits for a while: what is new meanwhile is told in one letter.
    """
    due = Subscription.objects.running().to_searches().filter(frequency=Frequency.AT_ONCE)
    if settings.ALERT_PAUSE_MINUTES:
        rested = timezone.now() - timedelta(minutes=settings.ALERT_PAUSE_MINUTES)
        due = due.filter(Q(told_until=None) | Q(told_until__lte=rested))
    return _tell_some(due.filter(told_up_to__lt=_last_appearance()).order_by("told_up_to", "pk"))


def tell_weekly() -> None:
    """Tell those whose week is over."""
    drain_leftovers()
    weekly = Subscription.objects.running().to_searches().filter(frequency=Frequency.WEEKLY)
    now = timezone.now()
    due = [each for each in weekly.order_by("told_up_to", "pk") if week_is_over(each, now)]
    while _tell_some(due):
        due = due[MOST_TOLD:]


def _tell_some(due: Iterable[Subscription]) -> bool:
    """Tell those of `due` who were told up to the same appearance as the first of them.

    Whether there were any.
    """
    some: list[Subscription] = []
    for each in due:
        if len(some) == MOST_TOLD or (some and each.told_up_to != some[0].told_up_to):
            break
        some.append(each)
    if not some:
        return False
    new = Appearance.objects.filter(pk__gt=some[0].told_up_to).order_by("pk")
    rows = list(new.values_list("pk", "document")[:MOST_NEW])
    end = rows[-1][0] if rows else some[0].told_up_to
    choices = {language: Choices(language) for language in {each.language for each in some}}
    with _index_of(documents_of(name for _pk, name in rows)) as index:
        for subscription in some:
            with override(subscription.language):
                found = _found(subscription, index, choices[subscription.language])
                _tell(subscription, found, end)
    return True


@contextmanager
def _index_of(found: Iterable[Document]) -> Iterator[SearchEngine]:
    """An index of these documents alone, for a while."""
    with TemporaryDirectory(prefix="consult-alerts-") as directory:
        index = engine_in(Path(directory) / "index")
        index.index(found)
        yield index


def _found(subscription: Subscription, index: SearchEngine, choices: Choices) -> Answer | None:
    """What in `index` answers the search; nothing where that cannot be asked any more.

    A theme that is gone, left aside as on the page, would make it a search for everything else.
    """
    asked = read(QueryDict(subscription.search), choices.labels)
    if asked.problems:
        return None
    try:
        return search_public(
            replace(asked, sort=Sort.NEWEST),
            choices=choices,
            language=subscription.language,
            strict=True,
            among=index,
            limit=MOST_HITS,
        )
    except Exception as error:
        # The others have their letters. The words of the failure may name a person.
        place = "".join(traceback.format_tb(error.__traceback__))
        logger.error("Subscription %s: %s\n%s", subscription.pk, type(error).__name__, place)
        return None


def _tell(subscription: Subscription, found: Answer | None, end: int) -> None:
    """Write the letter on what was `found`, if anything was; the subscription is told up to `end`."""
    now = timezone.now()
    told: dict[str, Any] = {"told_up_to": end}
    if (found and found.total) or subscription.frequency == Frequency.WEEKLY:
        told["told_until"] = now
    with transaction.atomic():
        untold = Subscription.objects.running().filter(
            pk=subscription.pk, told_up_to=subscription.told_up_to
        )
        if untold.update(**told) and found and found.total:
            write(
                "found",
                {
                    "subscription": subscription,
                    "total": found.total,
                    "hits": [(hit, whole(hit.url)) for hit in found.hits],
                    "more": found.total - len(found.hits),
                    "address": whole(f"{reverse('search')}?{subscription.search}&sort=newest"),
                },
                key=f"{LETTERS}{subscription.pk}:{subscription.told_up_to}:{end}",
                recipient=subscription.email,
                language=subscription.language,
                unsubscribe=end_address(subscription),
            ).save()


def take_back(comments: Sequence[int] | None = None) -> None:
    """Have letters that still wait written anew: of `comments`, or of anything.

    What was published when they were written is not to be told after it was taken back, which may be
    days later where no mail server answers.
    """
    waiting = Letter.objects.filter(done_at=None, key__startswith=LETTERS)
    told = waiting
    # Of more, all letters: as many conditions are too many for a database.
    if comments is not None and len(comments) <= MOST_TOLD:
        named = [Q(html__contains=f"/comments/{comment}/") for comment in comments]
        told = waiting.filter(reduce(or_, named, Q(pk=None)))
    with transaction.atomic():
        starts: dict[int, int] = {}
        for key in told.select_for_update().values_list("key", flat=True):
            subscription, start = _told_by(key)
            starts[subscription] = min(start, starts.get(subscription, start))
        if not starts:
            return
        # Those after it tell on from where it ended; those before it stand.
        again = [
            letter
            for letter, key in waiting.select_for_update().values_list("pk", "key")
            for subscription, start in [_told_by(key)]
            if start >= starts.get(subscription, math.inf)
        ]
        Letter.objects.filter(pk__in=again).delete()
        subscriptions = list(Subscription.objects.running().filter(pk__in=starts))
        for each in subscriptions:
            each.told_up_to, each.told_until = starts[each.pk], None
        Subscription.objects.bulk_update(subscriptions, ["told_up_to", "told_until"])


def _told_by(key: str) -> tuple[int, int]:
    """The subscription that a letter with this `key` is of, and from where on it tells."""
    subscription, start, _end = map(int, key.removeprefix(LETTERS).split(":"))
    return subscription, start
