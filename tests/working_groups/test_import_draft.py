import json
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from consult.pages.models import HomePage
from tests.factories import make_draft, make_group
from working_groups.enums import Phase
from working_groups.models import DraftPage, Version, WorkingGroupPage

CONTENT: dict[str, Any] = {
    "slug": "politica",
    "title": {"es": "Política", "en": "Policy"},
    "summary": {"es": "De qué trata.", "en": "What it is about."},
    "themes": ["equity"],
    "opens_at": "2026-11-01T00:00:00-07:00",
    "closes_at": "2026-12-01T23:59:59-07:00",
    "change_note": {"es": "Primera.", "en": "First."},
    "sections": [
        {
            "key": "talento",
            "level": 1,
            "heading": {"es": "Talento", "en": "Talent"},
            "body": {"es": "<p>Formar.</p>", "en": "<p>To train.</p>"},
            "themes": ["digital-skills", "equity"],
        },
        {
            "key": "becas",
            "level": 2,
            "heading": {"es": "Becas"},
            "body": {"es": "<p>Dar becas.</p>"},
        },
    ],
    "questions": [
        {
            "key": "q1",
            "section": "talento",
            "kind": "agreement",
            "prompt": {"es": "¿De acuerdo?", "en": "Do you agree?"},
        },
        {
            "key": "q2",
            "kind": "choice",
            "prompt": {"es": "¿Cuántas?", "en": "How many?"},
            "options": [{"key": "a", "es": "Pocas", "en": "Few"}, {"key": "b", "es": "Muchas"}],
        },
    ],
}


def run(tmp_path: Path, content: Any, *options: str) -> str:
    path = tmp_path / "draft.json"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    out = StringIO()
    with translation.override("en"):
        call_command("import_draft", str(path), *options, stdout=out)
    return out.getvalue()


def problems(tmp_path: Path, content: Any, *options: str) -> list[str]:
    """What the command says of a file that it refuses, after its first line."""
    drafts = DraftPage.objects.count()
    with pytest.raises(CommandError) as refused:
        run(tmp_path, content, *options)
    assert refused.value.returncode == 1
    assert DraftPage.objects.count() == drafts
    return str(refused.value).splitlines()[1:]


def changed(**parts: Any) -> dict[str, Any]:
    return deepcopy(CONTENT) | parts


def test_a_draft_is_published_as_the_file_has_it(group: WorkingGroupPage, tmp_path: Path) -> None:
    assert "1" in run(tmp_path, CONTENT, "--publish")
    draft = DraftPage.objects.get()
    assert draft.group == group
    assert (draft.live, draft.slug, draft.heading_en) == (True, "politica", "Policy")
    assert [theme.slug for theme in draft.themes.all()] == ["equity"]
    assert draft.opens_at.isoformat() == "2026-11-01T07:00:00+00:00"
    sections = draft.current_version.sections.all()
    assert [(s.number, s.heading_es, s.heading_en, s.body_en) for s in sections] == [
        ("1", "Talento", "Talent", "<p>To train.</p>"),
        ("1.1", "Becas", "", ""),
    ]
    assert [theme.slug for theme in draft.sections.first().themes.order_by("slug")] == [
        "digital-skills",
        "equity",
    ]
    first, second = draft.questions.all()
    assert first.section_uid == sections[0].uid
    assert [(o.key, o.label_es, o.label_en) for o in second.options.all()] == [
        ("a", "Pocas", "Few"),
        ("b", "Muchas", ""),
    ]


def test_without_publishing_it_waits_in_the_editor(group: WorkingGroupPage, tmp_path: Path) -> None:
    run(tmp_path, CONTENT)
    draft = DraftPage.objects.get()
    assert (draft.live, draft.has_unpublished_changes) == (False, True)
    assert draft.phase() == Phase.PREPARING
    assert draft.get_latest_revision_as_object().heading_es == "Política"


