"""Subscribing, confirming by the link in a letter, and ending it with one click."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consult.common.forms import ErrorLink
from consult.common.languages import current
from consult.common.limits import take
from consult.submissions.models import Submission
from consult.submissions.receipts import read_receipt
from consult.themes.models import Theme
from working_groups.models import DraftPage, WorkingGroupPage
from working_groups.queries import public_draft

from . import actions
from .forms import SubscriptionForm
from .models import FollowedSearch, Silence, Subscription


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(
    request: HttpRequest, group: str = "", draft: str = "", theme: str = ""
) -> HttpResponse:
    """Ask for letters about a draft, a group or a theme."""
    return subscribe_to(request, _about(group, draft, theme), "notices/subscribe.html")


def subscribe_to(
    request: HttpRequest,
    about: DraftPage | WorkingGroupPage | Theme | FollowedSearch,
    template: str,
) -> HttpResponse:
    """The form that asks for letters `about` something; the same answer for every address."""
    form = SubscriptionForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"about": about, "form": form}
    if request.method != "POST":
        return render(request, template, context)
    if not form.is_valid():
        context["errors"] = form.error_links()
        return render(request, template, context, status=422)
    per_hour = settings.SUBSCRIPTIONS_PER_HOUR
    if not take(request, "subscribe", burst=per_hour, per_hour=per_hour):
        error = _("Too many addresses were sent from here. Please wait a few minutes.")
        context["errors"] = [ErrorLink("", "", error)]
        return render(request, template, context, status=429)
    typed = form.cleaned_data
    actions.subscribe(about, typed["email"], typed["frequency"], current())
    return render(request, "notices/asked.html", {"about": about, "email": typed["email"]})


def _about(group: str, draft: str, theme: str) -> DraftPage | WorkingGroupPage | Theme:
    if theme:
        return get_object_or_404(Theme, slug=theme)
    if draft:
        return public_draft(group, draft)
    groups = WorkingGroupPage.objects.live().public()
    found = groups.filter(slug=group, url_path__endswith=f"/groups/{group}/").first()
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
def subscription(request: HttpRequest, token: str) -> HttpResponse:
    """What the letters lead to: one button confirms, or ends it. A mail scanner presses none."""
    return _show(request, get_object_or_404(Subscription, token=token))


def _show(request: HttpRequest, found: Subscription) -> HttpResponse:
    response = render(request, "notices/subscription.html", {"subscription": found})
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_POST
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    actions.confirm(get_object_or_404(Subscription, token=token))
    return redirect("subscription", token)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, token: str) -> HttpResponse:
    """End it, without a question: from its page, or by a mail program (RFC 8058).

    Those have no cookie, and do not follow a redirection after a POST.
    """
    found = get_object_or_404(Subscription, token=token)
    if request.method == "POST":
        actions.end(found)
        found.refresh_from_db()
    return _show(request, found)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def silence(request: HttpRequest, code: str) -> HttpResponse:
    """End the letters about the submission of a receipt, as `end` does."""
    submission = Submission.objects.filter(receipt=read_receipt(code)).first()
    if submission is None:
        per_hour = settings.RECEIPT_LOOKUPS_PER_HOUR
        if take(request, "receipt", burst=per_hour, per_hour=per_hour):
            raise Http404
        return HttpResponse(status=429)
    if request.method == "POST":
        actions.silence(submission)
    silent = Silence.objects.filter(submission=submission).exists()
    context = {"submission": submission, "silent": silent}
    response = render(request, "notices/silence.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
