"""A site with a hundred thousand comments, filled by the thousand: only reading is measured."""

from itertools import islice

from django.utils import timezone

from consult.pages.actions import set_up_site
from consult.submissions.enums import Status
from consult.submissions.models import Comment, CommentTheme, Submission
from consult.submissions.receipts import new_receipt
from consult.themes.models import Theme
from tests.benchmarks.corpus import DRAFTS, documents
from tests.factories import make_draft, make_group
from working_groups.models import DraftPage

CHUNK = 5_000
# Drafts by how many of the corpus's are one here.
FEWER = 5


def fill(count: int) -> None:
    """Set the site up, with `count` published comments of the corpus on a few drafts."""
    set_up_site()
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    drafts: list[DraftPage] = []
    for number in range(DRAFTS // FEWER):
        if number % 2 == 0:
            group = make_group(f"g{number}", f"Mesa {number}", f"Group {number}")
        drafts.append(make_draft(group, f"d{number}"))
    comments = (each for each in documents(2 * count) if each.type == "comment")
    wanted = islice(comments, count)
    while chunk := list(islice(wanted, CHUNK)):
        places = [drafts[int(each.draft.rpartition("/d")[2]) % len(drafts)] for each in chunk]
        submissions = Submission.objects.bulk_create(
            Submission(
                draft=draft,
                receipt=new_receipt(),
                received_at=each.date or timezone.now(),
                language=each.languages[0],
                respondent_kind="person",
                sector=each.sector,
                state=each.state,
                organisation="".join(each.title.values()),
                show_name=bool(each.title),
            )
            for each, draft in zip(chunk, places, strict=True)
        )
        rows = Comment.objects.bulk_create(
            Comment(
                submission=submission,
                version=draft.current_version,
                stance=each.stance,
                body="".join(each.text.values()),
                language=each.languages[0],
                status=Status.PUBLISHED,
            )
            for each, draft, submission in zip(chunk, places, submissions, strict=True)
        )
        CommentTheme.objects.bulk_create(
            CommentTheme(comment=row, theme=themes[slug])
            for row, each in zip(rows, chunk, strict=True)
            for slug in each.themes
        )
