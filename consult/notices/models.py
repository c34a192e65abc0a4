from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consult.common.languages import CODES
from consult.submissions.models import Submission
from consult.themes.models import Theme
from working_groups.models import DraftPage, WorkingGroupPage

from .enums import Event, Frequency

# An address's query, percent-encoded: what is longer is no search that anybody follows.
SEARCH_MAX_LENGTH = 1_000
SEARCH_NAME_MAX_LENGTH = 300

LANGUAGES = [(code, code) for code in CODES]
# How long to wait after each attempt; the last is repeated.
WAITS = [timedelta(minutes=minutes) for minutes in (2, 5, 15, 60, 240, 720, 1440)]


class QueuedQuerySet(models.QuerySet):
    def due(self) -> Self:
        """Those whose turn has come."""
        return self.filter(done_at=None, next_try_at__lte=timezone.now())

    def claim(self, most: int) -> list[Any]:
        """Take the next `most` that are due: nobody else gets them until their next try is due.

        That counts as an attempt, so that what kills the worker does not do so for ever.
        """
        if not self.due().exists():
            # Without queuing for a transaction: most of the time nothing waits.
            return []
        with transaction.atomic():
            skip = transaction.get_connection(self.db).features.has_select_for_update_skip_locked
            locked = self.due().select_for_update(skip_locked=skip)
            rows: list[Any] = list(locked.order_by("next_try_at", "pk")[:most])
            for row in rows:
                row.next_try_at = timezone.now() + WAITS[min(row.attempts, len(WAITS) - 1)]
                row.attempts += 1
            self.bulk_update(rows, ["attempts", "next_try_at"])
        return rows


class Queued(models.Model):
    """A row that is to be worked off once, and tried again if that fails."""

    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = QueuedQuerySet.as_manager()

    class Meta:
        abstract = True


