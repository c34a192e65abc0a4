"""The chairs' screens in Wagtail's admin: the queue, a comment, many at once."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Permission, User
from django.db import DEFAULT_DB_ALIAS
from django.db.models import ProtectedError, QuerySet
from django.db.models.deletion import Collector
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _, gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import Page
from wagtail.permissions import policy_registry

from consult.submissions.enums import Status
from consult.submissions.models import Comment
from working_groups.models import DraftPage

from .permissions import ACTIONS
from .queries import comments_to_moderate, drafts_to_moderate
from .version_report import report
from .views.appeals import AppealsView, AppealView
from .views.attachments import attachment
from .views.bulk import Approve, Reject
from .views.bulk_decision import (
    BulkListView,
    ConfirmView,
    ProgressView,
    ResumeView,
    StopView,
)
from .views.campaigns import CampaignsView, CampaignView
from .views.dashboard import DashboardView, PrecautionView
from .views.desk import DeskView, NextView
from .views.queue import QueueView
from .views.versions import VersionReportView, VersionsView


class QueueMenuItem(MenuItem):
    """Leads to the queue, with the number of those that wait for this chair."""

    def is_shown(self, request: HttpRequest) -> bool:
        # On a screen that has counted what waits for its reader, there is no need to ask.
        if hasattr(request, "comments_waiting"):
            return True
        return policy_registry.get_by_type(Comment).user_has_any_permission(request.user, ACTIONS)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        waiting = getattr(request, "comments_waiting", None)
        if waiting is None:
            waiting = comments_to_moderate(request.user).filter(status=Status.PENDING).count()
        label = f"{self.label} ({waiting})" if waiting else self.label
        return LinkMenuItem(
            self.name, label, self.url, icon_name=self.icon_name, classname=self.classname
        )


class CommentViewSet(ModelViewSet):
    """The queue and a comment's page, what versions did to comments, and no more.

    Wagtail's own views of one row (edit, delete, inspect, history, usage) ask only whether the user
    may see *some* row, and a snippet brings a chooser that lists them all: none is registered.
    """

    model = Comment
    name = "comments"
    icon = "comment"
    menu_label = gettext_lazy("Comments")
    menu_order = 150
    menu_item_class = QueueMenuItem
    add_to_admin_menu = True
    add_to_reference_index = False
    index_view_class = QueueView
    index_template_name = "moderation/queue.html"
    list_per_page = 25

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("desk/", self.construct_view(NextView), name="desk"),
            path("<int:pk>/", self.construct_view(DeskView), name="edit"),
            path("many/", self.construct_view(BulkListView), name="bulks"),
            path("many/<int:pk>/", self.construct_view(ProgressView), name="bulk_progress"),
            path("many/<int:pk>/stop/", self.construct_view(StopView), name="bulk_stop"),
            path("many/<int:pk>/resume/", self.construct_view(ResumeView), name="bulk_resume"),
            path("many/<str:outcome>/", self.construct_view(ConfirmView), name="bulk"),
            path("appeals/", self.construct_view(AppealsView), name="appeals"),
            path("appeals/<int:pk>/", self.construct_view(AppealView), name="appeal"),
            path("dashboard/", self.construct_view(DashboardView), name="dashboard"),
            path(
                "dashboard/<int:pk>/precaution/",
                self.construct_view(PrecautionView),
                name="precaution",
            ),
            path("campaigns/", self.construct_view(CampaignsView), name="campaigns"),
            path("campaigns/<int:pk>/", self.construct_view(CampaignView), name="campaign"),
            path("versions/", self.construct_view(VersionsView), name="versions"),
            path(
                "versions/<int:draft>/<int:number>/",
                self.construct_view(VersionReportView),
                name="version",
            ),
        ]

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        # Who may moderate follows from the group's chairs; there is nothing to tick.
        return Permission.objects.none()


@hooks.register("register_admin_viewset")
def register_queue() -> CommentViewSet:
    return CommentViewSet()


@hooks.register("register_admin_urls")
def register_attachments() -> list[URLPattern]:
    return [path("attachments/<int:pk>/", attachment, name="moderation_attachment")]


class AppealsMenuItem(MenuItem):
    """For staff, who have no queue; chairs find the appeals there."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("moderation.change_appeal")


@hooks.register("register_admin_menu_item")
def register_appeals() -> MenuItem:
    address = reverse("comments:appeals")
    return AppealsMenuItem(_("Appeals"), address, name="appeals", icon_name="help", order=151)


hooks.register("register_bulk_action", Approve)
hooks.register("register_bulk_action", Reject)


@hooks.register("after_publish_page")
def say_what_became_of_comments(request: HttpRequest, page: Page) -> None:
    """Where publishing `page` cut a version that changed sections with comments, say so.

    Who may not moderate them is told of public comments only.
    """
    if not isinstance(page, DraftPage) or page.live_revision_id != page.latest_revision_id:
        return
    versions = list(page.versions.all()[:2])
    if len(versions) < 2 or versions[0].published_at < page.last_published_at:
        return
    newer, older = versions
    moderates = drafts_to_moderate(request.user).filter(pk=page.pk).exists()
    comments = Comment.objects.all() if moderates else Comment.objects.public()
    found = report(comments, older, newer)
    if not found.affected:
        return
    address = reverse("comments:version", args=[page.pk, newer.number])
    buttons = [messages.button(address, _("See which"))] if moderates else None
    messages.info(request, found.sections_in_words(), buttons=buttons)


def keep_deciders(request: HttpRequest, users: Sequence[User]) -> HttpResponse | None:
    """Refuse to delete accounts that the database keeps: decisions, notes, readings name them."""
    names = sorted(user.get_username() for user in users if _is_kept(user))
    if not names:
        return None
    messages.error(
        request,
        _(
            "Not deleted: what was decided, noted or read is kept with the name of who did it"
            " (%(names)s). Make the account inactive instead."
        )
        % {"names": ", ".join(names)},
    )
    return redirect("wagtailusers_users:index")


def _is_kept(user: User) -> bool:
    try:
        Collector(using=DEFAULT_DB_ALIAS, origin=user).collect([user])
    except ProtectedError:
        return True
    return False


@hooks.register("before_delete_user")
def keep_decider(request: HttpRequest, user: User) -> HttpResponse | None:
    return keep_deciders(request, [user])


@hooks.register("before_bulk_action")
def keep_deciders_of_many(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any
) -> HttpResponse | None:
    if action_type == "delete" and action.model._meta.label == "auth.User":
        return keep_deciders(request, objects)
    return None
