"""The same decision, with one reason, on many comments at once."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction

from consult.submissions.enums import Status
from consult.submissions.models import Comment

from .. import rules
from ..actions import DecidedMeanwhile, decide
from ..forms import RejectionForm
from ..queries import comments_to_moderate, is_number
from .queue import IN_ORDER, filters_of


class DecideOnMany(BulkAction):
    """What the confirmation page listed, and as it stood there, is what is decided."""

    models = [Comment]
    template_name = "moderation/bulk.html"
    outcome: Status

    @cached_property
    def seen(self) -> dict[int, str]:
        """What the confirmation page listed: numbers with the status that it showed."""
        pairs = (pair.partition(":") for pair in self.request.POST.get("seen", "").split())
        return {int(number): status for number, _colon, status in pairs if is_number(number)}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # The whole list may be thousands: those are confirmed by their filters.
        if "all" in request.GET.getlist("id"):
            query = filters_of(request.GET).urlencode()
            return redirect(f"{reverse('comments:bulk', args=[self.outcome])}?{query}")
        return super().get(request, *args, **kwargs)

    def check_perm(self, obj: Comment) -> bool:
        return comments_to_moderate(self.request.user).filter(pk=obj.pk).exists()

    def get_actionable_objects(self) -> tuple[list[Comment], dict[str, Any]]:
        # Wagtail's own takes rows from the whole table, and names those it leaves out.
        asked = self.request.GET.getlist("id")
        if self.request.method == "POST":
            comments = comments_to_moderate(self.request.user).filter(pk__in=self.seen)
        else:
            numbers = [int(number) for number in asked if is_number(number)]
            comments = comments_to_moderate(self.request.user).filter(pk__in=numbers)
        rows = comments.select_related("submission__draft", "section").order_by(*IN_ORDER)
        return [row for row in rows if rules.may_become_among_many(row.status, self.outcome)], {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(action=self, **kwargs)

    def get_execution_context(self) -> dict[str, Any]:
        return {
            "seen": self.seen,
            "by": self.request.user,
            "reason": self.cleaned_form.cleaned_data,
        }

    @classmethod
    def execute_action(cls, objects: list[Comment], **kwargs: Any) -> tuple[int, int]:
        decisions = decide(kwargs["seen"], cls.outcome, by=kwargs["by"], **kwargs["reason"])
        return len(decisions), 0

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            return super().form_valid(form)
        except (DecidedMeanwhile, ValidationError) as refusal:
            said = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
            messages.error(self.request, " ".join(said))
            return redirect(self.next_url)


class Approve(DecideOnMany):
    outcome = Status.PUBLISHED
    display_name = gettext_lazy("Approve")
    aria_label = gettext_lazy("Approve the selected comments")
    action_type = "approve"
    action_priority = 10

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        return ngettext(
            "%(count)d comment was published.",
            "%(count)d comments were published.",
            num_parent_objects,
        ) % {"count": num_parent_objects}


class Reject(DecideOnMany):
    outcome = Status.REJECTED
    display_name = gettext_lazy("Reject")
    aria_label = gettext_lazy("Reject the selected comments")
    action_type = "reject"
    action_priority = 20
    classes = {"serious"}
    form_class = RejectionForm

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        return ngettext(
            "%(count)d comment was rejected.",
            "%(count)d comments were rejected.",
            num_parent_objects,
        ) % {"count": num_parent_objects}
