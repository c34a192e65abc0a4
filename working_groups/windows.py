"""The window in which a draft is open for comments: its history, and moving its closing time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from . import rules
from .enums import Phase, WindowChange
from .models import ConsultationWindow, DraftPage


class ClosingMoved(Exception):
    """The closing time is not the one that somebody saw, or cannot be moved there any more."""


@dataclass(frozen=True)
class Change:
    """What became of a consultation that had opened, and when it was to close before."""

    window: ConsultationWindow
    before: datetime | None

    @property
    def reopened(self) -> bool:
        """It had closed already when it got more time."""
        return rules.has_closed(self.before, self.window.set_at) and not rules.has_closed(
            self.window.closes_at, self.window.set_at
        )


def changes(draft: DraftPage) -> list[Change]:
    """Every change of the closing time after `draft` had opened, the newest first.

    In one query; in none where there is none.
    """
    if not getattr(draft.current_version, "moved", False):
        return []
    windows = draft.windows.order_by("pk").select_related("set_by")
    return [
        Change(window, earlier.closes_at)
        for earlier, window in pairwise(windows)
        if window.change
        and not rules.same_dates((None, earlier.closes_at), (None, window.closes_at))
    ][::-1]


def closed_early(draft: DraftPage) -> ConsultationWindow | None:
    """The window that closed `draft` before the time announced, with the reason; None if none did."""
    last = next(iter(changes(draft)), None)
    early = last and last.before and last.window.change == WindowChange.SHORTENED
    return last.window if last and early else None


def record_window(
    draft: DraftPage,
    *,
    by: User | None = None,
    notes: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> ConsultationWindow | None:
    """Note the dates that `draft` is published with, unless they are those of before.

    `notes` say why, for the public, in columns. `now`: when that was, if it is not now.
    """
    last = draft.windows.order_by("pk").last()
    before = (last.opens_at, last.closes_at) if last else (None, None)
    after = (draft.opens_at, draft.closes_at)
    if rules.same_dates(before, after):
        return None
    now = now or timezone.now()
    return ConsultationWindow.objects.create(
        draft=draft,
        opens_at=draft.opens_at,
        closes_at=draft.closes_at,
        change=rules.window_change(before, after, now) or "",
        set_at=now,
        set_by=by,
        **notes or {},
    )


def may_close_at(draft: DraftPage, closes_at: datetime, now: datetime) -> bool:
    """Whether the published `draft` can be made to close at `closes_at`: later, or earlier."""
    present = draft.closes_at
    if not draft.live or rules.has_closed(closes_at, now) or closes_at == present:
        return False
    if present and closes_at > present:
        return rules.may_extend(draft.phase(now), present, now)
    return draft.phase(now) == Phase.OPEN


@transaction.atomic
def move_closing(
    draft: DraftPage,
    closes_at: datetime,
    *,
    seen: datetime | None,
    notes: Mapping[str, str],
    by: User,
    now: datetime | None = None,
) -> DraftPage:
    """Make the published `draft` close at `closes_at`, and nothing else; return it as it is then.

    `seen` is the closing time that this was decided on, `notes` say why, for the public, in
    columns. What is not published yet stays so, with the new date. `now`: when that was, if it is
    not now. Raises ClosingMoved.
    """
    # Two people may do this at once: the page's row is the queue.
    draft = DraftPage.objects.select_for_update().get(pk=draft.pk)
    if not rules.same_dates((None, draft.closes_at), (None, seen)):
        raise ClosingMoved
    if not may_close_at(draft, closes_at, now or timezone.now()):
        raise ClosingMoved
    # Dates that came about without being published, in the database itself.
    record_window(draft)
    draft.closes_at = closes_at
    # Before publishing, which notes what it does not find noted, without the reason.
    record_window(draft, by=by, notes=notes, now=now)
    edited = draft.get_latest_revision_as_object()
    edited.closes_at = closes_at
    if not draft.has_unpublished_changes:
        edited.save_revision(user=by, log_action=True).publish(user=by)
    else:
        # The whole row, as in publishing, so that search is told.
        draft.save()
        keep_in_edits(draft, edited, by)
    return DraftPage.objects.get(pk=draft.pk)


def keep_in_edits(draft: DraftPage, edited: DraftPage, by: User) -> None:
    """Give what waits to be published the closing time of `draft`: `edited`, or what is scheduled."""
    scheduled = draft.revisions.filter(approved_go_live_at__isnull=False)
    for revision in scheduled:
        revision.content["closes_at"] = draft.closes_at
        revision.save(update_fields=["content"])
    if draft.latest_revision not in scheduled:
        # As it was left in the editor, where much may be missing still.
        edited.save_revision(user=by, log_action=True, clean=False)
