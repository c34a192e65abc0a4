"""What was received on a draft, counted for the public."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _, ngettext, ngettext_lazy
from wagtail.models import Page

from consult.common.charts import Bar, Figure, name_firsts, number, own_words
from consult.common.languages import Words, words
from consult.moderation.queries import rejected_for_now
from consult.submissions.enums import Stance
from consult.submissions.erasing import KEPT, OVER, UNREAD_FILES
from consult.submissions.models import (
    Answer,
    Attachment,
    Comment,
    CommentTheme,
    Statement,
    Submission,
)
from consult.submissions.queries import Tally
from consult.themes.models import Theme
from working_groups.enums import Agreement, QuestionKind, Sector
from working_groups.models import DraftPage, Question


@dataclass(frozen=True)
class ThemeCount:
    """A theme, and the public comments that their authors marked with it."""

    theme: Theme
    tally: Tally


@dataclass(frozen=True)
class DraftFigures:
    """All that is counted on one draft; comments: public ones; answers: of every submission."""

    submissions: int
    comments: int
    of_comments: list[Figure]
    of_answers: list[Figure]
    # By the theme's primary key.
    themes: dict[int, ThemeCount]


def public_numbers(draft: DraftPage, numbers: Iterable[int]) -> set[int]:
    """Those of `numbers` that are of public comments of `draft`."""
    comments = Comment.objects.public().of_draft(draft).filter(pk__in=set(numbers))
    return set(comments.values_list("pk", flat=True))


def figures_of(draft: DraftPage) -> DraftFigures:
    """The figures on `draft` in the reader's language; as many queries for one comment as for all."""
    public = Comment.objects.public().of_draft(draft)
    by_stance: Counter[str] = Counter()
    by_section: Counter[UUID | None] = Counter()
    by_sector: Counter[str] = Counter()
    groups = public.values_list("stance", "section__uid", "submission__sector")
    for stance, section, sector, count in groups.annotate(Count("pk")).order_by():
        by_stance[stance] += count
        by_section[section] += count
        by_sector[sector] += count
    total = by_stance.total()

    themes = {theme.pk: ThemeCount(theme, Tally()) for theme in Theme.objects.all()}
    marks = CommentTheme.objects.filter(comment__in=public).values_list("theme", "comment__stance")
    for theme, stance, count in marks.annotate(Count("pk")).order_by():
        themes[theme].tally.by_stance[stance] += count
    unmarked = public.filter(themes=None).count()

    return DraftFigures(
        submissions=Submission.objects.filter(draft=draft).count(),
        comments=total,
        of_comments=[
            _comment_figure(
                "by-stance",
                _("Comments by stance"),
                _("Stance"),
                [*_choice_bars(Stance, by_stance), _unsaid(by_stance[""])],
                total,
                firsts=ngettext_lazy(
                    "Of %(of)s, the most frequent stance is %(labels)s, with %(count)s (%(share)s).",
                    "Of %(of)s, the most frequent stances are %(labels)s, with %(count)s each (%(share)s).",
                    "firsts",
                ),
                none=_("Of %(of)s, none states a stance."),
            ),
            _comment_figure(
                "by-sector",
                _("Comments by sector of the respondent"),
                _("Sector"),
                [*_choice_bars(Sector, by_sector), _unsaid(by_sector[""])],
                total,
                firsts=ngettext_lazy(
                    "Of %(of)s, the largest part comes from the sector %(labels)s, with %(count)s (%(share)s).",
                    "Of %(of)s, the largest parts come from the sectors %(labels)s, with %(count)s each (%(share)s).",
                    "firsts",
                ),
                none=_("Of %(of)s, none comes from someone who stated a sector."),
            ),
            _comment_figure(
                "by-theme",
                _("Comments by theme, as marked by respondents"),
                _("Theme"),
                [
                    *(
                        Bar(words(entry.theme, "name"), entry.tally.total)
                        for entry in themes.values()
                        if entry.tally.total
                    ),
                    Bar(own_words(_("no theme marked")), unmarked, said=False),
                ],
                total,
                firsts=ngettext_lazy(
                    "Of %(of)s, the theme most often marked is %(labels)s, with %(count)s (%(share)s).",
                    "Of %(of)s, the themes most often marked are %(labels)s, with %(count)s each (%(share)s).",
                    "firsts",
                ),
                none=_("Of %(of)s, none is marked with a theme."),
                note=_(
                    "A comment can have several themes, so the shares can add up to more than 100 %."
                ),
            ),
            _comment_figure(
                "by-section",
                _("Comments by section"),
                _("Section"),
                _section_bars(draft, by_section),
                total,
                firsts=ngettext_lazy(
                    "Of %(of)s, the largest part is on %(labels)s, with %(count)s (%(share)s).",
                    "Of %(of)s, the largest parts are on %(labels)s, with %(count)s each (%(share)s).",
                    "firsts",
                ),
            ),
        ],
        of_answers=_answer_figures(draft),
        themes=themes,
    )


def _choice_bars(choices: Any, counts: Counter[str]) -> list[Bar]:
    """A bar for each of an enum's values, in its order."""
    return [Bar(own_words(choice.label), counts[choice.value]) for choice in choices]


def _unsaid(count: int) -> Bar:
    return Bar(own_words(_("not stated")), count, said=False)


