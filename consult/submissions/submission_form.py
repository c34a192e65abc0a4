"""The form at `…/take-part/` as a whole: comments, answers, about you, consent."""

from collections.abc import Collection
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from consult.common.forms import ErrorLink, Said, SiteForm
from consult.themes.models import Theme
from working_groups.models import DraftPage, Question, Version, VersionSection

from .abuse import new_token
from .actions import NewComment, first_status
from .enums import PUBLIC_STATUSES
from .files_form import too_many_files
from .forms import AnswersForm, CommentForm, RespondentForm
from .holding import hand_over, let_go
from .models import PrivacyNotice
from .privacy import current_notice
from .queries import ABOUT


class SubmissionForm:
    """The page's forms as one: as many comment blocks as asked for, answers, respondent."""

    def __init__(
        self, draft: DraftPage, version: Version, section: VersionSection | None = None
    ) -> None:
        """The form as it is first shown, with `section` chosen."""
        self.draft, self.version, self.section = draft, version, section
        self.data: QueryDict | None = None
        self.token = new_token()
        self.places = [0]

    @classmethod
    def sent(
        cls, draft: DraftPage, version: Version, data: QueryDict, token: str
    ) -> "SubmissionForm":
        """The form with what somebody typed into it; `token` is what it is known by."""
        form = cls(draft, version)
        form.token = token
        form.data = data.copy()
        typed = [text for text in data.getlist("block") if text.isascii() and text.isdigit()]
        # A number each block keeps while others come and go. One too many is enough to say so: the
        # page offers no more, and a machine that sends thousands is not shown them all.
        places = list(dict.fromkeys(int(text[:4]) for text in typed)) or [0]
        limit = settings.COMMENTS_PER_SUBMISSION
        form.places = places[: limit + 1] if limit else places
        return form

    def hold_files(self, files: MultiValueDict) -> None:
        """Keep the files that came with it, in each comment beside those held before."""
        assert self.data is not None
        limit = settings.ATTACHMENTS_PER_SUBMISSION
        for block in self.comments:
            others = sum(len(other.held) for other in self.comments if other is not block)
            block.hold_files(self.data, files, limit - others if limit else None)

    def refuse_files(self) -> None:
        """Say that no file can be taken now; those held before stay."""
        self.comments[0].refused_files.append(too_many_files())

    def drop_file(self, number: str) -> None:
        """One held file less, and no judgement yet."""
        for block in self.comments:
            gone = [file for file in block.held if str(file.pk) == number]
            block.held = [file for file in block.held if file not in gone]
            let_go(gone)
        self.keep_quiet()

    def renew(self) -> None:
        """Another token, since its own is not good any more; the files it holds come along."""
        self.token = new_token()
        for block in self.comments:
            block.token = self.token
            hand_over(block.held, self.token)

    def file_errors(self) -> list[ErrorLink]:
        """The files that were not taken: said at once, since a browser forgets them."""
        return [
            ErrorLink(block["attachments"].id_for_label, block["attachments"].label, why)
            for block in self.comments
            for why in block.refused_files
        ]

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
        before = {block.place: block for block in self.__dict__.pop("comments", ())}
        for block in self.comments:
            if block.place in before:
                block.held = before[block.place].held
                block.refused_files = before[block.place].refused_files
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
            CommentForm(
                self.data,
                place=place,
                token=self.token,
                sections=sections,
                themes=themes,
                initial=initial,
            )
            for place in self.places
        ]

    @cached_property
    def answers(self) -> AnswersForm:
        return AnswersForm(self.data, prefix="answer", questions=self.questions)

    @cached_property
    def respondent(self) -> RespondentForm:
        return RespondentForm(self.data, prefix="you", at_once=self.at_once)

    @cached_property
    def at_once(self) -> bool:
        """Whether comments are public as soon as they are sent."""
        return first_status(self.draft) in PUBLIC_STATUSES

    @cached_property
    def notice(self) -> PrivacyNotice | None:
        """The privacy notice that its reader has before them: the one in force, or just before."""
        read = self.data.get("notice", "")[:20] if self.data else ""
        shown = PrivacyNotice.objects.filter(version=read).first() if read else None
        return shown or current_notice()

    @property
    def variant(self) -> str:
        """What makes the form as it is first shown another one."""
        section = self.section.pk if self.section else None
        edited = self.draft.last_published_at
        notice = self.notice.version if self.notice else ""
        return f"{self.draft.pk} {edited} {self.version.pk} {section} {notice} {self.at_once}"

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
        if not links and not self._written and not self.answers.new_answers():
            first = self.comments[0]["body"]
            links.append(
                ErrorLink(
                    first.id_for_label, first.label, _("Write a comment or answer a question.")
                )
            )
        return links

    @property
    def is_to_be_checked(self) -> bool:
        """Whether there is so much of it that one wants to read it again before it is sent."""
        return len(self._written) > 1

    def said(self) -> list[tuple[SiteForm, list[Said]]]:
        """All that was filled in, part by part, in the reader's words."""
        return [(part, part.said()) for part in (*self._written, self.answers, self.respondent)]

    def as_typed(self, aside: Collection[str]) -> list[tuple[str, list[str]]]:
        """What was sent, to be sent again: without `aside`, and with the files held by now."""
        assert self.data is not None
        held = {b.held_name: [str(file.pk) for file in b.held] for b in self.comments}
        typed = {k: v for k, v in self.data.lists() if k not in aside}
        return list((typed | held).items())

    @property
    def _written(self) -> list[CommentForm]:
        return [block for block in self.comments if not block.is_empty]

    def new_comments(self) -> list[NewComment]:
        """The comments that were written, ready to be received."""
        return [block.new_comment() for block in self._written]

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
