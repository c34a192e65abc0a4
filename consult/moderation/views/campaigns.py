"""Campaigns in the administration: those of one's drafts, and one with all that it is made of."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin

from consult.submissions.enums import Status
from consult.submissions.models import Comment

from ..campaigns import actions
from ..campaigns.actions import CampaignChanged
from ..campaigns.differences import beside
from ..campaigns.models import Campaign
from ..campaigns.queries import campaigns_to_moderate, worth_showing
from ..permissions import ACTIONS
from ..queries import is_number

TITLE = gettext_lazy("Campaigns")
CAMPAIGNS_A_PAGE = 25
MEMBERS_A_PAGE = 20
# Campaigns of the draft that are offered to be merged into.
MERGED_INTO = 50


class CampaignsView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """The campaigns of the drafts that one moderates, the largest first."""

    model = Comment
    any_permission_required = ACTIONS
    template_name = "moderation/campaigns.html"
    page_title = TITLE
    request: Any

    def get(self, request: HttpRequest) -> HttpResponse:
        state = request.GET.get("state", "")
        if state not in Campaign.State.values:
            state = Campaign.State.PROPOSED
        campaigns = worth_showing(campaigns_to_moderate(request.user).filter(state=state))
        waiting = Count("members", filter=Q(members__comment__status=Status.PENDING))
        rows = campaigns.annotate(waiting=waiting).select_related("draft", "exemplar")
        page = Paginator(rows, CAMPAIGNS_A_PAGE).get_page(request.GET.get("page"))
        context = self.get_context_data(
            campaigns=page, state=Campaign.State(state), states=Campaign.State
        )
        return self.render_to_response(context)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("comments:index"), "label": _("Comments")},
            {"url": "", "label": TITLE},
        ]


class CampaignView(WagtailAdminTemplateMixin, View):
    """One campaign: its exemplar, its comments with what each added, and what may be done with it."""

    template_name = "moderation/campaign.html"
    request: Any
    kwargs: Any

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        # Another group's campaign is not there.
        self.campaign: Campaign = get_object_or_404(
            campaigns_to_moderate(request.user).select_related("draft", "exemplar"),
            pk=kwargs["pk"],
        )

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        act = self.acts().get(request.POST.get("act", ""))
        if act is None:
            return redirect("comments:campaign", pk)
        try:
            then, said = act()
        except CampaignChanged as refusal:
            messages.error(request, str(refusal))
            self.setup(request, **self.kwargs)
            return self.render_to_response(self.get_context_data(), status=409)
        messages.success(request, said)
        return redirect("comments:campaign", then.pk)

    def acts(self) -> dict[str, Callable[[], tuple[Campaign, str]]]:
        """What the buttons of the page do; each returns the campaign to show then, and a sentence."""
        pk, by = self.campaign.pk, self.request.user
        return {
            "confirm": lambda: (
                actions.confirm(pk, by=by),
                _("The campaign is confirmed: its published comments are shown as one."),
            ),
            "dissolve": lambda: (
                actions.dissolve(pk, by=by),
                _("The campaign is dissolved: its comments stand each by itself."),
            ),
            "split": lambda: (
                actions.split(pk, self.chosen(), by=by),
                _("The comments were taken out; this is the campaign that they make now."),
            ),
            "merge": lambda: (
                actions.merge(pk, self.number("into"), by=by),
                _("The comments are now in this campaign."),
            ),
            "exemplar": lambda: (
                actions.choose_exemplar(pk, self.number("comment"), by=by),
                _("That comment now stands for all."),
            ),
        }

    def chosen(self) -> set[int]:
        return {int(n) for n in self.request.POST.getlist("comments") if is_number(n)}

    def number(self, name: str) -> int:
        """A number that was posted; 0, which nothing has, for what is none."""
        typed = self.request.POST.get(name, "")
        return int(typed) if is_number(typed) else 0

    def get_page_title(self) -> str:
        return str(self.campaign)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("comments:index"), "label": _("Comments")},
            {"url": reverse("comments:campaigns"), "label": TITLE},
            {"url": "", "label": str(self.campaign)},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign = self.campaign
        comments = Comment.objects.filter(place__campaign=campaign).select_related("submission")
        page = Paginator(comments.order_by("pk"), MEMBERS_A_PAGE).get_page(
            self.request.GET.get("page")
        )
        by_status = comments.order_by("status").values_list("status").annotate(Count("pk"))
        others = worth_showing(
            campaigns_to_moderate(self.request.user)
            .filter(draft=campaign.draft_id)
            .exclude(pk=campaign.pk)
            .exclude(state=Campaign.State.DISSOLVED)
        ).select_related("exemplar")
        return super().get_context_data(
            campaign=campaign,
            page_of_comments=page,
            rows=beside(campaign.exemplar, page),
            chosen=self.chosen(),
            statuses=[(Status(status).label, count) for status, count in by_status],
            people=comments.order_by().values("submission").distinct().count(),
            others=others[:MERGED_INTO],
            events=campaign.events.select_related("done_by", "other"),
            **kwargs,
        )
