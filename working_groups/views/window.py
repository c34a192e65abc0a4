"""The consultation window: its calendar file, and the screens that extend it or close it early."""

from abc import ABC, abstractmethod
from datetime import MAXYEAR, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_safe
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateTimeInput

from consult.common.languages import CODES, NAMES
from consult.common.templatetags.consult import moment_in_words

from .. import rules, windows
from ..calendars import calendar_of
from ..enums import Phase
from ..models import ConsultationWindow, DraftPage
from ..queries import public_draft


@require_safe
def calendar(request: HttpRequest, group: str, draft: str) -> HttpResponse:
    """The dates of the draft at `group`/`draft` for people's own calendars."""
    page = public_draft(group, draft)
    content = calendar_of(page, request.build_absolute_uri(page.get_url(request)))
    if content is None:
        raise Http404
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="{page.slug}.ics"'},
    )


class ClosingField(forms.DateTimeField):
    """A closing time in the site's zone, whatever the user's; the whole minute counts."""

    widget = AdminDateTimeInput

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(timezone.get_default_timezone()):
            typed = super().to_python(value)
        if typed is None:
            return None
        if typed.year >= MAXYEAR:
            raise ValidationError(_("This date is too far away."))
        return rules.end_of_minute(typed)


class ClosingForm(forms.Form):
    """A new closing time for `draft`, and why; `seen` is the one that it was filled in for."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    closes_at = ClosingField(label=gettext_lazy("New closing time"))
    note_es = forms.CharField(max_length=1_000, widget=forms.Textarea({"rows": 3, "lang": "es"}))
    note_en = forms.CharField(max_length=1_000, widget=forms.Textarea({"rows": 3, "lang": "en"}))

    # What the reasons are called, in the order of the languages.
    note_labels: tuple[Any, Any]

    def __init__(self, data: QueryDict | None = None, *, draft: DraftPage) -> None:
        self.present = draft.closes_at
        seen = self.present.isoformat() if self.present else ""
        super().__init__(data, initial={"seen": seen})
        self.fields["closes_at"].help_text = _(
            "Like this: 2026-12-31 23:59. In the zone %(zone)s; the whole minute still counts."
        ) % {"zone": timezone.get_default_timezone_name()}
        for code, label in zip(CODES, self.note_labels, strict=True):
            self.fields[f"note_{code}"].label = label
            self.fields[f"note_{code}"].help_text = _("It stands on the draft's page, for good.")

    def clean_closes_at(self) -> datetime | None:
        closes_at = self.cleaned_data["closes_at"]
        if closes_at and rules.has_closed(closes_at, timezone.now()):
            raise ValidationError(_("This time is over already."))
        return closes_at

    @property
    def seen_closing(self) -> datetime | None:
        """The closing time that this was filled in for."""
        try:
            return parse_datetime(self.cleaned_data.get("seen", ""))
        except ValueError:
            return None

    @property
    def notes(self) -> dict[str, str]:
        return {f"note_{code}": self.cleaned_data[f"note_{code}"] for code in CODES}


class ExtensionForm(ClosingForm):
    note_labels = (
        gettext_lazy("Why it is extended, in Spanish"),
        gettext_lazy("Why it is extended, in English"),
    )

    def clean_closes_at(self) -> datetime | None:
        closes_at = super().clean_closes_at()
        if closes_at and self.present and closes_at <= self.present:
            raise ValidationError(
                _("The new closing time must be later than the present one: %(when)s."),
                params={"when": moment_in_words(self.present)},
            )
        return closes_at


class EarlyClosingForm(ClosingForm):
    when = forms.ChoiceField(
        label=gettext_lazy("It closes"),
        choices=[("now", gettext_lazy("at once")), ("at", gettext_lazy("at this time:"))],
        widget=forms.RadioSelect,
    )

    note_labels = (
        gettext_lazy("Why it closes early, in Spanish"),
        gettext_lazy("Why it closes early, in English"),
    )
    field_order = ("seen", "when", "closes_at", "note_es", "note_en")

    def __init__(self, data: QueryDict | None = None, *, draft: DraftPage) -> None:
        super().__init__(data, draft=draft)
        self.fields["closes_at"].required = False

    def clean_closes_at(self) -> datetime | None:
        if self.cleaned_data.get("when") == "now":
            # To the second: whoever sends in this one is still received.
            return timezone.now().replace(microsecond=0)
        closes_at = super().clean_closes_at()
        if closes_at is None:
            raise ValidationError(_("Say when it closes."))
        if self.present and closes_at >= self.present:
            raise ValidationError(
                _("It must close earlier than it would anyway: %(when)s."),
                params={"when": moment_in_words(self.present)},
            )
        return closes_at


class ClosingView(ABC, WagtailAdminTemplateMixin, View):
    """A form, what the public will read of it, and then the closing time is moved."""

    template_name = "working_groups/admin/window.html"
    form_class: type[ClosingForm]
    url_name: str
    # What the entry in the page's menu, the screen and its last button are called.
    title: Promise
    request: Any

    @staticmethod
    @abstractmethod
    def refusal(draft: DraftPage) -> str:
        """Why this cannot be done with `draft` as it is published; empty where it can."""

    def dispatch(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        self.draft = get_object_or_404(DraftPage, id=pk)
        may = self.draft.permissions_for_user(request.user)
        if not may.can_publish():
            raise PermissionDenied
        refusal = self.refusal(self.draft)
        if self.draft.locked and may.page_locked():
            refusal = _("Somebody has locked this page: its dates stay as they are.")
        if refusal:
            messages.error(request, refusal)
            return redirect("wagtailadmin_pages:edit", pk)
        return super().dispatch(request, pk)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(self.form_class(draft=self.draft))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self.form_class(request.POST, draft=self.draft)
        valid = form.is_valid()
        if not rules.same_dates((None, form.seen_closing), (None, self.draft.closes_at)):
            return self.show_anew()
        if not valid or "change" in request.POST:
            return self.show(form, status=200 if valid else 422)
        if "confirm" not in request.POST:
            return self.show(form, preview=self.preview(form))
        closes_at = form.cleaned_data["closes_at"]
        try:
            draft = windows.move_closing(
                self.draft,
                closes_at,
                seen=form.seen_closing,
                notes=form.notes,
                by=self.request.user,
            )
        except windows.ClosingMoved:
            self.draft = DraftPage.objects.get(pk=pk)
            return self.show_anew()
        messages.success(
            request,
            _("“%(draft)s”: comments until %(when)s.")
            % {"draft": draft, "when": moment_in_words(closes_at)},
            buttons=[messages.button(draft.url, _("Look at the page"))],
        )
        return redirect("wagtailadmin_pages:edit", pk)

    def show_anew(self) -> HttpResponse:
        """Say what happened meanwhile; what was typed stands in a form for the new closing time."""
        closes_at = self.draft.closes_at
        meanwhile = _(
            "Meanwhile the closing time was changed, so nothing was done here. It is now: %(when)s."
        )
        when = moment_in_words(closes_at) if closes_at else _("no closing time")
        messages.error(self.request, meanwhile % {"when": when})
        data = self.request.POST.copy()
        data["seen"] = closes_at.isoformat() if closes_at else ""
        return self.show(self.form_class(data, draft=self.draft), status=409)

    def preview(self, form: ClosingForm) -> windows.Change:
        """What the public will read."""
        now, dates = timezone.now(), (self.draft.opens_at, self.draft.closes_at)
        closes_at = form.cleaned_data["closes_at"]
        change = rules.window_change(dates, (self.draft.opens_at, closes_at), now)
        window = ConsultationWindow(
            closes_at=closes_at, change=change or "", set_at=now, **form.notes
        )
        return windows.Change(window, self.draft.closes_at)

    def show(
        self, form: ClosingForm, *, preview: windows.Change | None = None, status: int = 200
    ) -> HttpResponse:
        context = self.get_context_data(
            form=form,
            preview=preview,
            draft=self.draft,
            phase=self.draft.phase(),
            changes=windows.changes(self.draft),
            languages=NAMES.items(),
        )
        return self.render_to_response(context, status=status)

    def get_page_title(self) -> str:
        return str(self.title)

    def get_page_subtitle(self) -> str:
        return str(self.draft)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        edit = reverse("wagtailadmin_pages:edit", args=[self.draft.pk])
        return [
            *self.breadcrumbs_items,
            {"url": edit, "label": str(self.draft)},
            {"url": "", "label": str(self.title)},
        ]


class ExtendView(ClosingView):
    form_class = ExtensionForm
    url_name = "extend_consultation"
    title = gettext_lazy("Extend the consultation")

    @staticmethod
    def refusal(draft: DraftPage) -> str:
        now = timezone.now()
        if draft.live and rules.may_extend(draft.phase(now), draft.closes_at, now):
            return ""
        return _(
            "Only a consultation that is open until some time can be extended, or one that closed"
            " in the last %(days)d days and is not answered yet."
        ) % {"days": settings.REOPENING_DAYS}


class CloseEarlyView(ClosingView):
    form_class = EarlyClosingForm
    url_name = "close_consultation"
    title = gettext_lazy("Close the consultation early")

    @staticmethod
    def refusal(draft: DraftPage) -> str:
        if draft.live and draft.phase() == Phase.OPEN:
            return ""
        return _("Only a consultation that is open can be closed early.")
