"""Atom feeds, `/feeds/<es|en>/…`: what is new of what everybody may read."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, linebreaks
from django.utils.http import http_date
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja.errors import Throttled

from consult.common import languages
from consult.common.languages import words
from consult.moderation.models import Decision
from consult.search.choices import Choices
from consult.search.documents import public_comments
from consult.search.engines.base import EngineUnavailable
from consult.search.enums import Sort
from consult.search.parameters import read
from consult.search.queries import search_public
from consult.submissions import covering
from consult.submissions.enums import PUBLIC_STATUSES, RespondentKind, Stance
from consult.submissions.models import Comment, CommentQuerySet, Statement
from consult.submissions.queries import for_reading
from consult.themes.models import Theme
from working_groups.models import DraftPage, Version
from working_groups.queries import public_draft

from .limits import limit

# Entries of a feed, and seconds that readers may keep it.
SIZE = 50
MAX_AGE = 300
# What XML cannot hold, even escaped.
UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class AtomFeed(Atom1Feed):
    """Atom whose entries say which language they are in."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {**super().item_attributes(item), "xml:lang": item["lang"]}


@dataclass
class Entry:
    """One thing that is new: `id` stays the same for good, `html` is its words."""

    id: str
    title: str
    link: str
    html: SafeString | str
    lang: str
    published: datetime
    updated: datetime
    author: str = ""
    themes: list[str] = field(default_factory=list)


@dataclass
class News:
    """A feed: what it is called, the page it is about, its entries, the latest first."""

    id: str
    title: str
    link: str
    entries: list[Entry]


def feed(make: Callable[..., News]) -> Callable[..., HttpResponse]:
    """A view that answers with what `make` finds, in the language of the address."""

    @require_safe
    @wraps(make)
    def view(request: HttpRequest, code: str, **names: str) -> HttpResponse:
        if code not in languages.CODES:
            raise Http404
        try:
            with translation.override(code):
                return _atom(request, code, make(request, **names))
        except EngineUnavailable:
            return HttpResponse(status=503)
        except Throttled as error:
            with translation.override(code):
                return _asked_too_much(error)

    return view


