"""The read-only JSON interface, `/api/v1/`: what the pages show, for programs.

What its parts are called and described as is English, and translated where a page shows it.
"""

import hashlib
import time
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _, gettext_noop
from ninja import NinjaAPI, Query, Schema
from ninja.errors import HttpError, Throttled, ValidationError

from consult.common import languages
from consult.search import meaning
from consult.search.actions import drain_leftovers
from consult.search.choices import Choices
from consult.search.engines import engine
from consult.search.engines.base import EngineUnavailable
from consult.search.enums import Kind
from consult.search.models import OutboxEntry
from consult.search.parameters import read
from consult.search.queries import Answer, FoundDocument, search_public
from consult.search.suggestions import completions

from .cursors import Cursor, next_page
from .limits import limit, typing_limit
from .schemas import (
    LIMIT_MAX,
    ProblemOut,
    SearchOut,
    SearchParameters,
    SuggestOut,
    SuggestParameters,
)

# Here `lang` is the reader's language; `only` keeps to the documents in one.
PARAMETER_NAMES = {"lang": "only"}
PROBLEMS: dict[Any, Any] = dict.fromkeys((422, 429, 503), ProblemOut) | {304: None}

api = NinjaAPI(
    title="Consult",
    version="1",
    description=gettext_noop(
        "Read-only access to everything the public may read. No key is needed. Dates are ISO 8601."
        " Every answer has an ETag; who sends it back as If-None-Match gets 304 while nothing has"
        " changed."
    ),
    # Ninja's page of documentation runs inline scripts, which the site forbids: see docs.py.
    docs_url=None,
    throttle=limit,
)


@api.exception_handler(ValidationError)
def say_what_is_wrong(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer nonsense with a sentence that names the parameter."""
    with translation.override(reader(request)):
        sentences = dict.fromkeys(map(_sentence, error.errors))
    return api.create_response(request, {"detail": " ".join(sentences)}, status=422)


def _sentence(error: dict[str, Any]) -> str:
    name = error["loc"][-1]
    if name == "limit":
        words = _("“%(name)s” must be a number from 1 to %(largest)s.")
        return words % {"name": name, "largest": LIMIT_MAX}
    if error["type"] == "string_too_long":
        words = _("The words to look for may have at most %(count)s characters.")
        return words % {"count": error["ctx"]["max_length"]}
    return _("“%(name)s” has a value that is not allowed.") % {"name": name}


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


def insist(request: HttpRequest, parameters: Schema) -> None:
    """Refuse what `parameters` could only have guessed at; raises HttpError.

    A name that is misspelled would be a condition left out, and a value given twice one of the two.
    """
    known = type(parameters).model_fields
    problems = []
    for name, values in request.GET.lists():
        if name not in known:
            # What is shown of it is short, and nothing that a page could not hold.
            shown = "".join(filter(str.isprintable, name))[:60]
            problems.append(_("There is no parameter “%(name)s”.") % {"name": shown})
        elif len(values) > 1 and known[name].annotation != list[str]:
            problems.append(_("“%(name)s” may be given once only.") % {"name": name})
        elif any("\0" in value for value in values):
            problems.append(_("“%(name)s” has a value that is not allowed.") % {"name": name})
    if problems:
        raise HttpError(422, " ".join(problems))


def state_of_search() -> str:
    """A name for what a search answers now. Raises EngineUnavailable.

    What waits for the index is named too: while another process takes it in, nobody is told that an
    answer is unchanged that is about to be another one.
    """
    drain_leftovers()
    waiting = OutboxEntry.objects.aggregate(last=Max("pk"))["last"]
    return f"{engine().generation()} {waiting} {meaning.state()}"


def tag_of(request: HttpRequest, state: str) -> str:
    """The entity tag of what was asked for; weak, for an answer says how long it took."""
    asked = f"{state} {request.build_absolute_uri()}"
    return f'W/"{hashlib.sha256(asked.encode()).hexdigest()[:32]}"'


def unchanged(request: HttpRequest, response: HttpResponse, tag: str) -> HttpResponse | None:
    """304 for who has the answer already; else nothing, and `response` has the tag.

    Not Django's `condition`: what it wraps cannot answer for an engine that is away.
    """
    answer = get_conditional_response(request, etag=tag)
    for each in filter(None, (answer, response)):
        each["ETag"] = tag
        # May be kept, but is asked for again each time: what is taken back is gone at once.
        each["Cache-Control"] = "no-cache"
    return answer


@api.get(
    "search",
    response={200: SearchOut, **PROBLEMS},
    summary=gettext_noop("Search everything that the public may read"),
    description=gettext_noop(
        "Repeated parameters are alternatives; different ones are conditions that add up."
    ),
)
def search(
    request: HttpRequest, response: HttpResponse, parameters: Query[SearchParameters]
) -> Any:
    """Hits, their number and what they could be narrowed down to."""
    started = time.perf_counter()
    with translation.override(parameters.lang):
        insist(request, parameters)
        choices = Choices(parameters.lang)
        asked = read(request.GET, choices.labels, PARAMETER_NAMES)
        if asked.problems:
            raise HttpError(422, " ".join(asked.problems))
        state = state_of_search()
        if same := unchanged(request, response, tag_of(request, state)):
            return same

        def answer(offset: int, limit: int) -> Answer:
            return search_public(
                asked, choices=choices, language=parameters.lang, limit=limit, offset=offset
            )

        cursor = Cursor.read(parameters.cursor) if parameters.cursor else Cursor()
        found, following = next_page(cursor, state, parameters.limit, answer)
    return {
        "total": found.total,
        "took_ms": round((time.perf_counter() - started) * 1_000),
        "hits": [_hit(request, hit, found) for hit in found.hits],
        "facets": {
            PARAMETER_NAMES.get(facet.name, facet.name): [
                {"value": v.value, "label": v.label.text, "count": v.count} for v in facet.values
            ]
            for facet in found.facets
        },
        "suggestion": found.suggestion,
        "next": following and _following(request, following),
    }


@api.get(
    "suggest",
    response={200: SuggestOut, **PROBLEMS},
    throttle=typing_limit,
    summary=gettext_noop("Complete what is being typed"),
    description=gettext_noop(
        "From the words of what the public may read, the most frequent first."
    ),
)
def suggest(
    request: HttpRequest, response: HttpResponse, parameters: Query[SuggestParameters]
) -> Any:
    """Texts that begin with what was typed."""
    with translation.override(parameters.lang):
        insist(request, parameters)
    if same := unchanged(request, response, tag_of(request, state_of_search())):
        return same
    found = completions(parameters.q, language=parameters.lang, limit=parameters.limit)
    return {"results": found, "next": None}


def _hit(request: HttpRequest, hit: FoundDocument, found: Answer) -> dict[str, Any]:
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
        "found_by": _found_by(hit, found),
    }


def _found_by(hit: FoundDocument, found: Answer) -> str | None:
    if not found.query.required:
        return None
    if not hit.by_words:
        return "meaning"
    return "theme" if hit.via else "words"


def _following(request: HttpRequest, cursor: Cursor) -> str:
    query = request.GET.copy()
    query["cursor"] = str(cursor)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
