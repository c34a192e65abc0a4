"""The form at `…/take-part/` as a whole: comments, answers, about you, consent."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from consult.common.forms import ErrorLink, SiteForm
from consult.themes.models import Theme
from working_groups.models import DraftPage, Question, Version, VersionSection

from .actions import NewComment
from .forms import AnswersForm, CommentForm, RespondentForm
from .queries import ABOUT


class SubmissionForm:
    """The page's forms as one: as many comment blocks as asked for, answers, respondent."""

    def __init__(
        self, draft: DraftPage, version: Version, section: VersionSection | None = None
    ) -> None:
        """The form as it is first shown, with `section` chosen."""
        self.draft, self.version, self.section = draft, version, section
        self.data: QueryDict | None = None
        self.places = [0]

    @classmethod
    def sent(cls, draft: DraftPage, version: Version, data: QueryDict) -> "SubmissionForm":
        """The form with what somebody typed into it."""
        form = cls(draft, version)
        form.data = data.copy()
        typed = [text for text in data.getlist("block") if text.isascii() and text.isdigit()]
        # A number each block keeps while others come and go. One too many is enough to say so: the
        # page offers no more, and a machine that sends thousands is not shown them all.
        places = list(dict.fromkeys(int(text[:4]) for text in typed)) or [0]
        limit = settings.COMMENTS_PER_SUBMISSION
        form.places = places[: limit + 1] if limit else places
        return form

    def add_block(self) -> None:
        """One more comment, and no judgement yet."""
        if self.may_add:
            self.places.append(max(self.places) + 1)
        self.keep_quiet()

    def remove_block(self, place: str) -> None:
        """One comment less; the last one stays."""
        rest = [kept for kept in self.places if str(kept) != place]
        self.places = rest or self.places
        self.keep_quiet()

    def show_section(self, place: str) -> None:
        """The chosen section's own text in the box for proposals, unless something was written."""
        data = self.data or QueryDict(mutable=True)
        for block in self.comments:
            if str(block.place) == place and block.section_shown and not block.was_proposed:
                data[block.add_prefix("proposed_text")] = block.section_text(block.section_shown)
        self.keep_quiet()

    def keep_quiet(self) -> None:
        """Show what was typed so far without judging it."""
        self.__dict__.pop("comments", None)
        for part in self.parts:
            part.keep_quiet()

    @property
    def may_add(self) -> bool:
        """Whether one more comment fits in this submission."""
        limit = settings.COMMENTS_PER_SUBMISSION
        return not limit or len(self.places) < limit

    @cached_property
    def questions(self) -> list[Question]:
        return list(self.draft.questions.prefetch_related("options"))

    @cached_property
    def comments(self) -> list[CommentForm]:
        sections, themes = list(self.version.sections.all()), list(Theme.objects.all())
        initial = {"section": str(self.section.uid)} if self.section else {}
        return [
            CommentForm(self.data, place=place, sections=sections, themes=themes, initial=initial)
            for place in self.places
        ]

    @cached_property
    def answers(self) -> AnswersForm:
        return AnswersForm(self.data, prefix="answer", questions=self.questions)

    @cached_property
    def respondent(self) -> RespondentForm:
        return RespondentForm(self.data, prefix="you", moderation=self.draft.moderation)

    @property
    def parts(self) -> list[SiteForm]:
        return [*self.comments, self.answers, self.respondent]

    def errors(self) -> list[ErrorLink]:
        """What is wrong with all of it, in the order of the page; empty if it can be received."""
        links = [link for part in self.parts for link in part.error_links()]
        limit = settings.COMMENTS_PER_SUBMISSION
        if limit and len(self.places) > limit:
            links.insert(
                0, ErrorLink("", "", _("That is more comments than one submission holds."))
            )
        if not links and not self.new_comments() and not self.answers.new_answers():
            first = self.comments[0]["body"]
            links.append(
                ErrorLink(
                    first.id_for_label, first.label, _("Write a comment or answer a question.")
                )
            )
        return links

    def new_comments(self) -> list[NewComment]:
        return [block.new_comment() for block in self.comments if not block.is_empty]

    def respondent_columns(self) -> dict[str, Any]:
        """Columns of Submission about who sent it (consent and its time are the action's caller's)."""
        return {name: self.respondent.cleaned_data[name] for name in (*ABOUT, "email")}


def section_of(version: Version, uid: str) -> VersionSection | None:
    """The section of `version` that an address names; None where it names none."""
    try:
        wanted = UUID(uid)
    except ValueError:
        return None
    return next((s for s in version.sections.all() if s.uid == wanted), None)