def test_the_same_slug_again_keeps_uids_and_cuts_the_next_version(
    group: WorkingGroupPage, tmp_path: Path
) -> None:
    run(tmp_path, CONTENT, "--publish")
    draft = DraftPage.objects.get()
    uids = {section.key: section.uid for section in draft.sections.all()}
    questions = {question.key: question.uid for question in draft.questions.all()}
    again = changed(change_note={"es": "Segunda."})
    again["sections"] = [
        again["sections"][1] | {"level": 1},
        {"key": "redes", "heading": {"es": "Redes"}, "body": {"es": "<p>Tender redes.</p>"}},
    ]
    again["questions"] = [{**again["questions"][1], "section": "becas"}]
    run(tmp_path, again, "--publish")
    draft = DraftPage.objects.get()
    assert [(s.number, s.heading_es) for s in draft.current_version.sections.all()] == [
        ("1", "Becas"),
        ("2", "Redes"),
    ]
    assert draft.sections.get(key="becas").uid == uids["becas"]
    assert draft.questions.get().uid == questions["q2"]
    assert draft.questions.get().section_uid == uids["becas"]
    assert [o.key for o in draft.questions.get().options.all()] == ["a", "b"]
    first = Version.objects.get(number=1)
    assert [section.heading_es for section in first.sections.all()] == ["Talento", "Becas"]
    assert draft.current_version.change_note_es == "Segunda."


def test_the_same_wording_again_cuts_no_version(group: WorkingGroupPage, tmp_path: Path) -> None:
    run(tmp_path, CONTENT, "--publish")
    run(tmp_path, changed(summary={"es": "Otro resumen."}), "--publish")
    assert Version.objects.count() == 1
    assert DraftPage.objects.get().summary_es == "Otro resumen."


def test_an_unpublished_change_is_kept_apart(group: WorkingGroupPage, tmp_path: Path) -> None:
    run(tmp_path, CONTENT, "--publish")
    run(tmp_path, changed(title={"es": "Otra política"}))
    draft = DraftPage.objects.get()
    assert (draft.heading_es, draft.has_unpublished_changes) == ("Política", True)
    assert draft.get_latest_revision_as_object().heading_es == "Otra política"


def test_what_the_file_does_not_name_stays_as_staff_set_it(
    group: WorkingGroupPage, tmp_path: Path
) -> None:
    run(tmp_path, CONTENT, "--publish")
    run(
        tmp_path,
        {name: CONTENT[name] for name in ("slug", "title", "sections", "questions")},
        "--publish",
    )
    draft = DraftPage.objects.get()
    assert (draft.summary_es, draft.change_note_es) == ("De qué trata.", "")
    assert draft.closes_at is not None
    assert draft.themes.count() == 1


def test_a_chosen_group(
    group: WorkingGroupPage, other_group: WorkingGroupPage, tmp_path: Path
) -> None:
    assert "ia-trabajo, infraestructura-digital" in problems(tmp_path, CONTENT)[0]
    assert "nadie" in problems(tmp_path, CONTENT, "--group", "nadie")[0]
    run(tmp_path, CONTENT, "--group", other_group.slug)
    assert DraftPage.objects.get().group == other_group
    # From now on the draft itself says where it belongs.
    run(tmp_path, CONTENT, "--publish")
    assert DraftPage.objects.get().group == other_group


def test_one_slug_in_two_groups_must_be_told_apart(
    draft: DraftPage, other_group: WorkingGroupPage, tmp_path: Path
) -> None:
    make_draft(other_group, draft.slug)
    assert "--group" in problems(tmp_path, changed(slug=draft.slug))[0]


def test_without_a_group_nothing_can_be_imported(site: HomePage, tmp_path: Path) -> None:
    assert len(problems(tmp_path, CONTENT)) == 1


def test_markup_that_could_run_is_taken_out(group: WorkingGroupPage, tmp_path: Path) -> None:
    sections = deepcopy(CONTENT["sections"])
    sections[0]["body"]["es"] = (
        '<p onclick="x()">Formar <script>alert(1)</script>'
        '<a href="javascript:alert(1)">aquí</a></p><p></p>'
    )
    sections[1]["body"]["es"] = "<p> </p>"
    run(tmp_path, changed(sections=sections), "--publish")
    first, second = DraftPage.objects.get().current_version.sections.all()
    assert first.body_es == "<p>Formar <a>aquí</a></p>"
    assert second.body_es == ""


