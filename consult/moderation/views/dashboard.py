"""How a draft's moderation stands, in figures; and the switch for an attack."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin

from consult.submissions.models import Comment
from working_groups.models import DraftPage

from ..actions import switch_precaution
from ..dashboard import dashboard_of
from ..forms import WordsForm
from ..permissions import ACTIONS
from ..queries import drafts_to_moderate, is_number, open_appeals

TITLE = gettext_lazy("Dashboard")


class DashboardView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """The dashboard of one draft, the first of the reader's own where none is chosen."""

    model = Comment
    any_permission_required = ACTIONS
    template_name = "moderation/dashboard.html"
    page_title = TITLE
    request: Any

    def get(self, request: HttpRequest) -> HttpResponse:
        drafts = list(drafts_to_moderate(request.user).order_by("path"))
        if not drafts:
            return self.render_to_response(self.get_context_data(drafts=[]))
        asked = request.GET.get("draft", "")
        chosen = drafts[0]
        if asked:
            wanted = int(asked) if is_number(asked) else 0
            chosen = get_object_or_404(drafts_to_moderate(request.user), pk=wanted)
        return self.show(chosen, drafts)

    def show(
        self, draft: DraftPage, drafts: list[DraftPage], form: WordsForm | None = None
    ) -> HttpResponse:
        precautions = list(draft.precautions.select_related("begun_by", "ended_by"))
        context = self.get_context_data(
            draft=draft,
            drafts=drafts,
            dashboard=dashboard_of(draft),
            appeals_open=open_appeals(self.request.user)
            .filter(comment__submission__draft=draft)
            .count(),
            precaution=next((each for each in precautions if each.ended_at is None), None),
            precautions=precautions,
            precaution_form=form or WordsForm(label=_("Reason")),
        )
        return self.render_to_response(context, status=422 if form else 200)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("comments:index"), "label": _("Comments")},
            {"url": "", "label": TITLE},
        ]


class PrecautionView(DashboardView):
    """Switches a draft's precaution on or off, with a reason."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        draft: DraftPage = get_object_or_404(drafts_to_moderate(request.user), pk=pk)
        form = WordsForm(request.POST, label=_("Reason"))
        if not form.is_valid():
            return self.show(draft, [draft], form)
        on = request.POST.get("on") == "1"
        try:
            done = switch_precaution(
                pk, on, reason=form.cleaned_data["words"], by=self.request.user
            )
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            if done is None:
                messages.warning(request, _("Somebody had switched it so already."))
        return redirect(reverse("comments:dashboard") + f"?draft={pk}")
