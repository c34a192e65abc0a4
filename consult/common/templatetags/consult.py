"""How texts, dates and addresses are put on a page; `{% load consult %}`."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from wagtail.rich_text import expand_db_html

from .. import languages
from ..texts import clean_html

register = template.Library()

# Django's own English format abbreviates the month.
DAY = {"es": r"j \d\e F \d\e Y", "en": "F j, Y"}
ZONE_NAMES = {"America/Mexico_City": gettext_lazy("Central Mexico time")}


@register.filter
def rich(html: str) -> SafeString:
    """An editor's `html`, cleaned, its links to pages resolved, its tables scrolling by themselves."""
    shown = expand_db_html(clean_html(html or ""))
    region = format_html(
        '<div class="wide" role="region" tabindex="0" aria-label="{}"><table>', _("Table")
    )
    shown = shown.replace("<table>", region).replace("</table>", "</table></div>")
    return mark_safe(shown)


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


@register.filter
def moment(value: datetime) -> SafeString:
    """The date in words with the time and the name of the site's zone."""
    local = _local(value)
    shown = _("%(date)s, %(time)s, %(zone)s") % {
        "date": date_format(local, DAY[languages.current()]),
        "time": local.strftime("%H:%M"),
        "zone": ZONE_NAMES.get(settings.TIME_ZONE, settings.TIME_ZONE),
    }
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), shown)


@register.filter
def days_left(closes_at: datetime) -> str:
    """How many days there still are, today's not counted, as a phrase."""
    days = (_local(closes_at).date() - _local(timezone.now()).date()).days
    if days < 1:
        return _("closes today")
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}


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
