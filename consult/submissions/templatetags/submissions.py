"""How comments and their counts are put on a page; `{% load submissions %}`."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.urls import reverse
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from consult.common import languages
from consult.common.texts import plain
from working_groups.models import DraftPage, Version

from .. import covering, queries
from ..enums import Stance
from ..models import Comment, PrivacyNotice, Submission
from ..queries import Tally, Voices

register = template.Library()

BAR_WIDTH = 120


@register.simple_tag
def voices(draft: DraftPage) -> Voices:
    """How many took part in `draft`, and its comments counted by section and stance."""
    return queries.voices(draft)


@register.simple_tag
def comments_until(version: Version) -> dict[Any, int]:
    """How many published comments each section had, by its uid, up to `version`."""
    return queries.comments_until(version)


@register.filter
def of(counts: dict[Any, int], section: Any) -> int:
    """The count of one section."""
    return counts.get(section.uid, 0)


@register.filter
def on(counts: Voices, section: Any) -> Tally:
    """The tally of one section."""
    return counts.by_section.get(section.uid, Tally())


@register.filter
def stance(comment: Any) -> SafeString | str:
    """A comment's stance as a shape and a word; nothing where none was taken."""
    return Stance(comment.stance).marked() if comment.stance else ""


@register.simple_tag
def original(comment: Comment) -> dict[str, str]:
    """Where `comment` is shown as its author saw the page; nothing where that is here.

    In the language it was written in; in one that the site does not speak, that of their form.
    """
    code = languages.nearest(comment.language, comment.submission.language)
    if code == languages.current():
        return {}
    with override(code):
        return {"lang": code, "url": reverse("comment", args=[comment.pk])}


@register.filter
def written(text: str) -> SafeString:
    """What somebody wrote, as HTML: text, in paragraphs, with covered parts as labelled blocks."""
    return mark_safe(linebreaks(covering.shown(text)))


@register.filter
def in_words(text: str) -> str:
    """What somebody wrote as plain text, with a label in brackets for each covered part."""
    return covering.in_words(text)


@register.simple_tag
def about(submission: Submission) -> list[tuple[str, str]]:
    """What the respondent said of themselves: names and values."""
    return queries.about(submission)


@register.filter
def unmarked(words: Any) -> str:
    """`words` for a plain text: marked ones without their marks, typed ones as they are."""
    return plain(words) if isinstance(words, SafeString) else str(words)


@register.filter
def purposes(notice: PrivacyNotice, name: str) -> list[SafeString]:
    """The purposes called `name` of `notice`, in the reader's language or marked as not in it."""
    found = languages.words(notice, name)
    lines = [line.strip() for line in found.text.splitlines() if line.strip()]
    return [replace(found, text=line).marked() for line in lines]


@register.inclusion_tag("submissions/comment_stances.html")
def stances(tally: Tally) -> dict[str, Any]:
    """A bar of the stances in `tally`, with its words for those who do not see it."""
    bars, start = [], 0.0
    for each, count in tally.stances():
        width = BAR_WIDTH * count / tally.by_stance.total()
        # A gap between neighbours tells them apart without colour.
        bars.append({"stance": each, "count": count, "x": start, "width": max(width - 2, 1)})
        start += width
    return {"bars": bars, "width": BAR_WIDTH}


@register.filter
def web_addresses(links: list[str]) -> list[str]:
    """Those of `links` that may be followed: http and https."""
    return [link for link in links if _scheme(link) in ("http", "https")]


def _scheme(link: str) -> str:
    try:
        return urlsplit(link).scheme
    except ValueError:
        return ""