def _section_bars(draft: DraftPage, counts: Counter[UUID | None]) -> list[Bar]:
    """A bar for each section of the current version, the draft as a whole, what was removed."""
    left = Counter(counts)
    version = draft.current_version
    bars = []
    for section in version.sections.all() if version else []:
        heading = words(section, "heading")
        label = Words(f"{section.number} {heading.text}", heading.lang, heading.wanted)
        bars.append(Bar(label, left.pop(section.uid, 0)))
    bars.append(Bar(own_words(_("the draft as a whole")), left.pop(None, 0)))
    if removed := left.total():
        bars.append(Bar(own_words(_("sections since removed")), removed))
    return bars


def _comment_figure(
    figure_id: str,
    title: str,
    column: str,
    bars: list[Bar],
    total: int,
    *,
    firsts: Any,
    none: str = "",
    note: str = "",
) -> Figure:
    """A figure on comments, its longest bar as wide as it goes."""
    if not total:
        return Figure(figure_id, own_words(title), _("No comment has been published."))
    of = ngettext("%(number)s published comment", "%(number)s published comments", total)
    sentence = name_firsts(
        bars, of=of % {"number": number(total)}, total=total, firsts=firsts, none=none
    )
    full = max(bar.count for bar in bars)
    return Figure(figure_id, own_words(title), sentence, column, bars, total, full, note)


def _answer_figures(draft: DraftPage) -> list[Figure]:
    """A figure for each question of the published draft, in its order."""
    counts: dict[UUID, Counter[str]] = defaultdict(Counter)
    answered: Counter[UUID] = Counter()
    groups = Answer.objects.filter(submission__draft=draft).values_list("question_uid", "options")
    for uid, options, count in groups.annotate(Count("pk")).order_by():
        answered[uid] += count
        for key in options:
            counts[uid][key] += count
    questions = Question.objects.filter(page=draft).prefetch_related("options")
    return [
        _answer_figure(question, answered[question.uid], counts[question.uid])
        for question in questions
    ]


def _answer_figure(question: Question, total: int, counts: Counter[str]) -> Figure:
    """The shares of those who answered `question`, of whom there are `total`."""
    figure_id, title = f"question-{question.uid}", words(question, "prompt")
    if not total:
        return Figure(figure_id, title, _("Nobody has answered this question."))
    of = ngettext("%(number)s answer", "%(number)s answers", total) % {"number": number(total)}
    if question.kind == QuestionKind.OPEN:
        return Figure(figure_id, title, _("%(of)s in the respondents’ own words.") % {"of": of})
    left = Counter(counts)
    if question.kind == QuestionKind.AGREEMENT:
        bars = [Bar(own_words(key.label), left.pop(key.value, 0)) for key in Agreement]
    else:
        bars = [
            Bar(words(option, "label"), left.pop(option.key, 0))
            for option in question.options.all()
        ]
    if removed := left.total():
        bars.append(Bar(own_words(_("options since removed")), removed))
    sentence = name_firsts(
        bars,
        of=of,
        total=total,
        firsts=ngettext_lazy(
            "Of %(of)s, the most frequent is %(labels)s, with %(count)s (%(share)s).",
            "Of %(of)s, the most frequent are %(labels)s, with %(count)s each (%(share)s).",
            "firsts",
        ),
        none="",
    )
    note = (
        _("Several options could be chosen, so the shares can add up to more than 100 %.")
        if question.kind == QuestionKind.CHOICES
        else ""
    )
    return Figure(figure_id, title, sentence, _("Answer"), bars, total, total, note)


def with_data_past_their_time(now: datetime) -> QuerySet[Submission]:
    """The submissions that hold an e-mail, or words or files nobody is to read, and whose time is over.

    It is over RETENTION_DAYS after the response was first published, and RETENTION_LATEST_DAYS
    after the consultation closed where there is none; never while a rejection may be appealed, or
    an appeal is to be decided.
    """
    days, latest = settings.RETENTION_DAYS, settings.RETENTION_LATEST_DAYS
    if not days:
        return Submission.objects.none()
    responses = Page.objects.filter(
        depth=OuterRef("depth") + 1,
        path__startswith=OuterRef("path"),
        first_published_at__lte=now - timedelta(days=days),
    )
    over: Q | Exists = Exists(responses)
    if latest:
        over |= Q(closes_at__lte=now - timedelta(days=latest))
    # What was opened again is not over, whatever was published before.
    drafts = DraftPage.objects.filter(over, closes_at__lt=now).order_by().values("pk")
    statements = Statement.objects.filter(comment__submission=OuterRef("pk"), erased_at=None)
    unpublished = statements.exclude(comment__status__in=KEPT, number=F("comment__edition"))
    unread = Comment.objects.filter(submission=OuterRef("pk"), status__in=OVER)
    texts = unread.exclude(body="", proposed_text="", reason="")
    files = Attachment.objects.filter(UNREAD_FILES, submission=OuterRef("pk"), erased_at=None)
    waiting = rejected_for_now(now).filter(submission=OuterRef("pk"))
    return Submission.objects.filter(~Exists(waiting), draft__in=drafts).filter(
        ~Q(email="") | Exists(unpublished) | Exists(texts) | Exists(files)
    )
