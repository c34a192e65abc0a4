"""The clerks' screens: what came on paper, by telephone, by mail or at an event is keyed in here."""

import secrets
from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from consult.common import languages
from consult.common.forms import ErrorLink
from consult.themes.models import Theme
from working_groups.models import DraftPage, Version

from .. import attachments, keying
from ..actions import ChangeRefused, edit_comment, receive, withdraw
from ..entry_form import EntryForm, entry_form
from ..enums import Status
from ..forms import CommentForm
from ..holding import form_digest, hold, let_go
from ..models import Attachment, Comment, HeldFile, Submission
from ..sealing import sha256
from ..signals import scan_read
from .attachments import download

TITLE = gettext_lazy("Key in forms")
SESSION_KEY = "entry_batch"
# What does not tell one form from another: which button was pressed.
ASIDE = ("csrfmiddlewaretoken", "next", "finish", "drop")


class ClerkView(WagtailAdminTemplateMixin, View):
    """What the clerks' screens share: whom they are for, and where they stand."""

    header_icon = "form"
    request: Any
    draft: DraftPage | None = None

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not keying.is_clerk(request.user):
            raise Http404
        return cast(HttpResponse, super().dispatch(request, *args, **kwargs))

    def get_page_title(self) -> str:
        return str(TITLE)

    def get_page_subtitle(self) -> str:
        return str(self.draft.heading_words()) if self.draft else ""

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        items = [{"url": reverse("entries"), "label": str(TITLE)}]
        if self.draft:
            items.append({"url": "", "label": self.get_page_subtitle()})
        return [*self.breadcrumbs_items, *items]


class EntriesView(ClerkView):
    """Which draft to key in for, and what one keyed in today."""

    template_name = "submissions/admin/entries.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        midnight = timezone.localtime(timezone=timezone.get_default_timezone()).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        context = self.get_context_data(
            drafts=keying.drafts_to_key_in(self.user),
            today=list(keying.keyed_in_since(self.user, midnight)),
            earlier=keying.keyed_in_by(self.user).exists(),
        )
        return self.render_to_response(context)


