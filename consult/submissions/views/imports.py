"""Submissions from a file, in three steps: the file, what would come in, taking it in."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin import messages

from consult.common.importing import ImportRefused, too_large

from .. import keying
from ..importing import uploads
from ..importing.template import template_of
from ..models import ImportUpload
from .entries import ClerkView

TITLE = gettext_lazy("Import a file of submissions")
FILE_KINDS = ".xlsx,.csv,.jsonl,.ndjson"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What the request itself takes in before the page comes back; the worker does the rest.
SECONDS = 2.0
# A file with more mistakes than these was read with the wrong columns.
PROBLEMS_SHOWN = 200


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("An Excel workbook (.xlsx), CSV, or JSON Lines (.jsonl)."),
        widget=forms.FileInput(attrs={"accept": FILE_KINDS}),
        # An empty file is somebody's mistake, to be told as any other.
        allow_empty_file=True,
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if settings.IMPORT_MAX_BYTES and (upload.size or 0) > settings.IMPORT_MAX_BYTES:
            raise ValidationError(too_large(upload.name))
        return upload


class ImportView(ClerkView):
    """The first step: the file, and what is wrong with it."""

    template_name = "submissions/admin/import.html"

    def dispatch(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.draft = keying.draft_to_key_in(request.user, pk)
        if self.draft is None:
            raise Http404
        return super().dispatch(request, pk)

    def get_page_title(self) -> str:
        return str(TITLE)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(ImportForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        assert self.draft
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, status=422)
        file = form.cleaned_data["file"]
        try:
            upload = uploads.keep(self.user, self.draft, file.name, file.read())
        except ImportRefused as refused:
            return self.show(form, refused.problems, status=422)
        return redirect("entry_import_preview", upload.pk)

    def show(
        self, form: ImportForm, problems: list[str] | None = None, status: int = 200
    ) -> HttpResponse:
        found = problems or []
        context = self.get_context_data(
            form=form,
            draft=self.draft,
            problems=found[:PROBLEMS_SHOWN],
            how_many=len(found),
            more=max(0, len(found) - PROBLEMS_SHOWN),
        )
        return self.render_to_response(context, status=status)


class ImportPreviewView(ClerkView):
    """The second step: what would come in; and the third: how far it has got."""

    template_name = "submissions/admin/import_preview.html"

    def dispatch(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        # Nobody else's, whatever they may do with the draft.
        rows = ImportUpload.objects.select_related("version__draft")
        user = cast(User, request.user)
        upload = rows.filter(pk=pk, user=user).first() if user.is_authenticated else None
        if upload is None or not keying.draft_to_key_in(user, upload.version.draft_id):
            raise Http404
        self.upload, self.draft = upload, upload.version.draft
        return super().dispatch(request, pk)

    def get_page_title(self) -> str:
        return str(TITLE)

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        upload = self.upload
        running = bool(upload.confirmed_at and not upload.finished_at)
        context = self.get_context_data(
            upload=upload, preview=upload.preview, draft=self.draft, running=running
        )
        response = self.render_to_response(context)
        if running:
            # The page shows how far it has got, without script too.
            response["Refresh"] = "3"
        return cast(HttpResponse, response)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        if "discard" in request.POST and not self.upload.confirmed_at:
            self.upload.delete()
            messages.info(request, _("Nothing was taken in, and the file was dropped."))
            return HttpResponseRedirect(reverse("entries"), status=303)
        uploads.confirm(self.upload)
        # Files of the usual size are in when the page comes back, with or without a worker.
        uploads.carry_on(self.upload, SECONDS)
        address = reverse("entry_import_preview", args=[pk])
        return HttpResponseRedirect(address, status=303)


@never_cache
@require_safe
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbook to fill in for the draft `pk`, in the reader's language."""
    draft = keying.draft_to_key_in(request.user, pk)
    if draft is None:
        raise Http404
    return HttpResponse(
        template_of(draft),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{draft.slug}.xlsx"'},
    )
