"""Appeals against rejections: the list, and the screen on which somebody else decides one."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from consult.common import languages
from consult.submissions.carry_over import mark

from .. import rules
from ..actions import DecidedMeanwhile, decide_appeal
from ..desk import section_texts
from ..forms import AppealForm
from ..models import Appeal
from ..queries import appeals_to_decide, may_decide_appeals, open_appeals

TITLE = gettext_lazy("Appeals")
GRANTED, UPHELD = "granted", "upheld"


class AppealsView(WagtailAdminTemplateMixin, View):
    """The open appeals that the reader may decide, and those on what they rejected themselves."""

    template_name = "moderation/appeals.html"
    page_title = TITLE
    request: Any

    def get(self, request: HttpRequest) -> HttpResponse:
        if not may_decide_appeals(request.user):
            raise PermissionDenied
        appeals = open_appeals(request.user).select_related("comment__submission__draft")
        theirs = set(appeals_to_decide(request.user).values_list("pk", flat=True))
        return self.render_to_response(self.get_context_data(appeals=appeals, theirs=theirs))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": TITLE}]


class AppealView(WagtailAdminTemplateMixin, View):
    """One open appeal: the comment, its section, why it was rejected, and what its author says."""

    template_name = "moderation/appeal_decision.html"
    page_title = TITLE
    request: Any
    kwargs: Any

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        # Staff read a comment while its appeal is open, no longer; another group's chair never.
        self.appeal: Appeal = get_object_or_404(
            appeals_to_decide(request.user).select_related(
                "comment__submission__draft",
                "comment__version",
                "comment__section",
                "against__decided_by",
            ),
            pk=kwargs["pk"],
        )
        mark([self.appeal.comment])

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=AppealForm()))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        outcome, seen = (request.POST.get(name, "") for name in ("outcome", "seen"))
        grant = outcome == GRANTED
        form = AppealForm(request.POST, grant=grant)
        if outcome not in (GRANTED, UPHELD) or not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        note = form.cleaned_data["note"]
        try:
            decision = decide_appeal(pk, seen, grant=grant, note=note, by=self.request.user)
        except (DecidedMeanwhile, ValidationError) as refusal:
            said = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
            messages.error(request, " ".join(said))
            if not appeals_to_decide(self.request.user).filter(pk=pk).exists():
                return redirect("comments:appeals")
            return self.render_to_response(self.get_context_data(form=form), status=409)
        words = _("%(comment)s: %(status)s.")
        status = decision.get_to_status_display()
        messages.success(request, words % {"comment": self.appeal.comment, "status": status})
        return redirect("comments:appeals")

    def get_page_subtitle(self) -> str:
        return str(self.appeal.comment)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("comments:appeals"), "label": TITLE},
            {"url": "", "label": str(self.appeal.comment)},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        comment = self.appeal.comment
        return super().get_context_data(
            appeal=self.appeal,
            rejection=self.appeal.against,
            comment=comment,
            submission=comment.submission,
            draft=comment.submission.draft,
            section_texts=section_texts(comment),
            files=comment.attachments.filter(removed_at=None, erased_at=None),
            seen=rules.seen_as(comment.status, comment.edition),
            author_language=languages.NAMES[comment.submission.language],
            **kwargs,
        )
