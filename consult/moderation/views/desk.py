"""The chair's desk: one comment beside the words it is about, and all that can be done with it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin

from consult.common import languages
from consult.submissions.carry_over import mark
from consult.submissions.enums import Status
from consult.submissions.models import Attachment, Comment, Statement

from .. import rules
from ..actions import DecidedMeanwhile, correct_language, decide, standing, undo
from ..colleagues import assign, colleagues_on, leave_note, read_original
from ..desk import (
    comments_for_desk,
    history_of,
    parts_of,
    section_texts,
    texts_cut,
    written_words,
)
from ..forms import ALL, AssignmentForm, DecisionForm, LanguageForm, WordsForm, narrowed
from ..models import Decision
from ..permissions import ACTIONS
from ..queries import comments_to_moderate, is_number
from .queue import filters_of, next_pending


def with_filters(request: HttpRequest, name: str, *args: Any, **more: Any) -> str:
    """The address called `name`, with the filters of the queue, and `more`."""
    query = filters_of(request.GET)
    for key, value in more.items():
        query[key] = str(value)
    return reverse(name, args=args) + (f"?{query.urlencode()}" if query else "")


class NextView(PermissionCheckedMixin, View):
    """Leads to the comment that has waited longest, or to the next after one."""

    model = Comment
    any_permission_required = ACTIONS
    request: Any

    def get(self, request: HttpRequest) -> HttpResponse:
        after = request.GET.get("after", "")
        comments = comments_to_moderate(request.user).select_related("submission")
        left = comments.filter(pk=int(after)).first() if is_number(after) else None
        following = next_pending(left, request)
        if following is None:
            messages.info(request, _("Nothing waits in this list."))
            return redirect(with_filters(request, "comments:index"))
        if left == following:
            messages.info(request, _("Nothing else waits in this list."))
        return redirect(with_filters(request, "comments:edit", following.pk))


class DeskView(WagtailAdminTemplateMixin, View):
    template_name = "moderation/desk.html"
    header_icon = ""
    request: Any

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.read_comment()

    def read_comment(self) -> None:
        # Wagtail's own edit view asks only whether the user may change some comment.
        comments: Any = comments_for_desk(self.request.user)
        self.comment: Any = get_object_or_404(comments, pk=self.kwargs["pk"])
        if self.comment.version.number != self.comment.newest_number:
            mark([self.comment])
        rows = self.comment.decisions.select_related("decided_by")
        self.decisions: list[Decision] = list(rows) if self.comment.has_decisions else []
        self.last = self.decisions[-1] if self.decisions else None
        self.covered = standing(self.comment, self.last)
        self.words = written_words(self.comment, self.covered)
        self.original: Statement | None = None

    @cached_property
    def files(self) -> QuerySet[Attachment] | None:
        files = self.comment.attachments.filter(removed_at=None, erased_at=None)
        return files if self.comment.has_files else None

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        doing = {
            "assign": self.assign,
            "note": self.note,
            "language": self.correct,
            "original": self.read,
        }
        return doing.get(request.POST.get("do", ""), self.decide)()

    def decide(self) -> HttpResponse:
        outcome, seen = (self.request.POST.get(name, "") for name in ("outcome", "seen"))
        form = self.decision_form(self.request.POST, outcome=outcome)
        if outcome != rules.UNDO and not form.is_valid():
            return self.again(422, form=form)
        number = self.comment.pk
        try:
            if outcome == rules.UNDO:
                decision = undo(number, seen, by=self.request.user)
            else:
                given = form.decision()
                (decision,) = decide({number: seen}, outcome, by=self.request.user, **given)
        except (DecidedMeanwhile, ValidationError) as refusal:
            self.say(refusal)
            self.read_comment()
            return self.again(409, form=form)
        return self.lead_on(decision, stay=outcome == rules.UNDO)

    def lead_on(self, decision: Decision, stay: bool) -> HttpResponse:
        """Say what was decided, and show the next that waits."""
        again = [messages.button(self.request.get_full_path(), _("Look at it again"))]
        messages.success(
            self.request,
            _("%(comment)s: %(status)s.")
            % {"comment": self.comment, "status": decision.get_to_status_display()},
            buttons=None if stay else again,
        )
        if stay:
            return redirect(self.request.get_full_path())
        following = next_pending(self.comment, self.request)
        if following is None:
            messages.info(self.request, _("Nothing else waits in this list."))
            return redirect(with_filters(self.request, "comments:index"))
        return redirect(with_filters(self.request, "comments:edit", following.pk))

    def assign(self) -> HttpResponse:
        form = self.assignment_form(self.request.POST)
        if not form.is_valid():
            return self.again(422, assignment_form=form)
        assign(self.comment.pk, form.cleaned_data["to"], by=self.request.user)
        return redirect(self.request.get_full_path())

    def note(self) -> HttpResponse:
        form = self.note_form(self.request.POST)
        if not form.is_valid():
            return self.again(422, note_form=form)
        leave_note(self.comment.pk, form.cleaned_data["words"], by=self.request.user)
        return redirect(self.request.get_full_path())

    def correct(self) -> HttpResponse:
        form = LanguageForm(self.request.POST, initial={"language": self.comment.language})
        if not form.is_valid():
            return self.again(422, language_form=form)
        correct_language(self.comment.pk, form.cleaned_data["language"], by=self.request.user)
        return redirect(self.request.get_full_path())

    def read(self) -> HttpResponse:
        try:
            self.original = read_original(self.comment.pk, by=self.request.user)
        except ValidationError as refusal:
            self.say(refusal)
            return self.again(409)
        return self.again(200)

    def say(self, refusal: DecidedMeanwhile | ValidationError) -> None:
        said = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
        messages.error(self.request, " ".join(said))

    def again(self, status: int, **forms_sent: forms.Form) -> HttpResponse:
        """The page once more, with what was typed."""
        return self.render_to_response(self.get_context_data(**forms_sent), status=status)

    def decision_form(self, data: Any = None, outcome: str = "") -> DecisionForm:
        return DecisionForm(data, outcome=outcome, words=self.words, files=self.files)

    def assignment_form(self, data: Any = None) -> AssignmentForm:
        assignment = getattr(self.comment, "assignment", None)
        return AssignmentForm(
            data,
            colleagues=colleagues_on(self.comment.submission.draft),
            initial={"to": assignment and assignment.assignee_id},
            prefix="assign",
        )

    def note_form(self, data: Any = None) -> WordsForm:
        return WordsForm(data, label=_("Note to colleagues"), prefix="note")

    def get_page_title(self) -> str:
        return _("Comment")

    def get_page_subtitle(self) -> str:
        return str(self.comment)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            {"url": with_filters(self.request, "comments:index"), "label": _("Comments")},
            {"url": "", "label": str(self.comment)},
        ]

    def progress(self) -> dict[str, int]:
        """How many of the list wait, and how many were decided, in one query."""
        query = filters_of(self.request.GET)
        query["status"] = ALL
        rows = narrowed(self.request, query).order_by().values_list("status")
        # Several themes would count a comment several times.
        counts = dict(rows.annotate(Count("pk", distinct="theme" in query)))
        waiting, received = counts.get(Status.PENDING, 0), sum(counts.values())
        if set(query) == {"status"}:
            # The menu counts the same.
            self.request.comments_waiting = waiting
        return {"waiting": waiting, "received": received, "done": received - waiting}

    def outcomes(self) -> list[str]:
        if hasattr(self.comment, "appeal") and self.comment.appeal.is_open:
            return []
        return [each for each in Status if rules.may_become(self.comment.status, each)]

    def get_context_data(self, **forms_sent: Any) -> dict[str, Any]:
        comment = self.comment
        form = forms_sent.pop("form", None) or self.decision_form()
        chosen = self.request.POST.getlist("spans") if form.is_bound else None
        parts = parts_of(self.words, self.covered, chosen)
        outcomes = self.outcomes()
        edition = (comment.status, comment.edition)
        context = {
            "form": form,
            "note_form": self.note_form(),
            "assignment_form": self.assignment_form(),
            "language_form": LanguageForm(initial={"language": comment.language}),
            **forms_sent,
            "comment": comment,
            "submission": comment.submission,
            "draft": comment.submission.draft,
            # Not by the request, for which Wagtail would look up the site.
            "here": comment.submission.draft.get_url() if comment.submission.draft.live else "",
            "section_texts": section_texts(comment),
            "texts": [] if self.covered else texts_cut(self.words, parts),
            "parts": parts,
            "original": self.original,
            "files": self.files or [],
            "themes": comment.themes.all() if comment.has_themes else [],
            "history": history_of(comment, self.decisions),
            "notes": comment.notes.select_related("written_by") if comment.has_notes else [],
            "others": self.others() if comment.has_siblings else [],
            "author_language": languages.NAMES[comment.submission.language],
            "seen": rules.seen_as(*edition),
            "outcomes": outcomes,
            "may_undo": bool(outcomes) and rules.may_be_undone(*edition, self.last),
            "here_at": self.request.get_full_path(),
            "next_address": with_filters(self.request, "comments:desk", after=comment.pk),
            "list_address": with_filters(self.request, "comments:index"),
            "keys": self.keys(),
            **self.progress(),
        }
        return super().get_context_data(**context)

    def others(self) -> QuerySet[Comment]:
        submission = self.comment.submission
        return submission.comments.exclude(pk=self.comment.pk).select_related("section")

    def keys(self) -> list[tuple[str, str]]:
        return [
            ("p", _("approve and publish")),
            ("c", _("publish with the marked parts covered")),
            ("1–7", _("choose the reason of that place in the list")),
            ("r", _("reject, with the reason chosen; without one, go to the reasons")),
            ("h", _("hide from the public, with the reason chosen")),
            ("u", _("take the last decision back")),
            ("k", _("cover the words selected in the comment")),
            ("n", _("next, without deciding")),
            ("l", _("to the list")),
        ]
