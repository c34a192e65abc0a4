"""What a record of a file must be to become a submission."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _, ngettext

from consult.common.importing import Entry, Findings, ImportRefused, longest
from consult.common.languages import CODES
from consult.common.texts import storable
from consult.themes.models import Theme
from working_groups.enums import Agreement, QuestionKind, Sector
from working_groups.models import DraftPage, Question, Version, VersionSection

from ..actions import NewAnswer, NewComment
from ..enums import Channel, CommentKind, RespondentKind, Stance
from ..models import Submission
from .reading import Record, separated

web_address = URLValidator(schemes=["http", "https"])


class Consultation:
    """What submissions to a draft may refer to, read once.

    Sections and questions go by their keys; those written in the editor have none and go by uid.
    """

    def __init__(self, draft: DraftPage, version: Version | None = None) -> None:
        """What `version` of `draft` holds, the current one unless it is given."""
        version = version or draft.current_version
        if version is None:
            raise ImportRefused(
                [_("The draft is not published yet: there is no version to comment on.")]
            )
        self.draft, self.version = draft, version
        names = {section.uid: section.key or str(section.uid) for section in draft.sections.all()}
        self.sections: dict[str, VersionSection] = {
            names.get(section.uid, str(section.uid)): section
            for section in self.version.sections.all()
        }
        self.themes = {theme.slug: theme for theme in Theme.objects.all()}
        questions = draft.questions.prefetch_related("options")
        self.questions: dict[str, Question] = {
            question.key or str(question.uid): question for question in questions
        }
        self.options: dict[UUID, list[str]] = {
            question.uid: Agreement.values
            if question.kind == QuestionKind.AGREEMENT
            else [option.key for option in question.options.all()]
            for question in self.questions.values()
        }


def check(record: Record, consultation: Consultation, findings: Findings) -> dict[str, Any]:
    """What `actions.receive` takes for this `record`; what is wrong with it goes to `findings`."""
    entry = Entry(record.value, record.place, findings)
    if not isinstance(record.value, dict):
        return {}
    comments = []
    for number, value in enumerate(entry.items("comments"), 1):
        one = Entry(value, record.comment_place(number), findings, "comments.")
        comments.append(check_comment(one, consultation))
    answers = check_answers(entry, consultation)
    if not (entry.value.get("comments") or entry.value.get("answers")):
        entry.refuse("", _("this has neither comments nor answers"))
    checked = {
        "source_id": entry.text(
            "source_id", required=True, longest=longest(Submission, "source_id")
        ),
        "received_at": entry.moment("received_at", required=True),
        "language": entry.choice("lang", CODES, required=True),
        "channel": entry.choice("channel", Channel.values) or Channel.IMPORT,
        "respondent": check_respondent(
            Entry(entry.get("respondent"), f"{record.place}: respondent", findings, "respondent.")
        ),
        "comments": comments,
        "answers": answers,
    }
    entry.finish()
    return checked


def check_respondent(entry: Entry) -> dict[str, Any]:
    """The columns of Submission that say who sent it."""
    columns = {
        "respondent_kind": entry.choice("kind", RespondentKind.values, required=True),
        "sector": entry.choice("sector", Sector.values),
        **{
            name: entry.text(name, longest=longest(Submission, name))
            for name in ("name", "organisation", "on_behalf_of", "state", "country")
        },
        # To be named is each one's own choice: silence is a no.
        "show_name": entry.flag("show_name"),
    }
    entry.finish()
    return columns


def check_comment(entry: Entry, consultation: Consultation) -> NewComment:
    """One comment, on a section of the current version or on the draft as a whole."""
    limit = settings.COMMENT_MAX_LENGTH
    section = entry.choice("section", consultation.sections)
    proposal = entry.get("proposed_text")
    comment = NewComment(
        # A proposed wording speaks for itself.
        body=entry.text("body", required=not str(proposal or "").strip(), longest=limit),
        section=consultation.sections[section] if section else None,
        stance=entry.choice("stance", Stance.values),
        kind=entry.choice("kind", CommentKind.values) or CommentKind.SUBSTANTIVE,
        proposed_text=entry.text("proposed_text", longest=limit),
        reason=entry.text("reason", longest=limit),
        links=check_links(entry),
        themes=entry.chosen("themes", consultation.themes),
    )
    entry.finish()
    return comment


def check_links(entry: Entry) -> list[str]:
    """The addresses of evidence of one comment."""
    links = entry.items("evidence_links")
    limit = settings.LINKS_PER_COMMENT
    if limit and len(links) > limit:
        entry.refuse(
            "evidence_links",
            ngettext(
                "at most %(limit)d address is possible",
                "at most %(limit)d addresses are possible",
                limit,
            )
            % {"limit": limit},
        )
    for link in links:
        try:
            if not isinstance(link, str) or link != storable(link):
                raise ValidationError("unstorable")
            web_address(link)
        except ValidationError:
            entry.refuse(
                "evidence_links",
                _("“%(link)s” is not an address that begins with https:// or http://")
                % {"link": str(link)[:80]},
            )
    return links


def check_answers(entry: Entry, consultation: Consultation) -> list[NewAnswer]:
    """The answers that were given; an empty one is none."""
    given = entry.get("answers")
    if given is None:
        return []
    answers = Entry(given, f"{entry.place}: answers", entry.findings)
    found = []
    for key, value in answers.value.items():
        if value in (None, "", []):
            continue
        question = consultation.questions.get(key)
        if question is None:
            answers.refuse(key[:80], _("the draft has no such question"))
        elif question.kind == QuestionKind.OPEN:
            text = answers.text(key, longest=settings.ANSWER_MAX_LENGTH)
            found.append(NewAnswer(question.uid, text=text))
        else:
            options = consultation.options[question.uid]
            if question.kind == QuestionKind.CHOICES:
                chosen = separated(value) if isinstance(value, str) else value
                one = Entry({key: chosen}, answers.place, entry.findings)
                found.append(
                    NewAnswer(question.uid, one.chosen(key, {name: name for name in options}))
                )
            else:
                found.append(NewAnswer(question.uid, [answers.choice(key, options)]))
    return found
