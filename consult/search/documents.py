"""What can be found, read from the database: only what everybody may read, as it stands now."""

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from wagtail.models import Page

from consult.common.languages import CODES, words
from consult.common.texts import plain
from consult.pages.models import EvidencePage
from consult.responses.models import SummaryPage
from consult.submissions.covering import texts_of, without
from consult.submissions.models import Comment, CommentQuerySet
from consult.themes.models import Theme
from working_groups.models import DraftPage, Section, Version, VersionSection, WorkingGroupPage

from .analysis import analysis_of, normal
from .engines.base import Document
from .enums import Kind

CHUNK = 500

Keys = Collection[str] | None


def documents(kind: str, keys: Keys = None) -> Iterator[Document]:
    """The public documents of a kind: those with the `keys` (see OutboxEntry), or all."""
    return READERS[kind](keys)


def documents_of(ids: Iterable[str]) -> Iterator[Document]:
    """Those with the `ids` that are public now."""
    keys: dict[str, set[str]] = {}
    for each in ids:
        kind, _colon, key = each.partition(":")
        keys.setdefault(kind, set()).add(key)
    for kind, some in keys.items():
        yield from documents(kind, some)


def all_documents() -> Iterator[Document]:
    """Everything that can be found."""
    return chain.from_iterable(documents(kind) for kind in Kind.values)


def public_comments() -> CommentQuerySet:
    """The published comments on drafts that everybody may read."""
    return Comment.objects.public().filter(
        version__draft__in=DraftPage.objects.live().public().order_by()
    )


def draft_facets(page: Page) -> dict[str, Any]:
    """Which draft, of which group. A draft's slug is its own within the group only."""
    group, slug = page.url_path.strip("/").split("/")[-2:]
    return {"draft": f"{group}/{slug}", "group": group}


class Places:
    """The drafts that everybody may read, by primary key, in a few queries."""

    def __init__(self) -> None:
        self.drafts = {page.pk: page for page in DraftPage.objects.live().public()}

    def facets(self, draft: int) -> dict[str, Any]:
        """Which draft, of which group."""
        return draft_facets(self.drafts[draft])


def _comments(keys: Keys) -> Iterator[Document]:
    places = Places()
    rows = Comment.objects.public().filter(version__draft__in=places.drafts.keys())
    rows = rows.select_related("submission", "section", "version").prefetch_related("themes")
    for comment in _chosen(rows, keys).order_by("pk").iterator(CHUNK):
        text = normal("\n".join(filter(None, map(without, texts_of(comment).values()))))
        submission = comment.submission
        who = normal(submission.shown_as())
        read_as = analysis_of(comment.language)
        yield Document(
            id=f"{Kind.COMMENT}:{comment.pk}",
            type=Kind.COMMENT.value,
            url=f"comments/{comment.pk}/",
            text={read_as: text},
            title={read_as: who} if who else {},
            place=_place(comment.version, comment.section),
            languages=(comment.language,),
            themes=tuple(theme.slug for theme in comment.themes.all()),
            stance=comment.stance,
            sector=submission.sector,
            state=submission.state,
            date=submission.received_at,
            **places.facets(comment.version.draft_id),
        )


def _sections(keys: Keys) -> Iterator[Document]:
    places = Places()
    current = _current_versions(places.drafts.keys())
    rows = VersionSection.objects.filter(version__in=current.values()).select_related("version")
    if keys is not None:
        rows = rows.filter(uid__in=keys)
    themes: dict[Any, tuple[str, ...]] = {
        section.uid: tuple(theme.slug for theme in section.themes.all())
        for section in Section.objects.filter(page__in=places.drafts).prefetch_related("themes")
    }
    for section in rows.iterator(CHUNK):
        version = section.version
        yield Document(
            id=f"{Kind.SECTION}:{section.uid}",
            type=Kind.SECTION.value,
            url=f"{_address(places.drafts[version.draft_id])}#s-{section.uid}",
            text=_words(section, html=("body",)),
            title={
                code: normal(f"{section.number} {heading}")
                for code in CODES
                if (heading := getattr(section, f"heading_{code}"))
            },
            place=_place(version),
            languages=_languages(section, "heading", "body"),
            themes=themes.get(section.uid, ()),
            date=version.published_at,
            **places.facets(version.draft_id),
        )


def _drafts(keys: Keys) -> Iterator[Document]:
    places = Places()
    groups = {page.slug: page for page in WorkingGroupPage.objects.all()}
    rows = DraftPage.objects.filter(pk__in=places.drafts.keys()).prefetch_related("themes")
    current = _current_versions(places.drafts.keys())
    for draft in _chosen(rows, keys):
        if draft.pk in current:
            facets = places.facets(draft.pk)
            yield _page(
                Kind.DRAFT,
                draft,
                html=("legal_note",),
                place=_heading(groups.get(facets["group"])),
                themes=tuple(theme.slug for theme in draft.themes.all()),
                **facets,
            )


