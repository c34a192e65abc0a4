"""What was commented on is not deleted: said in a sentence, in the place of a failure."""

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


def keep_consulted(request: HttpRequest, pages: Sequence[Page]) -> HttpResponse | None:
    """Refuse to delete `pages` where one, or one below it, holds submissions."""
    below = reduce(or_, (Q(draft__path__startswith=page.path) for page in pages))
    consulted = Submission.objects.filter(below).order_by("draft__path")
    names = list(consulted.values_list("draft__heading_es", flat=True).distinct())
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


@hooks.register("before_delete_page")
def keep_consulted_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    return keep_consulted(request, [page])


@hooks.register("before_bulk_action")
def keep_consulted_pages(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any
) -> HttpResponse | None:
    if action_type == "delete" and objects and issubclass(action.model, Page):
        return keep_consulted(request, objects)
    return None
