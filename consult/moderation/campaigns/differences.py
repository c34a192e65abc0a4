"""The comments of a campaign beside the one that stands for all: what each added and left out."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from consult.common import languages, markup
from consult.submissions.covering import in_words
from consult.submissions.models import Comment
from working_groups.differences import compare, marked


@dataclass(frozen=True)
class Row:
    """A comment of a campaign, and how its words differ from those of the exemplar."""

    comment: Comment
    is_exemplar: bool
    is_same: bool
    difference: SafeString


def beside(exemplar: Comment | None, comments: Iterable[Comment]) -> list[Row]:
    """`comments`, each with its difference from `exemplar`; none: as it is."""
    return [
        Row(
            comment,
            comment == exemplar,
            exemplar is not None and _words(comment) == _words(exemplar),
            _difference(exemplar or comment, comment),
        )
        for comment in comments
    ]


def _words(comment: Comment) -> str:
    return in_words(comment.body or comment.proposed_text)


def _difference(exemplar: Comment, comment: Comment) -> SafeString:
    """The words that everybody may read of both, as HTML: text, never markup."""
    older, newer = (linebreaks(_words(each), autoescape=True) for each in (exemplar, comment))
    # What a screen reader says of it is in the language of the text.
    language = comment.language if comment.language in languages.CODES else languages.current()
    with override(language):
        return mark_safe(markup.html_of(marked(compare(older, newer))))