def _summaries(keys: Keys) -> Iterator[Document]:
    places = Places()
    drafts = {page.path: page for page in places.drafts.values()}
    rows = SummaryPage.objects.live().public().prefetch_related("theme_summaries__theme")
    for summary in _chosen(rows, keys):
        draft = drafts.get(summary.path[: -Page.steplen])
        if draft:
            parts = list(summary.theme_summaries.all())
            yield _page(
                Kind.SUMMARY,
                summary,
                html=("body", "changes"),
                more=[_words(part, html=("text",)) for part in parts],
                place=_heading(draft),
                themes=tuple(part.theme.slug for part in parts),
                **places.facets(draft.pk),
            )


def _evidence(keys: Keys) -> Iterator[Document]:
    rows = EvidencePage.objects.live().public().prefetch_related("themes")
    for page in _chosen(rows, keys):
        themes = tuple(theme.slug for theme in page.themes.all())
        yield _page(Kind.EVIDENCE, page, plain_fields=("source",), html=("body",), themes=themes)


def _groups(keys: Keys) -> Iterator[Document]:
    rows = WorkingGroupPage.objects.live().public().prefetch_related("members")
    for page in _chosen(rows, keys):
        members = [
            {
                code: f"{member.name} {getattr(member, f'organisation_{code}') or ''}"
                for code in CODES
            }
            for member in page.members.all()
        ]
        yield _page(Kind.GROUP, page, html=("mandate",), more=members, group=page.slug)


def _themes(keys: Keys) -> Iterator[Document]:
    for theme in _chosen(Theme.objects.all(), keys):
        yield Document(
            id=f"{Kind.THEME}:{theme.pk}",
            type=Kind.THEME.value,
            url=f"themes/{theme.slug}/",
            text=_words(theme, plain_fields=("description",)),
            title=_words(theme, plain_fields=("name",)),
            languages=_languages(theme, "name", "description"),
            themes=(theme.slug,),
        )


READERS: dict[str, Callable[[Keys], Iterator[Document]]] = {
    Kind.DRAFT: _drafts,
    Kind.SECTION: _sections,
    Kind.COMMENT: _comments,
    Kind.SUMMARY: _summaries,
    Kind.EVIDENCE: _evidence,
    Kind.GROUP: _groups,
    Kind.THEME: _themes,
}


def _chosen(rows: QuerySet[Any], keys: Keys) -> QuerySet[Any]:
    return rows if keys is None else rows.filter(pk__in=keys)


def _current_versions(drafts: Iterable[int]) -> dict[int, int]:
    """The latest version of each of the `drafts` that has one: primary keys of both."""
    versions = Version.objects.filter(draft__in=drafts).order_by("number")
    return dict(versions.values_list("draft_id", "pk"))


def _page(
    kind: Kind,
    page: Any,
    *,
    html: tuple[str, ...],
    plain_fields: tuple[str, ...] = (),
    more: Iterable[dict[str, str]] = (),
    **fields: Any,
) -> Document:
    """The document of a bilingual page, with the words of its fields and of `more`."""
    texts = [_words(page, plain_fields=("summary", *plain_fields), html=html), *more]
    return Document(
        id=f"{kind}:{page.pk}",
        type=kind.value,
        url=_address(page),
        text={
            code: normal("\n".join(text[code] for text in texts if text.get(code)))
            for code in CODES
        },
        title=_heading(page),
        languages=_languages(page, "heading", "summary", *html),
        date=page.last_published_at,
        **fields,
    )


def _words(
    row: Any, *, plain_fields: tuple[str, ...] = (), html: tuple[str, ...] = ()
) -> dict[str, str]:
    """What the fields of `row` say, by language; a language that says nothing is left out."""
    found = {
        code: "\n".join(
            filter(
                None,
                [getattr(row, f"{name}_{code}") or "" for name in plain_fields]
                + [plain(getattr(row, f"{name}_{code}") or "") for name in html],
            )
        )
        for code in CODES
    }
    return {code: normal(text) for code, text in found.items() if text}


def _heading(page: Any) -> dict[str, str]:
    return _words(page, plain_fields=("heading",)) if page else {}


def _place(version: Version, section: VersionSection | None = None) -> dict[str, str]:
    """Where in a draft something stands; a language without words of its own has the other's."""
    place = {}
    for code in CODES:
        place[code] = words(version, "heading", code).text
        if section:
            inside = words(section, "heading", code).text
            place[code] += f" · {section.number} {inside}"
    return place


def _languages(row: Any, *fields: str) -> tuple[str, ...]:
    return tuple(code for code in CODES if any(getattr(row, f"{name}_{code}") for name in fields))


def _address(page: Page) -> str:
    """The page's address below the language, the same for both."""
    with translation.override("es"):
        return (page.get_url() or "").removeprefix("/es/")
