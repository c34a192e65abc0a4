"""The dates of a draft as a file for calendars (iCalendar, RFC 5545)."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from consult.common import languages
from consult.common.templatetags.consult import moment_in_words

from .enums import Phase
from .models import DraftPage


def calendar_of(draft: DraftPage, address: str) -> bytes | None:
    """The opening of `draft`, if it is still to come, and its closing; None where there is neither.

    In the reader's language; `address` is where the draft is read in it.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAMES[languages.current()]}//consult//")
    calendar.add("version", "2.0")
    phase = draft.phase()
    if phase == Phase.UPCOMING and draft.opens_at:
        words = _("Opens for comments: %(draft)s"), _("Opens %(when)s")
        calendar.add_component(event(draft, "opens", draft.opens_at, words, address))
    if phase != Phase.PREPARING and draft.closes_at:
        words = _("Closes for comments: %(draft)s"), _("Comments until %(when)s")
        closing = event(draft, "closes", draft.closes_at, words, address)
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", timedelta(days=-1))
        alarm.add("description", closing["summary"])
        closing.add_component(alarm)
        calendar.add_component(closing)
    return calendar.to_ical() if calendar.subcomponents else None


def event(draft: DraftPage, name: str, at: datetime, words: tuple[str, str], address: str) -> Event:
    """What happens to `draft` at a moment; `words` are those of its summary and its description."""
    windows = list(draft.windows.order_by("pk"))
    changed = windows[-1].set_at if windows else draft.last_published_at or timezone.now()
    heading = draft.heading_words()
    told = [words[1] % {"when": moment_in_words(at)}, address]
    if heading.missing:
        told.append(languages.not_yet_translated(heading.wanted))
    made = Event()
    # The same in both languages: who takes both files has one event.
    made.add("uid", f"{draft.translation_key}-{name}")
    # Calendars that have the event already take the one that counts higher.
    made.add("sequence", max(len(windows) - 1, 0))
    made.add("last-modified", changed)
    made.add("dtstamp", changed)
    made.add("dtstart", at.astimezone(UTC))
    made.add("summary", words[0] % {"draft": heading})
    made.add("description", "\n".join(told))
    made.add("url", address)
    return made