class Notice(Queued):
    """Something happened that people are to be told of; the worker makes letters of it.

    Written in the transaction of what happened, and once for each: a single row, so that nobody
    waits while letters are written, be it one or thousands.
    """

    event = models.CharField(max_length=16, choices=Event)
    # What happened: a primary key, with whatever tells one time from another.
    about = models.CharField(max_length=120)
    # The draft that subscribers are told of.
    draft = models.ForeignKey(DraftPage, on_delete=models.CASCADE, null=True, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)
    # Where there are many to tell: the primary key of the last who was.
    told_up_to = models.BigIntegerField(default=0)
    # Whom to tell, where that is nowhere else; gone when it is done.
    recipient = models.EmailField(blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGES, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["event", "about"], name="one_notice_of_an_event")
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(done_at=None),
                name="notices_to_tell",
            ),
            models.Index(fields=["draft", "noted_at"], name="news_of_a_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.event}:{self.about}"


class LetterQuerySet(QueuedQuerySet):
    def erase(self) -> None:
        """Erase recipients and words; what waits is not sent. That there were letters, stays."""
        nothing = dict.fromkeys(("recipient", "subject", "text", "html", "unsubscribe"), "")
        self.update(**nothing, done_at=Coalesce("done_at", timezone.now()))


class Letter(Queued):
    """A mail as it goes out. Its words and its recipient are erased some time after it went."""

    # Says what it tells and to whom, so that nobody is told the same twice.
    key = models.CharField(max_length=160, unique=True)
    notice = models.ForeignKey(Notice, on_delete=models.SET_NULL, null=True, related_name="letters")
    # The submission that it is about; its sender may have its words erased.
    submission = models.ForeignKey(
        Submission, on_delete=models.SET_NULL, null=True, related_name="letters"
    )
    recipient = models.EmailField(blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGES)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    # Where one click ends the subscription that it comes from.
    unsubscribe = models.URLField(max_length=500, blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    # It was refused for good; `done_at` says when.
    failed = models.BooleanField(default=False)

    objects: ClassVar[Any] = LetterQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            # Who sent twelve submissions is told once that the draft was answered.
            models.UniqueConstraint(
                "notice",
                Lower("recipient"),
                condition=~models.Q(recipient=""),
                name="one_letter_a_recipient",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=models.Q(done_at=None), name="letters_to_send"
            ),
            models.Index(
                fields=["done_at"], condition=~models.Q(recipient=""), name="letters_to_erase"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Silence(models.Model):
    """The sender of a submission wants no more letters about it, but for what they ask for."""

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="silence")
    begun_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.submission)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def running(self) -> "SubscriptionQuerySet":
        """Those that somebody confirmed and did not end."""
        return self.filter(confirmed_at__isnull=False, ended_at=None)

    def to_searches(self) -> "SubscriptionQuerySet":
        """Those to searches."""
        return self.exclude(search="")

    def hearing_of(self, draft: DraftPage, themes: Sequence[int]) -> "SubscriptionQuerySet":
        """Those to `draft`, to its group, or to one of its `themes`."""
        to_it = models.Q(draft=draft) | models.Q(group=draft.group) | models.Q(theme__in=themes)
        return self.filter(to_it)


@dataclass(frozen=True)
class FollowedSearch:
    """A search to subscribe to: its address's query, its name in the reader's words.

    `last` says up to where there is nothing new.
    """

    query: str
    name: str
    last: int

    def __str__(self) -> str:
        return self.name


class Subscription(models.Model):
    """Somebody wants to be told of a draft, of all drafts of a group, or of those on a theme.

    Or of what is new among the answers to a search, which the search's floor finds.
    """

    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGES)
    draft = models.ForeignKey(DraftPage, on_delete=models.CASCADE, null=True, related_name="+")
    group = models.ForeignKey(
        WorkingGroupPage, on_delete=models.CASCADE, null=True, related_name="+"
    )
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, null=True, related_name="+")
    search = models.CharField(max_length=SEARCH_MAX_LENGTH, blank=True)
    search_name = models.CharField(max_length=SEARCH_NAME_MAX_LENGTH, blank=True)
    frequency = models.CharField(max_length=8, choices=Frequency, default=Frequency.AT_ONCE)
    # Whoever has it may confirm and end this; it stands in letters to the address only.
    token = models.CharField(max_length=43, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    # Its address is erased with it, and what was searched for.
    ended_at = models.DateTimeField(null=True)
    # Up to when a letter has told what happened; of a search, up to which appearance too.
    told_until = models.DateTimeField(null=True)
    told_up_to = models.BigIntegerField(default=0)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(draft__isnull=False, group=None, theme=None, search="")
                    | models.Q(draft=None, group__isnull=False, theme=None, search="")
                    | models.Q(draft=None, group=None, theme__isnull=False, search="")
                    # What was searched for is erased with the address.
                    | (
                        models.Q(draft=None, group=None, theme=None)
                        & ~models.Q(search="", ended_at=None)
                    )
                ),
                name="subscribed_to_one_thing",
            ),
            *(
                models.UniqueConstraint(
                    what,
                    Lower("email"),
                    condition=models.Q(ended_at=None),
                    name=f"one_subscription_to_a_{what}",
                )
                for what in ("draft", "group", "theme")
            ),
            models.UniqueConstraint(
                "search",
                Lower("email"),
                condition=models.Q(ended_at=None) & ~models.Q(search=""),
                name="one_subscription_to_a_search",
            ),
        ]
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")

    def __str__(self) -> str:
        return f"{self.pk}: {self.about}"

    @property
    def about(self) -> DraftPage | WorkingGroupPage | Theme | FollowedSearch:
        """What it is to."""
        page = self.draft or self.group or self.theme
        return page or FollowedSearch(self.search, self.search_name, self.told_up_to)

    @property
    def told_since(self) -> datetime:
        """What happened from then on has not been told by a digest."""
        return self.told_until or self.confirmed_at or self.made_at
