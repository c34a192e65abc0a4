"""A draft from Word or Markdown, in three steps: the files, what they would change, saving it."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from consult.common.importing import ImportRefused, too_large
from consult.common.languages import NAMES

from ..differences import Change, SectionDifference
from ..documents import uploads
from ..documents.changes import changes
from ..documents.mending import Mending
from ..documents.reading import ReadDocument, read_document
from ..models import DraftPage, DraftUpload, WorkingGroupPage

TITLE = gettext_lazy("Import from Word or Markdown")
FILE_KINDS = ".docx,.md,.markdown,.txt"


def may_import(user: Any, page: DraftPage | WorkingGroupPage) -> bool:
    """Whether `user` may bring a new draft into a group, or a new text into a draft."""
    may = page.permissions_for_user(user)
    if isinstance(page, WorkingGroupPage):
        return may.can_add_subpage()
    return may.can_edit() and not may.page_locked()


class DocumentField(forms.FileField):
    """A file in one language, read at once; `language` is what its words should be in."""

    widget = forms.ClearableFileInput

    def __init__(self, language: str, **kwargs: Any) -> None:
        self.language = language
        kinds = gettext_lazy("Word (.docx) or Markdown (.md).")
        super().__init__(required=False, help_text=kinds, **kwargs)
        self.widget.attrs["accept"] = FILE_KINDS

    def clean(self, data: Any, initial: Any = None) -> ReadDocument | None:
        # An empty file is somebody's mistake, to be told as any other.
        self.allow_empty_file = True
        upload: UploadedFile | None = super().clean(data, initial)
        if not upload:
            return None
        name = upload.name or ""
        if settings.IMPORT_MAX_BYTES and (upload.size or 0) > settings.IMPORT_MAX_BYTES:
            raise ValidationError(too_large(name))
        try:
            return read_document(name, upload.read(), self.language)
        except ImportRefused as refused:
            raise ValidationError(refused.problems) from refused


class UploadForm(forms.Form):
    spanish = DocumentField("es", label=gettext_lazy("The text in Spanish"))
    english = DocumentField("en", label=gettext_lazy("The text in English"))

    def __init__(self, *args: Any, draft: DraftPage | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draft = draft

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        if not cleaned["spanish"] and not self.draft:
            self.add_error("spanish", _("A new draft needs its text in Spanish."))
        elif not cleaned["spanish"] and not cleaned["english"]:
            self.add_error("spanish", _("Choose a file, here or for English."))
        return cleaned


class ImportView(WagtailAdminTemplateMixin, View):
    """What both screens share: whom they are for, and where they stand."""

    request: Any
    draft: DraftPage | None
    group: WorkingGroupPage

    def find(self, page: DraftPage | WorkingGroupPage) -> None:
        """Work on `page`; raises PermissionDenied."""
        if not may_import(self.request.user, page):
            raise PermissionDenied
        self.draft = page if isinstance(page, DraftPage) else None
        self.group = page.group if isinstance(page, DraftPage) else page

    def get_page_title(self) -> str:
        return str(TITLE)

    def get_page_subtitle(self) -> str:
        return str(self.draft or self.group)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        page = self.draft or self.group
        name = "wagtailadmin_pages:edit" if self.draft else "wagtailadmin_explore"
        address = reverse(name, args=[page.pk])
        return [
            *self.breadcrumbs_items,
            {"url": address, "label": str(page)},
            {"url": "", "label": str(TITLE)},
        ]


class UploadView(ImportView):
    """The first step: the files."""

    template_name = "working_groups/admin/import_files.html"

    def dispatch(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.find(
            DraftPage.objects.filter(id=pk).first() or get_object_or_404(WorkingGroupPage, id=pk)
        )
        return cast(HttpResponse, super().dispatch(request, pk))

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(UploadForm(draft=self.draft))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES, draft=self.draft)
        if not form.is_valid():
            return self.show(form, status=422)
        files = form.cleaned_data
        user = cast(User, request.user)
        upload = uploads.keep(user, self.group, self.draft, files["spanish"], files["english"])
        return redirect("import_preview", upload.pk)

    def show(self, form: UploadForm, status: int = 200) -> HttpResponse:
        context = self.get_context_data(form=form, draft=self.draft, group=self.group)
        return self.render_to_response(context, status=status)


class PreviewView(ImportView):
    """The second step: what would be lost and changed, and which section is which; and the third."""

    template_name = "working_groups/admin/import_preview.html"

    def dispatch(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        # Nobody else's, whatever they may do with the draft.
        upload = DraftUpload.objects.filter(pk=pk, user=cast(User, request.user)).first()
        if upload is None:
            raise Http404
        self.find(upload.draft or upload.group)
        self.waiting = uploads.Waiting(upload)
        return cast(HttpResponse, super().dispatch(request, pk))

    @property
    def mending(self) -> Mending:
        waiting = self.waiting
        return Mending(waiting.spanish, waiting.english, waiting.sections)

    @property
    def seen(self) -> str:
        """The revision of the draft that the screen compares with."""
        return str(self.waiting.upload.latest_revision or "")

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        if self.waiting.is_outdated:
            self.waiting.compare_anew()
        return self.show(self.mending.rows(self.waiting.pairs))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        if self.waiting.is_outdated or request.POST.get("seen") != self.seen:
            return self.show_anew()
        pairs = self.mending.chosen(request.POST)
        rows = self.mending.rows(pairs)
        if any(choice.problem for row in rows for choice in row.choices):
            messages.error(request, _("A section is chosen twice: see the rows that say so."))
            return self.show(rows, changes_shown=False, status=422)
        mended = pairs != self.waiting.pairs
        self.waiting.change(pairs)
        if mended or "save" not in request.POST:
            if "save" in request.POST:
                messages.info(
                    request,
                    _("You mended the pairs: look at what changes with them, then save."),
                )
            return redirect("import_preview", pk)
        return self.save()

    def save(self) -> HttpResponse:
        try:
            done = uploads.save(self.waiting.upload)
        except uploads.EditedMeanwhile:
            return self.show_anew()
        except uploads.SavedAlready:
            return self.saved_already()
        except ImportRefused as refused:
            messages.error(self.request, " ".join(refused.problems))
            return self.show(self.mending.rows(self.waiting.pairs), status=422)
        messages.success(
            self.request,
            _("“%(draft)s” is saved, and not published yet: look it over.") % {"draft": done.draft},
        )
        return redirect("wagtailadmin_pages:edit", done.draft.pk)

    def show_anew(self) -> HttpResponse:
        """Say that somebody edited the draft, and show the difference from what it is now."""
        upload = DraftUpload.objects.filter(pk=self.waiting.upload.pk).first()
        if upload is None:
            return self.saved_already()
        self.waiting = uploads.Waiting(upload)
        self.waiting.compare_anew()
        revision = self.waiting.page.latest_revision if self.waiting.page else None
        messages.error(
            self.request,
            _(
                "Nothing was saved: %(who)s edited this draft meanwhile. "
                "Below is the difference from what it is now."
            )
            % {"who": revision.user if revision and revision.user else _("somebody")},
        )
        return self.show(self.mending.rows(self.waiting.pairs), status=409)

    def saved_already(self) -> HttpResponse:
        messages.info(self.request, _("This import was saved already: here is what there is."))
        return redirect("wagtailadmin_explore", self.waiting.upload.group_id)

    def changes(self, content: dict[str, Any]) -> list[SectionDifference] | None:
        """What the files change in the draft; None where nobody can tell, and a message says why."""
        try:
            return changes(content, self.waiting.upload.group.slug)
        except ImportRefused as refused:
            messages.error(self.request, " ".join(refused.problems))
            return None

    def show(
        self, rows: list[Any], *, changes_shown: bool = True, status: int = 200
    ) -> HttpResponse:
        waiting = self.waiting
        content = waiting.content()
        found = self.changes(content) if changes_shown and waiting.draft else None
        changed = [each for each in found or [] if each.change != Change.NONE]
        context = self.get_context_data(
            draft=self.draft,
            losses=waiting.upload.losses,
            seen=self.seen,
            documents=[
                {"language": NAMES[code], "lang": code, "document": document}
                for code, document in waiting.documents.items()
            ],
            title=content.get("title", {}).get("es", ""),
            address=content["slug"],
            remarks=waiting.remarks(),
            rows=rows,
            has_english=bool(waiting.english and waiting.spanish),
            has_sections=bool(waiting.sections),
            changes_shown=found is not None,
            changes=changed,
            unchanged=len(found or []) - len(changed),
        )
        return self.render_to_response(context, status=status)
