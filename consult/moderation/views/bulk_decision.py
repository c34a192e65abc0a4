"""One decision on all that the queue shows: its confirmation, and how far it has come."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _, gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin

from consult.submissions.enums import Status
from consult.submissions.models import Comment, CommentQuerySet

from ..bulk import begin, bulks_of, decidable, progress_of, resume, stop
from ..forms import CommentFilters, RejectionForm, narrowed
from ..models import BulkDecision, BulkItem
from ..permissions import ACTIONS
from ..queries import comments_to_moderate, is_number
from .desk import with_filters
from .queue import IN_ORDER, filters_of

TITLE = gettext_lazy("Decision on many")
# So many are shown before confirming, and so many of those left out afterwards.
SHOWN = 10
CHANGED_SHOWN = 500
# Seconds after which the page of one that runs is read again.
REFRESH = 3

QUESTIONS = {
    Status.PUBLISHED: gettext_lazy("Publish all in this list?"),
    Status.REJECTED: gettext_lazy("Reject all in this list?"),
}


class BulkPage(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    model = Comment
    any_permission_required = ACTIONS
    page_title = TITLE
    request: Any
    kwargs: Any

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": with_filters(self.request, "comments:index"), "label": _("Comments")},
            {"url": "", "label": TITLE},
        ]


class ConfirmView(BulkPage):
    """What would be decided on: the list as it is now, and no comment that comes later."""

    template_name = "moderation/bulk_confirm.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.outcome = kwargs["outcome"]
        if self.outcome not in QUESTIONS:
            raise Http404

    def comments(self) -> CommentQuerySet:
        return decidable(narrowed(self.request, self.request.GET), self.outcome)

    def form(self, data: Any = None) -> Form:
        form = RejectionForm if self.outcome == Status.REJECTED else Form
        return form(data)

    def get(self, request: HttpRequest, outcome: str) -> HttpResponse:
        return self.show(self.form())

    def post(self, request: HttpRequest, outcome: str) -> HttpResponse:
        form = self.form(request.POST)
        upto = request.POST.get("upto", "")
        if not form.is_valid() or not is_number(upto):
            return self.show(form, 422)
        reason = form.reason() if isinstance(form, RejectionForm) else {}
        try:
            bulk = begin(
                self.comments().filter(pk__lte=int(upto)),
                outcome,
                by=self.request.user,
                filters=filters_of(request.GET).urlencode(),
                **reason,
            )
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return self.show(form, 409)
        return redirect("comments:bulk_progress", bulk.pk)

    def show(self, form: Form, status: int = 200) -> HttpResponse:
        comments = self.comments()
        first = comments.select_related("section", "submission").order_by(*IN_ORDER)[:SHOWN]
        context = self.get_context_data(
            form=form,
            question=QUESTIONS[self.outcome],
            outcome=self.outcome,
            total=comments.order_by().values("pk").distinct().count(),
            upto=comments.aggregate(upto=Max("pk"))["upto"],
            first=first,
            narrowings=narrowings(self.request),
            back=with_filters(self.request, "comments:index"),
        )
        return self.render_to_response(context, status=status)


def narrowings(request: HttpRequest) -> list[str]:
    """What the list is narrowed to, in words."""
    filters = CommentFilters(request.GET, request=request)
    said = []
    for name, field in filters.form.fields.items():
        chosen = filters.form[name].value()
        values = chosen if isinstance(chosen, list) else [chosen]
        labels = {str(value): str(label) for value, label in getattr(field, "choices", ())}
        words = [labels[str(value)] for value in values if value and str(value) in labels]
        if words:
            said.append(f"{field.label}: {', '.join(words)}")
    if typed := request.GET.get("q", "").strip():
        said.append(_("with the words “%(words)s”") % {"words": typed[:80]})
    return said


class BulkView(BulkPage):
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        # Another group's is not there.
        self.bulk: BulkDecision = get_object_or_404(bulks_of(request.user), pk=kwargs["pk"])


class ProgressView(BulkView):
    """How far one has come; read again by itself while it runs, without script."""

    template_name = "moderation/bulk_decision.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        runs = self.bulk.finished_at is None and self.bulk.stopped_at is None
        context = self.get_context_data(
            bulk=self.bulk,
            runs=runs,
            progress=progress_of(self.bulk),
            changed=self.changed[:CHANGED_SHOWN],
        )
        response = self.render_to_response(context)
        if runs:
            response["Refresh"] = str(REFRESH)
        return response

    @cached_property
    def changed(self) -> QuerySet[Comment]:
        items = self.bulk.items.filter(state=BulkItem.State.CHANGED).values("comment")
        return comments_to_moderate(self.request.user).filter(pk__in=items).order_by("pk")


class StopView(BulkView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        stop(pk, by=self.request.user)
        return redirect("comments:bulk_progress", pk)


class ResumeView(BulkView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        resume(pk, by=self.request.user)
        return redirect("comments:bulk_progress", pk)


class BulkListView(BulkPage):
    """The decisions on many, the newest first."""

    template_name = "moderation/bulk_decisions.html"
    page_title = gettext_lazy("Decisions on many")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render_to_response(self.get_context_data(bulks=bulks_of(request.user)[:50]))
