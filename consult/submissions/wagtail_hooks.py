"""Clerks' and staff's screens; and what was commented on is not deleted: said in its place."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import Permission, User
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.models import Page

from .keying import is_clerk
from .models import DataRequest, Statement, Submission
from .views import data_requests, entries, imports, privacy

# --- What was commented on is kept -----------------------------------------------------------------


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


# --- Requests about data, and the privacy notice ----------------------------------------------------


class DataRequestsMenuItem(MenuItem):
    """Leads to the requests about data, with the number of those that wait."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(data_requests.MAY_ANSWER)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        waiting = DataRequest.objects.filter(answered_at=None).count()
        label = f"{self.label} ({waiting})" if waiting else self.label
        return LinkMenuItem(
            self.name, label, self.url, icon_name=self.icon_name, classname=self.classname
        )


class NoticesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(privacy.MAY_PUBLISH)


@hooks.register("register_admin_urls")
def register_screens() -> list[URLPattern]:
    return [
        path("privacy-notice/", privacy.NoticesView.as_view(), name="privacy_notices"),
        path("data-requests/", data_requests.RequestsView.as_view(), name="data_requests"),
        path("data-requests/<int:pk>/", data_requests.AnswerView.as_view(), name="data_request"),
    ]


@hooks.register("register_admin_menu_item")
def register_data_requests_menu_item() -> MenuItem:
    address = reverse("data_requests")
    return DataRequestsMenuItem(data_requests.TITLE, address, icon_name="user", order=160)


@hooks.register("register_settings_menu_item")
def register_notices_menu_item() -> MenuItem:
    return NoticesMenuItem(privacy.TITLE, reverse("privacy_notices"), icon_name="lock", order=900)


# --- The clerks' screens ---------------------------------------------------------------------------


@hooks.register("register_admin_urls")
def entry_screens() -> list[URLPattern]:
    return [
        path("entries/", entries.EntriesView.as_view(), name="entries"),
        path("entries/<int:pk>/", entries.EntryView.as_view(), name="entry"),
        path("entries/own/<str:receipt>/", entries.CorrectView.as_view(), name="entry_correct"),
        path("entries/scans/<int:pk>/", entries.scan, name="entry_scan"),
        path("entries/<int:pk>/import/", imports.ImportView.as_view(), name="entry_import"),
        path("entries/<int:pk>/template.xlsx", imports.template, name="entry_template"),
        path(
            "entries/imports/<uuid:pk>/",
            imports.ImportPreviewView.as_view(),
            name="entry_import_preview",
        ),
    ]


class EntriesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return is_clerk(request.user)


@hooks.register("register_admin_menu_item")
def entries_menu_item() -> MenuItem:
    return EntriesMenuItem(
        entries.TITLE, reverse("entries"), name="entries", icon_name="form", order=155
    )


def keep_clerks(request: HttpRequest, users: Sequence[User]) -> HttpResponse | None:
    """Refuse to delete accounts under whose names something was keyed in."""
    rows = Statement.objects.filter(keyed_by__in=users).order_by()
    names = sorted(set(rows.values_list("keyed_by__username", flat=True)))
    if not names:
        return None
    messages.error(
        request,
        _(
            "Not deleted: what was keyed in is kept with the name of who did it (%(names)s). Make the"
            " account inactive instead."
        )
        % {"names": ", ".join(names)},
    )
    return redirect("wagtailusers_users:index")


@hooks.register("before_delete_user")
def keep_clerk(request: HttpRequest, user: User) -> HttpResponse | None:
    return keep_clerks(request, [user])


@hooks.register("before_bulk_action")
def keep_many_clerks(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any
) -> HttpResponse | None:
    if action_type == "delete" and action.model._meta.label == "auth.User":
        return keep_clerks(request, objects)
    return None


@hooks.register("register_permissions")
def permission_of_clerks() -> QuerySet[Permission]:
    """What makes somebody a clerk, to be ticked for a group."""
    return Permission.objects.filter(
        content_type__app_label="submissions", codename="add_submission"
    )
