"""What the tests of importing share: a draft with keys, and the command as one types it."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from consult.submissions.models import Submission
from tests.factories import make_draft
from working_groups.models import DraftPage, WorkingGroupPage


def make_keyed_draft(group: WorkingGroupPage) -> DraftPage:
    """Two sections and a question of each kind, with keys as an import gives them."""
    page = make_draft(group, "politica", publish=False)
    sections = list(page.sections.all())
    for section, key in zip(sections, ["talento", "redes"], strict=True):
        section.key = key
    page.sections = sections
    questions = list(page.questions.all())
    for number, question in enumerate(questions, 1):
        question.key = f"q{number}"
    page.questions = questions
    page.save_revision().publish()
    return DraftPage.objects.get(pk=page.pk)


def run(path: Path, *options: str, draft: str = "politica") -> str:
    out = StringIO()
    with translation.override("en"):
        call_command("import_submissions", draft, str(path), *options, stdout=out)
    return out.getvalue()


def problems(path: Path, *options: str, draft: str = "politica") -> list[str]:
    """What the command says of a file that it refuses, after its first line."""
    stored = Submission.objects.count()
    with pytest.raises(CommandError) as refused:
        run(path, *options, draft=draft)
    assert refused.value.returncode == 1
    assert Submission.objects.count() == stored
    return str(refused.value).splitlines()[1:]
