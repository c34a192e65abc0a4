"""The privacy notice: what the public reads, and where staff publish its next version."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_safe
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from consult.common.fields import BlankAwareCharField
from consult.common.languages import CODES, NAMES
from consult.common.texts import storable

from ..models import PrivacyNotice
from ..privacy import COLUMNS, TEXTS, NoticeChanged, current_notice, publish_notice

MAY_PUBLISH = "submissions.add_privacynotice"
TITLE = gettext_lazy("Privacy notice")


@require_safe
def privacy(request: HttpRequest, version: str = "") -> HttpResponse:
    """The notice in force, or an earlier version of it, with all the others to choose from."""
    notices = list(PrivacyNotice.objects.all())
    shown = notices[0] if notices else None
    if version:
        shown = next((notice for notice in notices if notice.version == version), None)
    if shown is None:
        raise Http404
    context = {"notice": shown, "current": notices[0], "notices": notices}
    return render(request, "submissions/privacy.html", context)


LABELS = {
    "short": gettext_lazy("Short form, beside what people fill in"),
    "necessary": gettext_lazy("Necessary purposes, one a line"),
    "voluntary": gettext_lazy("Voluntary purposes, one a line"),
    "body": gettext_lazy("Long form"),
}


class NoticeForm(forms.Form):
    """The next version, prefilled with the present one; `seen` is which that was."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, present: PrivacyNotice | None) -> None:
        initial = {"seen": present.version if present else ""}
        initial |= {name: getattr(present, name) for name in COLUMNS if present}
        super().__init__(data, initial=initial)
        for code in CODES:
            for name in TEXTS:
                self.fields[f"{name}_{code}"] = self._field(name, code)

    @staticmethod
    def _field(name: str, code: str) -> forms.Field:
        label = f"{LABELS[name]} ({NAMES[code]})"
        if name == "body":
            editor = get_rich_text_editor_widget()
            # Its label names a hidden field, not what is written in.
            editor.options["ariaLabel"] = label
            return BlankAwareCharField(label=label, widget=editor)
        widget = forms.Textarea(attrs={"rows": 4, "lang": code})
        return forms.CharField(label=label, widget=widget)

    def texts(self) -> dict[str, str]:
        return {name: storable(self.cleaned_data[name]) for name in COLUMNS}


class NoticesView(WagtailAdminTemplateMixin, View):
    """Every version, and the form for the next; none is ever changed."""

    template_name = "submissions/admin/notices.html"
    page_title = TITLE
    header_icon = "lock"
    request: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(MAY_PUBLISH):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(NoticeForm(present=current_notice()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NoticeForm(request.POST, present=current_notice())
        if not form.is_valid():
            messages.error(request, _("Nothing was published: something is missing."))
            return self.show(form, 422)
        try:
            notice = publish_notice(
                form.texts(), seen=form.cleaned_data["seen"], by=self.request.user
            )
        except NoticeChanged:
            messages.error(
                request,
                _(
                    "Nothing was published: another version was published while you wrote. Read it"
                    " in another window; what you wrote is below."
                ),
            )
            present = current_notice()
            written = request.POST.copy()
            written["seen"] = present.version if present else ""
            return self.show(NoticeForm(written, present=present), 409)
        messages.success(request, _("Version %(version)s is in force.") % {"version": notice})
        return redirect("privacy_notices")

    def show(self, form: NoticeForm, status: int = 200) -> HttpResponse:
        notices = PrivacyNotice.objects.select_related("published_by")
        context = self.get_context_data(form=form, notices=notices, media=form.media)
        return self.render_to_response(context, status=status)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": reverse("privacy_notices"), "label": TITLE}]
