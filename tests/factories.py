"""What tests begin with, made the way the site makes it."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from consult.submissions.actions import NewAnswer, NewComment, receive
from consult.submissions.models import Comment, Submission
from consult.themes.models import Theme
from working_groups.models import (
    DraftPage,
    GroupIndexPage,
    Question,
    QuestionOption,
    Section,
    WorkingGroupPage,
)

DEFAULT_SECTIONS = [
    {
        "heading_es": "Formación básica",
        "heading_en": "Basic training",
        "body_es": "<p>Toda persona recibirá formación en competencias digitales.</p>",
        "body_en": "<p>Everyone shall receive training in digital skills.</p>",
    },
    {
        "level": 2,
        "heading_es": "Zonas rurales",
        "heading_en": "Rural areas",
        "body_es": "<p>La brecha digital se atenderá primero en la sierra.</p>",
        "body_en": "<p>The digital divide shall be closed first in the mountains.</p>",
    },
]


def make_group(slug: str, heading_es: str, heading_en: str = "") -> WorkingGroupPage:
    """A published working group, its chairs' permission group made with it."""
    page = WorkingGroupPage(slug=slug, heading_es=heading_es, heading_en=heading_en)
    GroupIndexPage.objects.get().add_child(instance=page)
    page.save_revision().publish()
    return WorkingGroupPage.objects.get(pk=page.pk)


def make_questions() -> list[Question]:
    """One of each kind, in an order every database keeps."""
    questions = [
        Question(kind="agreement", prompt_es="¿Está de acuerdo?", prompt_en="Do you agree?"),
        Question(kind="choice", prompt_es="¿Cuál? (choice)", prompt_en="Which? (choice)"),
        Question(kind="choices", prompt_es="¿Cuál? (choices)", prompt_en="Which? (choices)"),
        Question(kind="open", prompt_es="¿Qué falta?", prompt_en="What is missing?"),
    ]
    for order, question in enumerate(questions):
        question.sort_order = order
        if question.kind in ("choice", "choices"):
            question.options = [
                QuestionOption(sort_order=0, key="a", label_es="Una", label_en="One"),
                QuestionOption(sort_order=1, key="b", label_es="Otra", label_en="Another"),
            ]
    return questions


def make_draft(
    group: WorkingGroupPage,
    slug: str,
    *,
    sections: list[dict[str, Any]] | None = None,
    publish: bool = True,
    **fields: Any,
) -> DraftPage:
    """A draft that opened yesterday and closes in a week, unless `fields` say otherwise."""
    now = timezone.now()
    page = DraftPage(
        slug=slug,
        **{
            "heading_es": f"Borrador {slug}",
            "heading_en": f"Draft {slug}",
            "summary_es": "De qué trata.",
            "summary_en": "What it is about.",
            "opens_at": now - timedelta(days=1),
            "closes_at": now + timedelta(days=7),
            **fields,
        },
    )
    page.sections = [
        Section(sort_order=order, **row)
        for order, row in enumerate(DEFAULT_SECTIONS if sections is None else sections)
    ]
    page.questions = make_questions()
    group.add_child(instance=page)
    if publish:
        page.save_revision().publish()
    return DraftPage.objects.get(pk=page.pk)


def make_user(username: str, *groups: Group) -> User:
    user = User.objects.create_user(username, f"{username}@example.org", "consulta-demo")
    user.groups.set(groups)
    return user


def submit(
    draft: DraftPage,
    *bodies: str,
    section: int | None = 0,
    stance: str = "support",
    themes: tuple[str, ...] = (),
    status: str | None = None,
    answers: tuple[NewAnswer, ...] = (),
    respondent: dict[str, Any] | None = None,
    **options: Any,
) -> Submission:
    """A submission with a comment for each of `bodies`, on the section at that place (None: whole)."""
    version = draft.current_version
    assert version is not None
    place = None if section is None else version.sections.all()[section]
    return receive(
        draft,
        version,
        language=options.pop("language", "es"),
        respondent={"respondent_kind": "person", "sector": "academia", **(respondent or {})},
        comments=[
            NewComment(
                body=body,
                section=place,
                stance=stance,
                themes=list(Theme.objects.filter(slug__in=themes)),
            )
            for body in bodies
        ],
        answers=answers,
        status=status,
        **options,
    )


def comment_on(draft: DraftPage, body: str, **options: Any) -> Comment:
    """The one comment of a submission of its own; options as for `submit`."""
    return submit(draft, body, **options).comments.get()
