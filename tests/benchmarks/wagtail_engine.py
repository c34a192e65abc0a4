"""The search page's comments by Wagtail's own database backend, as an engine behind the same page.

It finds what the backend finds and counts as its `facet` does; hits become documents in one go.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Count, QuerySet
from modelsearch import index
from modelsearch.backends import get_search_backend
from modelsearch.query import MATCH_ALL

from consult.search.documents import documents
from consult.search.engines.base import FACETS, NOTHING_NEAR, Document, Hit, Results, SearchEngine
from consult.search.enums import Kind
from consult.search.query import Asks, Query
from consult.submissions.enums import PUBLIC_STATUSES
from consult.submissions.models import Comment

CHUNK = 2_000
COLUMNS = {
    "theme": "themes__slug",
    "stance": "stance",
    "group": "version__draft__path",
    "draft": "version__draft",
    "sector": "submission__sector",
    "state": "submission__state",
    "lang": "language",
    "year": "submission__received_at__year",
}


class FoundComment(index.Indexed, Comment):
    """A comment with what Wagtail asks of a model that can be searched."""

    search_fields = [
        index.SearchField("body"),
        index.SearchField("proposed_text"),
        index.SearchField("reason"),
        *map(index.FilterField, ("stance", "language", "status")),
        index.RelatedFields("themes", [index.FilterField("slug")]),
        index.RelatedFields("submission", [*map(index.FilterField, ("sector", "state"))]),
        index.RelatedFields("version", [index.FilterField("draft")]),
    ]

    class Meta:
        proxy = True
        app_label = "submissions"


class WagtailEngine(SearchEngine):
    """Comments only, which is what there are many of."""

    def __init__(self, _directory: Any = None) -> None:
        self.backend = get_search_backend()

    def search(
        self,
        query: Query,
        filters: Mapping[str, Sequence[str]],
        facets: Sequence[str] = FACETS,
        sort: str = "relevance",
        language: str = "es",
        limit: int = 20,
        offset: int = 0,
        since: datetime | None = None,
        until: datetime | None = None,
        near: Mapping[str, float] = NOTHING_NEAR,
        without: Collection[str] = (),
    ) -> Results:
        def found(but: str = "", ordered: bool = False) -> Any:
            chosen = {
                f"{COLUMNS[name]}__in": list(values)
                for name, values in filters.items()
                if name in COLUMNS and name != but
            }
            rows: QuerySet[Any] = FoundComment.objects.filter(status__in=PUBLIC_STATUSES, **chosen)
            return self.backend.search(
                query.text or MATCH_ALL,
                rows,
                operator="and" if query.asks is Asks.ALL else "or",
                # What is counted, or wanted by date, need not be ranked.
                order_by_relevance=ordered and sort == "relevance",
            )

        keys = [str(row.pk) for row in found(ordered=True)[offset : offset + limit]]
        shown = {document.key: document for document in documents(Kind.COMMENT, keys)}
        return Results(
            hits=[Hit(shown[key], 1.0) for key in keys],
            total=found().count(),
            facets={name: self._counts(found(but=name), COLUMNS.get(name)) for name in facets},
        )

    @staticmethod
    def _counts(found: Any, column: str | None) -> dict[str, int]:
        """As the backend's `facet` does, which takes a model's own columns only."""
        if column is None:
            return {Kind.COMMENT: found.count()}
        rows = found.get_queryset().order_by().values_list(column).annotate(Count("pk"))
        return {str(value): count for value, count in rows if value}

    def rebuild(
        self, documents: Iterable[Document], progress: Callable[[int], None] | None = None
    ) -> int:
        rows = FoundComment.objects.filter(status__in=PUBLIC_STATUSES).order_by("pk")
        rows = rows.select_related("submission", "version").prefetch_related("themes")
        every = rows.iterator(CHUNK)
        count = 0
        while chunk := list(islice(every, CHUNK)):
            self.backend.get_index_for_model(FoundComment).add_items(FoundComment, chunk)
            count += len(chunk)
        return count

    def index(self, documents: Iterable[Document]) -> None:
        raise NotImplementedError

    def delete(self, ids: Iterable[str]) -> None:
        raise NotImplementedError

    def complete(
        self, beginning: str, language: str, limit: int = 8, without: Collection[str] = ()
    ) -> Sequence[str]:
        return ()

    def respell(
        self, word: str, language: str, limit: int = 3, without: Collection[str] = ()
    ) -> Sequence[str]:
        return ()

    def generation(self) -> str:
        return "wagtail"

    def count(self) -> int:
        return FoundComment.objects.count()

    def segments(self) -> int:
        return 1

    def size(self) -> int:
        return 0
