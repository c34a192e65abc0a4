"""The search page."""

import logging
from contextlib import suppress
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consult.common import languages
from consult.common.forms import ErrorLink
from consult.notices.forms import SubscriptionForm
from consult.notices.models import SEARCH_MAX_LENGTH
from consult.notices.views import subscribe_to

from .alerts import followed
from .choices import Choices
from .engines.base import EngineUnavailable
from .guidance import advice, chips, scope
from .parameters import Parameters, read, sorts, together
from .queries import PAGE_SIZE, Answer, FoundDocument, search_public
from .query import parse
from .suggestions import completions

logger = logging.getLogger(__name__)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What answers the words and choices in the address, twenty a page.

    With `part=1` only what a search changes, for the page's script.
    """
    language = languages.current()
    choices = Choices(language)
    asked = read(request.GET, choices.labels)
    if not asked.unfinished:
        # An engine that is away is said where it is asked next, with all that was chosen.
        with suppress(EngineUnavailable):
            _choose_by_field_words(asked, choices)
    context: dict[str, Any] = {
        "layout": "search/part.html" if request.GET.get("part") == "1" else "base.html",
        "asked": asked,
        "chips": chips(asked, choices, language),
        "scope": scope(asked, choices, language),
        "sorts": sorts(),
    }

    def answer(page: int) -> Answer:
        return search_public(
            asked, choices=choices, language=language, offset=(page - 1) * PAGE_SIZE
        )

    try:
        found = answer(asked.page)
        if not found.hits and found.total:
            asked.problems.append(_("There is no page %(page)s.") % {"page": asked.page})
            asked.page = 1
            found = answer(1)
        asked.problems += found.problems
        if asked.unfinished:
            context["completions"] = completions(asked.text, language=language)
        if found.relaxed or not found.total:
            context["advice"] = advice(asked, found, choices, language)
    except EngineUnavailable:
        logger.exception("The search engine did not answer.")
        return render(request, "search/search.html", context, status=503)
    # The links on the page continue what was understood, not what was typed.
    request.GET = asked.query()  # type: ignore[assignment]
    pages: Paginator[Any] = Paginator(range(found.total), PAGE_SIZE)
    listing: Page[FoundDocument] = Page(found.hits, asked.page, pages)
    return render(request, "search/search.html", context | {"found": found, "listing": listing})


def _choose_by_field_words(asked: Parameters, choices: Choices) -> None:
    """Make field words among the words typed (`theme:equity`) choices like any others.

    Then the page shows them as chosen, and each can be taken away.
    """
    query = parse(asked.text, called=choices.called)
    if query.filters:
        asked.text, asked.filters = query.rest, together(asked.filters, query.filters)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for letters about what is new among the answers to the search in the address."""
    language = languages.current()
    choices = Choices(language)
    about = followed(read(request.GET, choices.labels), choices, language)
    template = "search/follow_form.html"
    if len(about.query) > SEARCH_MAX_LENGTH:
        error = ErrorLink("", "", _("This search is too long to be followed. Use fewer words."))
        context = {"about": about, "errors": [error], "form": SubscriptionForm()}
        return render(request, template, context, status=422)
    return subscribe_to(request, about, template)
