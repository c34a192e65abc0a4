"""The read-only JSON interface, `/api/v1/`: what the pages show, for programs."""

import hashlib
import math
import time
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query, Schema
from ninja.errors import HttpError, Throttled, ValidationError
from ninja.throttling import AnonRateThrottle

from consult.common import languages
from consult.common.limits import network, sender_address
from consult.search.actions import drain_leftovers
from consult.search.engines import engine
from consult.search.engines.base import EngineUnavailable
from consult.search.enums import Kind
from consult.search.parameters import read
from consult.search.queries import Answer, Choices, FoundDocument, search_public

LIMIT_MAX = 100
# Here `lang` is the reader's language; `only` keeps to the documents in one.
PARAMETER_NAMES = {"lang": "only"}


class Limit(AnonRateThrottle):
    """So many requests a minute from one network address.

    Each process counts in its own memory: who reads must not wait for the database to write.
    """

    def get_rate(self) -> str:
        return f"{settings.API_PER_MINUTE}/m"

    def get_ident(self, request: HttpRequest) -> str:
        return network(sender_address(request))

    def allow_request(self, request: HttpRequest) -> bool:
        return not settings.API_PER_MINUTE or super().allow_request(request)

    def check(self, request: HttpRequest) -> None:
        """Count a request that the interface does not see itself; raises Throttled."""
        if not self.allow_request(request):
            raise Throttled(wait=math.ceil(self.wait() or 1))


limit = Limit()
api = NinjaAPI(
    title="Consult",
    version="1",
    description="Read-only access to everything the public may read. Dates are ISO 8601.",
    # The page of documentation runs inline scripts, which the site forbids.
    docs_url=None,
    throttle=limit,
)


class FacetValueOut(Schema):
    value: str
    label: str
    count: int


class HitOut(Schema):
    type: str
    # A comment's is its number.
    id: int | str
    url: str
    title: str
    lang: str
    snippet: str
    score: float
    themes: list[str]
    stance: str


class SearchOut(Schema):
    total: int
    took_ms: int
    hits: list[HitOut]
    facets: dict[str, list[FacetValueOut]]
    suggestion: str | None
    next: str | None


class SearchParameters(Schema):
    """Repeated parameters are alternatives; different ones are conditions that add up."""

    q: str = ""
    lang: Literal["es", "en"] = "es"
    only: list[str] = []
    type: list[str] = []
    theme: list[str] = []
    stance: list[str] = []
    group: list[str] = []
    draft: list[str] = []
    sector: list[str] = []
    state: list[str] = []
    sort: Literal["", "relevance", "newest"] = ""
    exact: Literal["", "1"] = ""
    limit: int = Query(20, ge=1, le=LIMIT_MAX)
    page: int = Query(1, ge=1, le=1_000)


@api.exception_handler(ValidationError)
def say_what_is_wrong(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer nonsense with a sentence that names the parameter."""
    names = dict.fromkeys(str(each["loc"][-1]) for each in error.errors)
    with translation.override(reader(request)):
        sentences = [_("“%(name)s” has a value that is not allowed.") % {"name": n} for n in names]
    return api.create_response(request, {"detail": " ".join(sentences)}, status=422)


@api.exception_handler(Throttled)
def say_when_to_ask_again(request: HttpRequest, error: Throttled) -> HttpResponse:
    """Answer who asks too much."""
    with translation.override(reader(request)):
        sentence = _("Too many requests came from your network. Please wait a little.")
    return api.create_response(request, {"detail": sentence}, status=429)


@api.exception_handler(EngineUnavailable)
def say_that_the_engine_is_away(request: HttpRequest, error: EngineUnavailable) -> HttpResponse:
    """Answer for an engine that cannot."""
    with translation.override(reader(request)):
        sentence = _("The search cannot answer at the moment. Please try again in a few minutes.")
    return api.create_response(request, {"detail": sentence}, status=503)


def reader(request: HttpRequest) -> str:
    """The reader's language, as asked for; Spanish otherwise."""
    asked = request.GET.get("lang", "")
    return asked if asked in languages.CODES else languages.CODES[0]


def state_of_search(request: HttpRequest) -> str:
    """The entity tag of a search: the index's generation and what was asked of it.

    Raises EngineUnavailable.
    """
    drain_leftovers()
    asked = f"{engine().generation()} {request.get_full_path()}"
    return f'"{hashlib.sha256(asked.encode()).hexdigest()[:32]}"'


@api.get("search", response=SearchOut, summary="Search everything that the public may read")
def search(
    request: HttpRequest, response: HttpResponse, parameters: Query[SearchParameters]
) -> dict[str, Any] | HttpResponse:
    """Hits, their number and what they could be narrowed down to."""
    started = time.perf_counter()
    response["ETag"] = tag = state_of_search(request)
    # Not Django's `condition`: what it wraps cannot answer for an engine that is away.
    if unchanged := get_conditional_response(request, etag=tag):
        unchanged["ETag"] = tag
        return unchanged
    with translation.override(parameters.lang):
        choices = Choices(parameters.lang)
        asked = read(request.GET, choices.labels, PARAMETER_NAMES)
        if asked.problems:
            raise HttpError(422, " ".join(asked.problems))
        found = search_public(
            asked.text,
            choices=choices,
            language=parameters.lang,
            filters=asked.filters,
            sort=asked.sort,
            exact=asked.exact,
            limit=parameters.limit,
            offset=(asked.page - 1) * parameters.limit,
        )
    return {
        "total": found.total,
        "took_ms": round((time.perf_counter() - started) * 1_000),
        "hits": [_hit(request, hit) for hit in found.hits],
        "facets": {
            PARAMETER_NAMES.get(facet.name, facet.name): [
                {"value": v.value, "label": v.label.text, "count": v.count} for v in facet.values
            ]
            for facet in found.facets
        },
        "suggestion": None,
        "next": _next(request, found, asked.page, parameters.limit),
    }


def _hit(request: HttpRequest, hit: FoundDocument) -> dict[str, Any]:
    key = hit.document.key
    return {
        "type": hit.document.type,
        "id": int(key) if hit.document.type == Kind.COMMENT else key,
        "url": request.build_absolute_uri(hit.url),
        "title": hit.name,
        "lang": hit.excerpt_lang if hit.excerpt else hit.title_lang,
        "snippet": hit.excerpt,
        "score": hit.score,
        "themes": list(hit.document.themes),
        "stance": hit.document.stance,
    }


def _next(request: HttpRequest, found: Answer, page: int, limit: int) -> str | None:
    if page * limit >= found.total:
        return None
    query = request.GET.copy()
    query["page"] = str(page + 1)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