def test_every_problem_is_named_with_its_place(group: WorkingGroupPage, tmp_path: Path) -> None:
    content = changed(
        slug="con espacio",
        title={"en": "Only English"},
        summary="De qué trata",
        themes=["nothing"],
        opens_at="2026-11-01T00:00:00",
        closes_at="mañana",
        moderation="never",
        sections=[
            {"key": "a", "level": 4, "heading": {"es": "x" * 256}, "body": {"es": 7}},
            {"key": "a", "level": True, "heading": {}, "themes": "equity"},
            "una sección",
            {"key": "uno|dos", "heading": {"es": "NUL \x00"}},
        ],
        questions=[
            {"key": "q", "section": "nowhere", "kind": "poll", "prompt": {"es": "¿?"}},
            {"key": "r", "kind": "choices", "prompt": {"es": " "}, "required": "yes"},
            {
                "key": "s",
                "kind": "choice",
                "prompt": {"es": "¿?"},
                "options": [
                    {"key": "a", "es": "A"},
                    {"key": "a", "es": "A"},
                    {"key": "", "en": "B"},
                ],
            },
        ],
    )
    places = "\n".join(problems(tmp_path, content))
    for place in (
        "slug: ",
        "title: es: ",
        "summary: ",
        "themes: ",
        "opens_at: ",
        "closes_at: ",
        "moderation: ",
        "sections 1 (a): level: ",
        "sections 1 (a): heading: es: ",
        "sections 1 (a): body: es: ",
        "sections 2 (a): key: ",
        "sections 2 (a): level: ",
        "sections 2 (a): heading: es: ",
        "sections 2 (a): themes: ",
        "sections 3: ",
        "sections 4 (uno|dos): key: ",
        "sections 4 (uno|dos): heading: es: ",
        "questions 1 (q): section: ",
        "questions 1 (q): kind: ",
        "questions 2 (r): options: ",
        "questions 2 (r): prompt: es: ",
        "questions 2 (r): required: ",
        "questions 3 (s), options 2 (a): key: ",
        "questions 3 (s), options 3: key: ",
        "questions 3 (s), options 3: es: ",
    ):
        assert place in places


def test_a_consultation_closes_after_it_opens(group: WorkingGroupPage, tmp_path: Path) -> None:
    content = changed(closes_at=CONTENT["opens_at"])
    assert ["closes_at" in line for line in problems(tmp_path, content)] == [True]


def test_what_is_no_draft_is_refused(group: WorkingGroupPage, tmp_path: Path) -> None:
    for content in (
        '{"slug": "a",}',
        "",
        "[" * 100_000,
        "[]",
        "null",
        '{"slug": "política"}'.encode("latin-1"),
        b"\x00\xff\xfe",
    ):
        assert problems(tmp_path, content), content


def test_a_file_that_is_not_there_or_too_large(
    group: WorkingGroupPage, tmp_path: Path, settings: Any
) -> None:
    with pytest.raises(CommandError, match=r"nada\.json"):
        call_command("import_draft", str(tmp_path / "nada.json"))
    settings.IMPORT_MAX_BYTES = 20
    assert "IMPORT_MAX_BYTES" in problems(tmp_path, CONTENT)[0]
    settings.IMPORT_MAX_BYTES = 0
    run(tmp_path, CONTENT)


def test_names_nobody_reads_are_said(group: WorkingGroupPage, tmp_path: Path) -> None:
    content = changed(author="x")
    content["sections"][0]["colour"] = "violet"
    assert "author, sections.colour" in run(tmp_path, content)


def test_the_only_group_is_meant(site: HomePage, tmp_path: Path) -> None:
    make_group("sola", "Sola")
    run(tmp_path, CONTENT)
    assert DraftPage.objects.get().group.slug == "sola"


def test_two_entries_cannot_be_one_section(group: WorkingGroupPage, tmp_path: Path) -> None:
    run(tmp_path, CONTENT)
    sections = deepcopy(CONTENT["sections"])
    uid = str(DraftPage.objects.get().sections.get(key=sections[0]["key"]).uid)
    sections[1] |= {"key": "otra", "uid": uid}
    with pytest.raises(CommandError, match=uid):
        run(tmp_path, changed(sections=sections))
