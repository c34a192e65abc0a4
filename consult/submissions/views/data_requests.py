"""One's rights over one's own data (ARCO): asked for with a receipt, answered by staff."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from consult.common import languages
from consult.common.forms import EmailField, ErrorLink, SiteForm, WrittenField
from consult.common.limits import take
from consult.common.texts import storable

from ..data_requests import AnsweredMeanwhile, answer, ask, data_of, due_at
from ..enums import RequestKind
from ..models import DataRequest, Submission
from ..receipts import read_receipt
from .by_receipt import by_receipt, may_guess
from .receipts import back_to_receipt

MAY_ANSWER = "submissions.change_datarequest"
REQUESTS_A_PAGE = 50
TITLE = gettext_lazy("Requests about data")
# The requests that may be answered by setting something right.
CORRECTABLE = (RequestKind.RECTIFY, RequestKind.OBJECT)


class DataRequestForm(SiteForm):
    code = forms.CharField(label=gettext_lazy("Receipt code"), max_length=100)
    kind = forms.ChoiceField(
        label=gettext_lazy("What you ask for"),
        choices=lambda: [(value, capfirst(label)) for value, label in RequestKind.choices],
        widget=forms.RadioSelect,
    )
    words = WrittenField(
        label=gettext_lazy("Say more, if you need to"),
        help_text=gettext_lazy("What is to be corrected and how, or what use you object to."),
        required=False,
        rows=5,
        max_length=settings.DATA_REQUEST_MAX_LENGTH,
    )

    def clean_words(self) -> str:
        return storable(self.cleaned_data["words"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        needed = cleaned.get("kind") in (RequestKind.RECTIFY, RequestKind.OBJECT)
        if needed and "words" in cleaned and not cleaned["words"]:
            self.add_error("words", _("Say what is to be corrected, or what you object to."))
        return cleaned


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def data_rights(request: HttpRequest) -> HttpResponse:
    """What the rights are, and the form to use them; a receipt's code says whose data it is about."""
    if request.method != "POST":
        return _show(request, DataRequestForm(initial={"code": request.GET.get("code", "")}))
    form = DataRequestForm(request.POST)
    if not form.is_valid():
        return _show(request, form, form.error_links(), 422)
    code = read_receipt(form.cleaned_data["code"])
    submission = Submission.objects.filter(receipt=code).first() if code else None
    if submission is None:
        if may_guess(request):
            form.add_error("code", _("We hold nothing under this receipt code."))
            return _show(request, form, form.error_links(), 422)
        message = _("Too many codes were tried. Please wait a few minutes.")
        return _show(request, form, [ErrorLink("", "", message)], 429)
    per_hour = settings.DATA_REQUESTS_PER_HOUR
    if not take(request, "data-request", burst=per_hour, per_hour=per_hour):
        message = _("Too many requests came from your network. Please wait a few minutes.")
        return _show(request, form, [ErrorLink("", "", message)], 429)
    ask(submission, form.cleaned_data["kind"], form.cleaned_data["words"], languages.current())
    return back_to_receipt(submission, "asked", "requests")


def _show(
    request: HttpRequest,
    form: DataRequestForm,
    errors: list[ErrorLink] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "errors": errors,
        "days": settings.ARCO_DAYS,
        "contact": settings.CONTACT_EMAIL,
    }
    response = render(request, "submissions/data_rights.html", context, status=status)
    response["X-Robots-Tag"] = "noindex" if request.GET or request.method == "POST" else "all"
    return response


@require_safe
@by_receipt
def own_data(request: HttpRequest, submission: Submission) -> HttpResponse:
    """All that is held on who has the receipt, as a file."""
    name = f"{submission.receipt}.json"
    return JsonResponse(
        data_of(submission),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


class StaffView(WagtailAdminTemplateMixin, View):
    """For those whom the administration lets answer."""

    page_title = TITLE
    header_icon = "user"
    request: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(MAY_ANSWER):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": reverse("data_requests"), "label": TITLE}]


class RequestsView(StaffView):
    """Every request, those that wait first, the oldest before the others."""

    template_name = "submissions/admin/data_requests.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = DataRequest.objects.select_related("submission__draft", "answered_by")
        waiting = rows.filter(answered_at=None).order_by("made_at")
        answered = rows.exclude(answered_at=None).order_by("-answered_at")
        page = Paginator(answered, REQUESTS_A_PAGE).get_page(request.GET.get("p"))
        now = timezone.now()
        context = self.get_context_data(
            waiting=[
                {"request": row, "due_at": due, "late": bool(due and due < now)}
                for row in waiting
                for due in [due_at(row.made_at)]
            ],
            answered=page,
        )
        return self.render_to_response(context)


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Answer"), widget=forms.Textarea(attrs={"rows": 6}), max_length=5_000
    )
    erase = forms.BooleanField(
        label=gettext_lazy("Erase all that they said of themselves and wrote"),
        help_text=gettext_lazy(
            "Their comments are withdrawn and their words, files and e-mail are gone for good. The"
            " ledger keeps digests only, and a row that says so."
        ),
        required=False,
    )

    def __init__(self, data: Any = None, *, kind: str) -> None:
        super().__init__(data)
        if kind != RequestKind.CANCEL:
            del self.fields["erase"]

    def clean_answer(self) -> str:
        return storable(self.cleaned_data["answer"])


class SenderForm(forms.ModelForm):
    """What the sender said of themselves, to be set right as they ask."""

    class Meta:
        model = Submission
        fields = [
            *("respondent_kind", "name", "organisation", "on_behalf_of", "show_name"),
            *("sector", "state", "country", "email"),
        ]
        field_classes: ClassVar = {"email": EmailField}

    def corrections(self) -> dict[str, Any]:
        """The columns that were changed, and only those."""
        return {
            name: storable(value) if isinstance(value, str) else value
            for name in self.changed_data
            for value in [self.cleaned_data[name]]
        }


class AnswerView(StaffView):
    """One request with what it is about, and its answer."""

    template_name = "submissions/admin/data_request.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        rows = DataRequest.objects.select_related("submission__draft", "answered_by")
        self.asked: DataRequest = get_object_or_404(rows, pk=kwargs["pk"])

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(AnswerForm(kind=self.asked.kind), self.sender_form())

    def sender_form(self, data: Any = None) -> SenderForm | None:
        """What can be set right; nothing where that is not what they ask, or all is erased."""
        if self.asked.kind not in CORRECTABLE or self.asked.submission.erased_at:
            return None
        return SenderForm(data, instance=self.asked.submission, prefix="sender")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = AnswerForm(request.POST, kind=self.asked.kind)
        sender = self.sender_form(request.POST)
        if not form.is_valid() or (sender and not sender.is_valid()):
            return self.show(form, sender, 422)
        try:
            answer(
                self.asked,
                form.cleaned_data["answer"],
                by=self.request.user,
                erase=form.cleaned_data.get("erase", False),
                corrections=sender.corrections() if sender else None,
            )
        except AnsweredMeanwhile:
            messages.error(request, _("Somebody else has answered it meanwhile: nothing was done."))
            self.asked.refresh_from_db()
            return self.show(form, sender, 409)
        messages.success(request, _("Answered. They read it on the page of their receipt."))
        return redirect("data_requests")

    def show(self, form: AnswerForm, sender: SenderForm | None, status: int = 200) -> HttpResponse:
        context = self.get_context_data(
            form=form,
            sender_form=sender,
            asked=self.asked,
            submission=self.asked.submission,
            due_at=due_at(self.asked.made_at),
            language=languages.NAMES[self.asked.language],
        )
        return self.render_to_response(context, status=status)