def _asked_too_much(error: Throttled) -> HttpResponse:
    sentence = _("Too many requests came from your network. Please wait a little.")
    response = HttpResponse(sentence, status=429, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(error.wait)
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _atom(request: HttpRequest, code: str, news: News) -> HttpResponse:
    written = AtomFeed(
        title=_writable(news.title),
        link=request.build_absolute_uri(news.link),
        description="",
        language=code,
        feed_url=request.build_absolute_uri(),
        feed_guid=tag(news.id),
    )
    for entry in news.entries:
        written.add_item(
            title=_writable(entry.title),
            link=request.build_absolute_uri(entry.link),
            description=_writable(entry.html),
            unique_id=tag(entry.id),
            pubdate=entry.published,
            updateddate=entry.updated,
            author_name=_writable(entry.author) or None,
            categories=entry.themes,
            lang=entry.lang,
        )
    content = written.writeString("utf-8").encode()
    if not news.entries:
        # Nothing is as old as it gets, and does not change from one moment to the next.
        epoch = datetime.fromtimestamp(0, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        content = re.sub(
            rb"<updated>[^<]*</updated>", f"<updated>{epoch}</updated>".encode(), content
        )
    response = HttpResponse(content, content_type="application/atom+xml; charset=utf-8")
    response["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    modified = None
    if news.entries:
        modified = int(max(entry.updated for entry in news.entries).timestamp())
        response["Last-Modified"] = http_date(modified)
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    response["Access-Control-Allow-Origin"] = "*"
    # By the tag alone where one is sent: what leaves a feed makes it no younger.
    answer = get_conditional_response(request, response["ETag"], modified, response)
    return answer or response


def _writable(text: str) -> str:
    return UNWRITABLE.sub("\ufffd", str(text))


def tag(name: str) -> str:
    """A name for good, the same in both languages and on whichever address the site is reached."""
    host = urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "localhost"
    return f"tag:{host},2026:{name}"


# --- Drafts --------------------------------------------------------------------------------------


@feed
def drafts(request: HttpRequest) -> News:
    """Each version of a draft, as it is published."""
    pages = {page.pk: page for page in DraftPage.objects.live().public()}
    return News(
        "drafts",
        _("Drafts: %(site)s") % {"site": _site_name()},
        reverse("wagtail_serve", args=["groups/"]),
        _versions(request, pages),
    )


def _versions(request: HttpRequest, pages: dict[int, DraftPage]) -> list[Entry]:
    versions = Version.objects.filter(draft__in=pages).order_by("-published_at", "-pk")[:SIZE]
    entries = []
    for version in versions:
        page = pages[version.draft_id]
        heading, note = words(page, "heading"), words(version, "change_note")
        title = _("%(draft)s: version %(number)d") % {"draft": heading, "number": version.number}
        parts = [words(page, "summary").text, note.text]
        entries.append(
            Entry(
                id=f"version:{version.pk}",
                title=title,
                link=page.get_url(request) or "/",
                html=linebreaks("\n\n".join(filter(None, parts)), autoescape=True),
                lang=heading.lang,
                published=version.published_at,
                updated=version.published_at,
            )
        )
    return entries


# --- Comments ------------------------------------------------------------------------------------


@feed
def comments(request: HttpRequest, group: str, draft: str) -> News:
    """The comments of a draft, as they become public."""
    page = public_draft(group, draft)
    return News(
        f"draft:{page.pk}:comments",
        _("Comments: %(draft)s") % {"draft": words(page, "heading")},
        reverse("comments", args=[group, draft]),
        _comments(public_comments().filter(version__draft=page.pk)),
    )


@feed
def theme(request: HttpRequest, slug: str) -> News:
    """What is new on a theme: comments of all drafts, and versions of the drafts on it."""
    found = get_object_or_404(Theme, slug=slug)
    pages = {page.pk: page for page in DraftPage.objects.live().public().filter(themes=found)}
    entries = [*_comments(public_comments().filter(themes=found)), *_versions(request, pages)]
    entries.sort(key=lambda entry: entry.updated, reverse=True)
    return News(
        f"theme:{found.pk}",
        str(words(found, "name")),
        reverse("wagtail_serve", args=[f"themes/{found.slug}/"]),
        entries[:SIZE],
    )


def _comments(public: CommentQuerySet) -> list[Entry]:
    """The latest of `public` comments: as they were decided on, or as they came."""
    decided = (
        Decision.objects.filter(comment__in=public.order_by(), to_status__in=PUBLIC_STATUSES)
        .order_by("-pk")
        .values_list("comment", "decided_at")[:SIZE]
    )
    # The latest decision on each comes first, and stays.
    moments = dict(reversed(list(decided)))
    newest = public.order_by("-pk").values_list("pk", flat=True)[:SIZE]
    rows = for_reading(Comment.objects.filter(pk__in={*moments, *newest}))
    changed = Statement.objects.filter(comment__in=rows.values("pk"), number__gt=1)
    for number, written_at in changed.order_by("number").values_list("comment", "written_at"):
        moments[number] = max(written_at, moments.get(number, written_at))
    entries = [_comment(row, moments.get(row.pk)) for row in rows]
    entries.sort(key=lambda entry: entry.updated, reverse=True)
    return entries[:SIZE]


def _comment(row: Comment, moved: datetime | None) -> Entry:
    """`row`, which was decided on or changed when it `moved`."""
    submission = row.submission
    title = _("No. %(number)d") % {"number": row.pk}
    if row.stance:
        title += f": {Stance(row.stance).label}"
    where = _("The draft as a whole")
    if row.section:
        where = f"{row.section.number} {words(row.section, 'heading')}"
    organisation = submission.respondent_kind == RespondentKind.ORGANISATION
    nobody = _("An organisation") if organisation else _("A person")
    return Entry(
        id=f"comment:{row.pk}",
        title=f"{title} · {where}",
        link=reverse("comment", args=[row.pk]),
        html=_html(row),
        lang=row.language,
        published=submission.received_at,
        updated=max(moved or submission.received_at, submission.received_at),
        author=submission.shown_as() or nobody,
        themes=[str(each.name_words()) for each in row.themes.all()],
    )


def _html(row: Comment) -> SafeString:
    """What the public reads of it; what is covered as a label."""
    labels = {"proposed_text": _("Proposed wording"), "reason": _("Why this wording")}
    parts = [
        format_html(
            "{}{}",
            format_html("<p><b>{}</b></p>", labels[name]) if name in labels else "",
            mark_safe(linebreaks(covering.shown(text))),
        )
        for name, text in covering.texts_of(row).items()
        if text
    ]
    return mark_safe("".join(parts))


# --- A search ------------------------------------------------------------------------------------


@feed
def search(request: HttpRequest) -> News:
    """The newest of what answers a search; what the address asks is as on the search's page.

    It costs as much as the same search by a program, and counts with those.
    """
    limit.check(request)
    language = languages.current()
    choices = Choices(language)
    asked = read(request.GET, choices.labels)
    found = search_public(
        replace(asked, sort=Sort.NEWEST),
        choices=choices,
        language=language,
        # Some of the words today and all of them tomorrow would be no list of what is new.
        strict=True,
        limit=SIZE,
    )
    entries = [
        Entry(
            id=hit.document.id,
            title=capfirst(f"{hit.kind}: {hit.name}") if hit.name else capfirst(str(hit.kind)),
            link=hit.url,
            html=hit.excerpt,
            lang=hit.excerpt_lang,
            published=hit.document.date,
            updated=hit.document.date,
            themes=[str(each) for each in hit.themes],
        )
        for hit in found.hits
        if hit.document.date
    ]
    query = request.GET.urlencode()
    return News(
        f"search:{hashlib.sha256(query.encode()).hexdigest()[:32]}",
        _("Search: %(words)s") % {"words": asked.text},
        f"{reverse('search')}?{query}",
        entries,
    )


def _site_name() -> str:
    return settings.SITE_NAMES[languages.current()]
