"""How texts, dates and addresses are put on a page; `{% load consult %}`."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from .. import languages, markup

register = template.Library()

# Django's own English format abbreviates the month.
DAY = {"es": r"j \d\e F \d\e Y", "en": "F j, Y"}
ZONE_NAMES = {
    "America/Mexico_City": gettext_lazy("Central Mexico time"),
    "America/Ciudad_Juarez": gettext_lazy("Ciudad Juárez time"),
}


@register.filter
def rich(html: str) -> SafeString:
    """An editor's `html` as it stands by itself: a footnote in brackets, a reference as its number."""

    def alone(node: markup.Node) -> markup.Tree:
        if node.tag == "small":
            return [markup.Node("small", {}, [" [", *node.children, "]"])]
        return node.children if node.refers_to else [node]

    return markup.shown(markup.rewritten(markup.parse(html or ""), alone))


@register.simple_tag
def words(instance: Any, field: str, html: bool = False, bare: bool = False) -> SafeString | str:
    """The translated `field` in the reader's language, else in the other, marked with its `lang`.

    `html`: an editor's rich text. `bare`: without any mark, for attributes.
    """
    found = languages.words(instance, field)
    if bare:
        return found.text
    if html:
        found = replace(found, text=rich(found.text))
    return found.marked(html)


@register.simple_tag
def not_yet(instance: Any, field: str) -> SafeString | str:
    """A note where `field` exists, but not in the reader's language; nothing elsewhere."""
    found = languages.words(instance, field)
    if not found.missing:
        return ""
    return format_html('<p class="note">{}</p>', languages.not_yet_translated(found.wanted))


@register.filter
def language_in_words(code: str) -> str:
    """The name of the language `code`, which may be one that the site does not speak."""
    return languages.in_words(code)


def _local(value: datetime) -> datetime:
    return timezone.localtime(value, timezone.get_default_timezone())


@register.filter
def as_description(text: SafeString) -> SafeString | str:
    """`text`, HTML already, as what search engines are told of the page; nothing where it is empty."""
    shown = text.strip()
    return mark_safe(f'<meta name="description" content="{shown}">') if shown else ""


@register.filter
def day(value: datetime) -> SafeString:
    """The date in words, in the site's zone."""
    local = _local(value)
    shown = date_format(local, DAY[languages.current()])
    return format_html('<time datetime="{}">{}</time>', local.date().isoformat(), shown)


def moment_in_words(value: datetime) -> str:
    """The date in words with the time and the name of the site's zone, as plain text."""
    local = _local(value)
    return _("%(date)s, %(time)s, %(zone)s") % {
        "date": date_format(local, DAY[languages.current()]),
        "time": local.strftime("%H:%M"),
        "zone": ZONE_NAMES.get(settings.TIME_ZONE, settings.TIME_ZONE),
    }


@register.filter
def moment(value: datetime) -> SafeString:
    """The date in words with the time and the name of the site's zone."""
    machine = _local(value).isoformat(timespec="seconds")
    return format_html('<time datetime="{}">{}</time>', machine, moment_in_words(value))


def _countdown_words() -> dict[str, str]:
    """What a countdown is said with: on the server, and by reading.js, which has no words."""
    return {
        "days": ngettext("%(days)d day left", "%(days)d days left", 2),
        "hour": ngettext("%(hours)d hour", "%(hours)d hours", 1),
        "hours": ngettext("%(hours)d hour", "%(hours)d hours", 2),
        "minute": ngettext("%(minutes)d minute", "%(minutes)d minutes", 1),
        "minutes": ngettext("%(minutes)d minute", "%(minutes)d minutes", 2),
        "both": _("%(hours)s and %(minutes)s"),
        "within": _("closes in %(time)s"),
        "last": _("closes in less than a minute"),
        "closed": _("Closed for comments"),
    }


def time_left(closes_at: datetime, now: datetime) -> str:
    """How long `closes_at` is away, as a phrase; its last second still counts.

    Days are those of the calendar in the site's zone, today not counted; in the last two, hours and
    minutes. reading.js says the same.
    """
    words = _countdown_words()
    until, since = (value.astimezone(UTC).replace(microsecond=0) for value in (closes_at, now))
    seconds = int((until - since).total_seconds()) + 1
    days = (_local(closes_at).date() - _local(now).date()).days
    if seconds < 1:
        return words["closed"]
    if days > 1 and seconds > 48 * 3600:
        return words["days"] % {"days": days}
    hours, minutes = divmod(seconds // 60, 60)
    parts = {
        "hours": words["hour" if hours == 1 else "hours"] % {"hours": hours} if hours else "",
        "minutes": words["minute" if minutes == 1 else "minutes"] % {"minutes": minutes}
        if minutes
        else "",
    }
    if not any(parts.values()):
        return words["last"]
    time = words["both"] % parts if all(parts.values()) else "".join(parts.values())
    return words["within"] % {"time": time}


@register.filter
def countdown(closes_at: datetime) -> SafeString:
    """How long one can still comment; kept current by reading.js, where script runs.

    It stands at the end of an element that says the phase, which the script replaces at closing time.
    """
    data = {
        "until": _local(closes_at).isoformat(timespec="seconds"),
        "zone": settings.TIME_ZONE,
        **_countdown_words(),
    }
    return format_html(
        '<span class="countdown" aria-live="off"{}>{}</span>',
        format_html_join("", ' data-{}="{}"', data.items()),
        time_left(closes_at, timezone.now()),
    )


@register.simple_tag
def theme_address(theme: Any) -> str:
    """Where the page of `theme` is."""
    return reverse("wagtail_serve", args=[f"themes/{theme.slug}/"])


@register.simple_tag
def site_name() -> str:
    """What the site is called in the reader's language."""
    return settings.SITE_NAMES[languages.current()]


@register.simple_tag(takes_context=True)
def address_in(context: template.Context, code: str, whole: bool = False) -> str:
    """The address of this page in the language `code`, its query kept.

    `whole`: with scheme and host, and without the query, for search engines. A page that has no
    address in the other language (an error) leads to the front page.
    """
    request: HttpRequest = context["request"]
    here = request.path if whole else request.get_full_path()
    there = here if code == languages.current() else translate_url(here, code)
    if there == here and code != languages.current():
        there = f"/{code}/"
    return request.build_absolute_uri(there) if whole else there
