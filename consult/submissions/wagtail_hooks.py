"""What was commented on is neither deleted nor moved: said in a sentence, in the place of a failure."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page

from .models import Submission


def consulted_below(pages: Sequence[Page]) -> list[str]:
    """The headings of the drafts among `pages`, or below them, that hold submissions."""
    below = reduce(or_, (Q(draft__path__startswith=page.path) for page in pages))
    consulted = Submission.objects.filter(below).order_by("draft__path")
    return list(consulted.values_list("draft__heading_es", flat=True).distinct())


def keep_consulted(request: HttpRequest, pages: Sequence[Page]) -> HttpResponse | None:
    """Refuse to delete `pages` where one, or one below it, holds submissions."""
    names = consulted_below(pages)
    if not names:
        return None
    messages.error(
        request,
        _(
            "Not deleted: the public has sent submissions on “%(drafts)s”, which are kept with the"
            " words they are about. You can unpublish the draft instead."
        )
        % {"drafts": "”, “".join(names)},
    )
    return redirect("wagtailadmin_explore", pages[0].get_parent().pk)


def keep_in_place(request: HttpRequest, pages: Sequence[Page]) -> HttpResponse | None:
    """Refuse to move `pages` where one, or one below it, holds submissions."""
    names = consulted_below(pages)
    if not names:
        return None
    messages.error(
        request,
        _(
            "Not moved: the public has sent submissions on “%(drafts)s” to this working group, whose"
            " chairs answer them, and links in print lead there. Make a copy for the other group."
        )
        % {"drafts": "”, “".join(names)},
    )
    return redirect("wagtailadmin_explore", pages[0].get_parent().pk)


@hooks.register("before_move_page")
def keep_consulted_page_in_place(
    request: HttpRequest, page: Page, destination: Page
) -> HttpResponse | None:
    return keep_in_place(request, [page])


@hooks.register("before_delete_page")
def keep_consulted_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    return keep_consulted(request, [page])


@hooks.register("before_bulk_action")
def keep_consulted_pages(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any
) -> HttpResponse | None:
    if not objects or not issubclass(action.model, Page):
        return None
    if action_type == "delete":
        return keep_consulted(request, objects)
    return keep_in_place(request, objects) if action_type == "move" else None