class EntryView(ClerkView):
    """One form after another: the facts of the batch stay, the words are new."""

    template_name = "submissions/admin/entry.html"
    draft: DraftPage

    def dispatch(self, request: HttpRequest, pk: int) -> HttpResponse:
        draft = keying.draft_to_key_in(request.user, pk)
        if draft is None:
            raise Http404
        self.draft = draft
        return super().dispatch(request, pk)

    @property
    def kept(self) -> dict[str, str]:
        return dict(self.request.session.get(f"{SESSION_KEY}-{self.draft.pk}", {}))

    def version(self, number: str) -> Version:
        """The version that the forms are about: the current one, unless another is asked for."""
        current = self.draft.current_version
        assert current is not None
        if number.isascii() and number.isdigit() and len(number) < 7:
            asked = self.draft.versions.filter(number=int(number)).prefetch_related("sections")
            return asked.first() or current
        return current

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = entry_form(self.draft, self.version(request.GET.get("version", "")), self.kept)
        saved = keying.keyed_in_by(self.user).filter(receipt=request.GET.get("saved", "")).first()
        return self.show(form, secrets.token_urlsafe(24), saved=saved)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self.version(request.POST.get("version", ""))
        token = request.POST.get("token", "")[:64] or secrets.token_urlsafe(24)
        form = cast(EntryForm, EntryForm.sent(self.draft, version, request.POST, token))
        problems = self.hold(token)
        if "add" in request.POST:
            form.add_block()
        elif "remove" in request.POST:
            form.remove_block(request.POST["remove"])
        else:
            return self.save(form, token, problems)
        return self.show(form, token, problems)

    def held(self, token: str) -> list[HeldFile]:
        """The scans of this form, which outlive a refusal."""
        return list(HeldFile.objects.filter(form=form_digest(self.holder(token))))

    def holder(self, token: str) -> str:
        """What the scans are held under: nobody else's, whatever token they send."""
        return f"entry {self.user.pk} {self.draft.pk} {token}"

    def hold(self, token: str) -> list[ErrorLink]:
        """Keep the scans that were sent along, and drop those that were taken off; what is wrong."""
        dropped = set(self.request.POST.getlist("drop"))
        let_go(file for file in self.held(token) if str(file.pk) in dropped)
        problems = []
        for upload in self.request.FILES.getlist("scan"):
            try:
                hold(self.holder(token), 0, upload)
            except ValidationError as refused:
                problems.append(ErrorLink("scan", _("Scan"), " ".join(refused.messages)))
        return problems

    def save(self, form: EntryForm, token: str, problems: list[ErrorLink]) -> HttpResponse:
        assert form.data is not None
        typed = sorted((k, v) for k, v in form.data.lists() if k not in ASIDE)
        fingerprint = sha256([token, self.draft.pk, typed])
        errors = [*problems, *form.errors()]
        if errors:
            return self.show(form, token, errors, status=422)
        batch = form.batch.cleaned_data
        self.request.session[f"{SESSION_KEY}-{self.draft.pk}"] = form.batch.kept()
        submission = receive(
            self.draft,
            form.version,
            language=batch["language"],
            respondent=form.respondent_columns() | form.consent(batch["received_at"]),
            comments=form.new_comments(),
            answers=form.answers.new_answers(),
            channel=batch["channel"],
            event=form.batch.named,
            scans=self.held(token),
            received_at=batch["received_at"],
            form_token=fingerprint,
            keyed_by=self.user,
        )
        if "finish" in self.request.POST:
            messages.success(
                self.request,
                _("Received. Write this receipt on the form: %(receipt)s")
                % {"receipt": submission.receipt},
            )
            return HttpResponseRedirect(reverse("entries"), status=303)
        address = reverse("entry", args=[self.draft.pk])
        version = f"&version={form.version.number}" if "version" in self.request.GET else ""
        return HttpResponseRedirect(f"{address}?saved={submission.receipt}{version}", status=303)

    def show(
        self,
        form: EntryForm,
        token: str,
        errors: list[ErrorLink] | None = None,
        saved: Submission | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = self.get_context_data(
            form=form,
            draft=self.draft,
            token=token,
            errors=errors,
            saved=saved,
            scans=self.held(token),
            accept=attachments.ACCEPT,
            versions=list(self.draft.versions.all()),
        )
        return self.render_to_response(context, status=status)


class CorrectView(ClerkView):
    """What one keyed in, to correct a mistake while nobody has reviewed it."""

    template_name = "submissions/admin/correct.html"

    def dispatch(self, request: HttpRequest, receipt: str) -> HttpResponse:
        if not keying.is_clerk(request.user):
            raise Http404
        found = keying.keyed_in_by(cast(User, request.user)).filter(receipt=receipt)
        self.submission = get_object_or_404(found)
        self.draft = self.submission.draft
        return super().dispatch(request, receipt)

    def forms(self, number: int | None = None) -> list[tuple[Comment, CommentForm | None]]:
        """Each comment with its form, filled in as it stands; number `number` as it was sent."""
        themes = list(Theme.objects.all())
        comments = self.submission.comments.select_related("section").prefetch_related(
            "themes", "version__sections"
        )
        return [
            (
                comment,
                self.form(comment, themes, sent=comment.pk == number)
                if comment.status == Status.PENDING
                else None,
            )
            for comment in comments
        ]

    def form(self, comment: Comment, themes: list[Theme], *, sent: bool) -> CommentForm:
        initial: dict[str, Any] = {
            "section": str(comment.section.uid) if comment.section else "",
            "stance": comment.stance,
            "kind": comment.kind,
            "body": comment.body,
            "proposed_text": comment.proposed_text,
            "reason": comment.reason,
            "links": "\n".join(comment.links),
            "themes": [theme.slug for theme in comment.themes.all()],
        }
        text = comment.body or comment.proposed_text
        if comment.language != languages.detect(text, self.submission.language):
            initial["language"] = comment.language
        form = CommentForm(
            self.request.POST if sent else None,
            place=comment.pk,
            sections=list(comment.version.sections.all()),
            themes=themes,
            initial=initial,
        )
        # Where it stands is what it is about: another place would be another comment.
        form.fields["section"].disabled = True
        return form

    def get(self, request: HttpRequest, receipt: str) -> HttpResponse:
        return self.show(self.forms())

    def post(self, request: HttpRequest, receipt: str) -> HttpResponse:
        try:
            return self.withdraw() if "withdraw" in request.POST else self.correct()
        except ChangeRefused as refused:
            messages.error(request, str(refused))
            return self.show(self.forms(), status=409)

    def withdraw(self) -> HttpResponse:
        """Take all of it back: keyed in twice, or for the wrong draft."""
        numbers = self.submission.comments.values_list("pk", flat=True)
        withdraw(numbers, now=timezone.now(), keyed_by=self.user)
        messages.success(
            self.request,
            _("Withdrawn: %(receipt)s. It stays in the ledger, as withdrawn.")
            % {"receipt": self.submission.receipt},
        )
        return HttpResponseRedirect(reverse("entries"), status=303)

    def correct(self) -> HttpResponse:
        typed = self.request.POST.get("correct", "")
        number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 18 else 0
        forms = self.forms(number)
        comment, form = next(
            ((c, f) for c, f in forms if c.pk == number and f is not None), (None, None)
        )
        if comment is None or form is None:
            raise ChangeRefused(
                _("This was reviewed already, so it cannot be corrected here any more.")
            )
        if not form.is_valid() or form.is_empty:
            if form.is_valid():
                form.add_error("body", _("Write the comment, or withdraw the whole form."))
            return self.show(forms, status=422)
        seen = self.request.POST.get("seen", "")
        kept = comment.attachments.filter(removed_at=None).values_list("pk", flat=True)
        edit_comment(
            comment.pk,
            form.new_comment(),
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0,
            now=timezone.now(),
            keep=list(kept),
            keyed_by=self.user,
        )
        messages.success(self.request, _("Corrected: %(comment)s") % {"comment": comment})
        address = reverse("entry_correct", args=[self.submission.receipt])
        return HttpResponseRedirect(address, status=303)

    def show(
        self, forms: list[tuple[Comment, CommentForm | None]], status: int = 200
    ) -> HttpResponse:
        context = self.get_context_data(
            submission=self.submission,
            forms=forms,
            may_withdraw=bool(forms) and all(form is not None for _comment, form in forms),
            scans=self.submission.attachments.filter(comment=None, erased_at=None),
        )
        return self.render_to_response(context, status=status)


@never_cache
@require_safe
def scan(request: HttpRequest, pk: int) -> FileResponse:
    """The scan of a form, as a download, for who may see it."""
    found = Attachment.objects.select_related("submission__draft").filter(
        pk=pk, comment=None, erased_at=None
    )
    file = get_object_or_404(found)
    if not keying.may_read_scans(request.user, file.submission):
        raise Http404
    scan_read.send(sender=Attachment, submission=file.submission, by=request.user)
    return download(file)
