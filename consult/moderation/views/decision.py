"""One comment beside the words it is about, and the decision on it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from consult.common import languages
from consult.submissions.carry_over import mark
from consult.submissions.enums import Status

from .. import rules
from ..actions import DecidedMeanwhile, decide
from ..forms import RejectionForm, narrowed
from ..models import Decision
from ..queries import comments_to_moderate
from .queue import filters_of, next_pending


class DecisionView(WagtailAdminTemplateMixin, View):
    template_name = "moderation/decision.html"
    header_icon = ""
    request: Any

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.query = filters_of(request.GET)
        self.read_comment()

    def read_comment(self) -> None:
        # Wagtail's own edit view asks only whether the user may change some comment.
        self.comment = get_object_or_404(
            comments_to_moderate(self.request.user)
            .select_related("submission__draft", "version", "section")
            .prefetch_related("themes", "decisions__decided_by"),
            pk=self.kwargs["pk"],
        )
        mark([self.comment])

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=RejectionForm()))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        outcome = request.POST.get("outcome", "")
        form = RejectionForm(request.POST if outcome == Status.REJECTED else None)
        if form.is_bound and not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        reason = form.cleaned_data if form.is_bound else {}
        seen = {pk: request.POST.get("seen", "")}
        try:
            (decision,) = decide(seen, outcome, by=self.request.user, **reason)
        except (DecidedMeanwhile, ValidationError) as refusal:
            said = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
            messages.error(request, " ".join(said))
            self.read_comment()
            return self.render_to_response(self.get_context_data(form=form), status=409)
        return self.lead_on(decision)

    def lead_on(self, decision: Decision) -> HttpResponse:
        """Say what was decided, and show the next that waits."""
        messages.success(
            self.request,
            _("%(comment)s: %(status)s.")
            % {"comment": self.comment, "status": decision.get_to_status_display()},
            buttons=[messages.button(self.request.get_full_path(), _("Look at it again"))],
        )
        following = next_pending(self.comment, self.request)
        if following is None:
            messages.info(self.request, _("Nothing else waits in this list."))
            return redirect(self.address("comments:index"))
        return redirect(self.address("comments:edit", following.pk))

    def address(self, name: str, *args: Any) -> str:
        """The address called `name`, with the filters of the queue."""
        return reverse(name, args=args) + (f"?{self.query.urlencode()}" if self.query else "")

    def get_page_title(self) -> str:
        return _("Comment")

    def get_page_subtitle(self) -> str:
        return str(self.comment)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            {"url": self.address("comments:index"), "label": _("Comments")},
            {"url": "", "label": str(self.comment)},
        ]

    def texts(self) -> list[dict[str, Any]]:
        """The section's words in each language, that of the comment first."""
        first = languages.nearest(self.comment.language, self.comment.submission.language)
        return [
            {
                "name": languages.NAMES[code],
                "code": code,
                "heading": getattr(self.comment.section, f"heading_{code}"),
                "body": getattr(self.comment.section, f"body_{code}"),
                "open": code == first,
            }
            for code in (first, languages.other(first))
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        comment = self.comment
        waiting = self.query.copy()
        waiting["status"] = Status.PENDING
        return super().get_context_data(
            comment=comment,
            submission=comment.submission,
            draft=comment.submission.draft,
            texts=self.texts() if comment.section else [],
            decisions=comment.decisions.all(),
            language=capfirst(languages.in_words(comment.language)),
            author_language=languages.NAMES[comment.submission.language],
            may_publish=rules.may_become(comment.status, Status.PUBLISHED),
            may_reject=rules.may_become(comment.status, Status.REJECTED),
            waiting=narrowed(self.request, waiting).count(),
            **kwargs,
        )
