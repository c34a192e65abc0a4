"""How a draft's moderation stands, counted for its chairs."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _, ngettext, ngettext_lazy

from consult.common import languages
from consult.common.charts import Bar, Figure, name_firsts, number, own_words
from consult.submissions.enums import Stance, Status
from consult.submissions.models import Comment, CommentTheme
from consult.themes.models import Theme
from working_groups.enums import Sector
from working_groups.models import DraftPage

from .enums import ReasonCode
from .models import Decision


@dataclass(frozen=True)
class Clock:
    """How long respondents wait for a first decision."""

    waiting: int
    # When the oldest that waits was received; None: nothing waits.
    oldest: datetime | None
    # From a comment's receipt to its first decision, of half of them; None: nothing was decided.
    median: timedelta | None
    # How many wait longer than the target, and the target in hours (0: there is none).
    late: int
    target: int


@dataclass(frozen=True)
class Decided:
    """How often one person decided one thing for one reason."""

    who: str
    what: Any
    why: str
    count: int


@dataclass(frozen=True)
class Dashboard:
    received: int
    clock: Clock
    # (status, how many), in the order of the statuses; those that nobody has are left out.
    statuses: list[tuple[Any, int]]
    decided: list[Decided]
    figures: list[Figure]


def dashboard_of(draft: DraftPage) -> Dashboard:
    """All that is counted on `draft`, in as many queries for one comment as for all."""
    comments = Comment.objects.of_draft(draft).order_by()
    counts: dict[str, Counter[str]] = {
        name: Counter() for name in ("status", "stance", "language", "sector", "state")
    }
    columns = ("status", "stance", "language", "submission__sector", "submission__state")
    for *values, count in comments.values_list(*columns).annotate(Count("pk")):
        for counter, value in zip(counts.values(), values, strict=True):
            counter[value] += count
    total = counts["status"].total()
    return Dashboard(
        received=total,
        clock=clock_of(draft),
        statuses=[(each, counts["status"][each]) for each in Status if counts["status"][each]],
        decided=_decided(draft),
        figures=[
            _by_day(draft, total),
            _figure("by-status", _("By status"), _("Status"), _chosen(Status, counts["status"])),
            _figure("by-theme", _("By theme"), _("Theme"), _themes(draft, total), total=total),
            _figure("by-stance", _("By stance"), _("Stance"), _chosen(Stance, counts["stance"])),
            _figure("by-sector", _("By sector"), _("Sector"), _chosen(Sector, counts["sector"])),
            _figure("by-state", _("By state"), _("State"), _typed(counts["state"])),
            _figure(
                "by-language",
                _("By language of the comment"),
                _("Language"),
                _typed(counts["language"], languages.NAMES),
            ),
        ],
    )


def clock_of(draft: DraftPage) -> Clock:
    """How long those wait who wrote on `draft`."""
    comments = Comment.objects.of_draft(draft).order_by()
    waiting = comments.filter(status=Status.PENDING)
    oldest = waiting.aggregate(oldest=Min("submission__received_at"))["oldest"]
    answered = (
        Decision.objects.filter(comment__submission__draft=draft)
        .order_by()
        .values_list("comment", "comment__submission__received_at")
        .annotate(first=Min("decided_at"))
    )
    waits = [max(first - received, timedelta()) for _comment, received, first in answered]
    target = settings.MODERATION_TARGET_HOURS
    late_since = timezone.now() - timedelta(hours=target)
    late = waiting.filter(submission__received_at__lt=late_since).count() if target else 0
    return Clock(waiting.count(), oldest, median(waits) if waits else None, late, target)


def _decided(draft: DraftPage) -> list[Decided]:
    rows = (
        Decision.objects.filter(comment__submission__draft=draft)
        .order_by("decided_by__username", "to_status", "reason_code")
        .values_list("decided_by__username", "to_status", "reason_code")
        .annotate(Count("pk"))
    )
    return [
        Decided(who, Status(what).label, str(ReasonCode(why).label) if why else "", count)
        for who, what, why, count in rows
    ]


def _by_day(draft: DraftPage, total: int) -> Figure:
    """Every day on which something was received."""
    moments = Comment.objects.of_draft(draft).order_by().values_list("submission__received_at")
    # Told here: SQLite would call back for each, and take twice as long.
    zone = timezone.get_default_timezone()
    days = Counter(moment.astimezone(zone).date() for (moment,) in moments)
    bars = [Bar(own_words(date_format(day, "DATE_FORMAT")), days[day]) for day in sorted(days)]
    note = _("Days on which nothing came are left out.")
    return _figure("by-day", _("Received by day"), _("Day"), bars, total=total, note=note)


def _themes(draft: DraftPage, total: int) -> list[Bar]:
    marks = dict(
        CommentTheme.objects.filter(comment__submission__draft=draft)
        .order_by()
        .values_list("theme")
        .annotate(Count("pk"))
    )
    marked = Comment.objects.of_draft(draft).filter(themes__isnull=False).distinct().count()
    themes = [theme for theme in Theme.objects.all() if theme.pk in marks]
    return [
        *(Bar(languages.words(theme, "name"), marks[theme.pk]) for theme in themes),
        *_unsaid(total - marked),
    ]


def _chosen(choices: Any, counts: Counter[str]) -> list[Bar]:
    """A bar for each of an enum's values that occurs, in its order."""
    bars = [
        Bar(own_words(choice.label), counts[choice.value])
        for choice in choices
        if counts[choice.value]
    ]
    return [*bars, *_unsaid(counts[""])]


def _typed(counts: Counter[str], names: Mapping[str, Any] | None = None) -> list[Bar]:
    """A bar for each value, the most frequent first."""
    return [
        *(
            Bar(own_words((names or {}).get(value, value)), count)
            for value, count in counts.most_common()
            if value
        ),
        *_unsaid(counts[""]),
    ]


def _unsaid(count: int) -> Iterable[Bar]:
    return [Bar(own_words(_("not stated")), count, said=False)] if count else []


def _figure(
    figure_id: str, title: str, column: str, bars: list[Bar], total: int = 0, note: str = ""
) -> Figure:
    """A figure on comments in whatever status, its longest bar as wide as it goes."""
    total = total or sum(bar.count for bar in bars)
    if not total:
        return Figure(figure_id, own_words(title), _("No comment has been received."))
    of = ngettext("%(number)s comment", "%(number)s comments", total) % {"number": number(total)}
    sentence = name_firsts(
        bars,
        of=of,
        total=total,
        firsts=ngettext_lazy(
            "Of %(of)s, the largest part is %(labels)s, with %(count)s (%(share)s).",
            "Of %(of)s, the largest parts are %(labels)s, with %(count)s each (%(share)s).",
            "firsts",
        ),
        none=_("Of %(of)s, none states it."),
    )
    full = max((bar.count for bar in bars), default=0)
    return Figure(figure_id, own_words(title), sentence, column, bars, total, full, note)
