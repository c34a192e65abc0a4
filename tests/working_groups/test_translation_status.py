"""When a translation is missing, not reviewed, reviewed or out of date: a table of what can happen."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import make_draft
from working_groups.importing import import_draft
from working_groups.models import DraftPage, Section, WorkingGroupPage

ES = "<p>Toda persona recibirá <b>formación</b>.</p><ul><li>Básica</li></ul>"
EN = "<p>Everyone shall receive training.</p><ul><li>Basic</li></ul>"

Step = Callable[[DraftPage], DraftPage]


def section_of(draft: DraftPage) -> Section:
    return next(section for section in draft.sections.all() if section.key == "talento")


def saved(draft: DraftPage, *, publish: bool = False) -> DraftPage:
    revision = draft.save_revision()
    if publish:
        revision.publish()
    return DraftPage.objects.get(pk=draft.pk).get_latest_revision_as_object()


def edit(**fields: Any) -> Step:
    """Somebody edits the section and saves."""

    def step(draft: DraftPage) -> DraftPage:
        sections = list(draft.sections.all())
        for section in sections:
            if section.key == "talento":
                for name, value in fields.items():
                    setattr(section, name, value)
        draft.sections = sections
        return saved(draft)

    return step


def mark(status: str, **fields: Any) -> Step:
    """Somebody edits the section, says how its translation is now, and saves."""

    def step(draft: DraftPage) -> DraftPage:
        draft = edit(**fields)(draft)
        sections = list(draft.sections.all())
        next(s for s in sections if s.key == "talento").mark_translation(status)
        draft.sections = sections
        return saved(draft)

    return step


def reorder(draft: DraftPage) -> DraftPage:
    sections = list(reversed(draft.sections.all()))
    for order, section in enumerate(sections):
        section.sort_order = order
        section.level = 1
    draft.sections = sections
    return saved(draft)


def publish(draft: DraftPage) -> DraftPage:
    return saved(draft, publish=True)


def take_in(**section: Any) -> Step:
    """The draft is imported again, with this in its file."""

    def step(draft: DraftPage) -> DraftPage:
        entry = {"key": "talento", "heading": {"es": "Talento"}, **section}
        other = {"key": "otro", "heading": {"es": "Otro"}}
        content = {"slug": draft.slug, "title": {"es": "T"}, "sections": [entry, other]}
        done = import_draft(content, "ia-trabajo", publish=False)
        return done.draft.get_latest_revision_as_object()

    return step


def refer_to_a_section_that_moves(draft: DraftPage) -> DraftPage:
    uid = next(s.uid for s in draft.sections.all() if s.key == "otro")
    link = f'<p>Véase <a linktype="section" uid="{uid}">%s</a>.</p>'
    draft = mark("reviewed", body_es=link % "2", body_en=link % "2")(draft)
    return reorder(edit(body_es=link % "1")(draft))


reviewed = mark("reviewed")
OTHER_ES, OTHER_EN = "<p>Otra cosa.</p>", "<p>Another thing.</p>"

CASES: dict[str, tuple[list[Step], str]] = {
    "nobody reviewed it": ([], "draft"),
    "no heading in the other language": ([edit(heading_en="")], "missing"),
    "no text in the other language": ([edit(body_en="")], "missing"),
    "a text in the other language only": ([edit(body_es="")], "missing"),
    "translated after it was missing": ([edit(body_en=""), edit(body_en=EN)], "draft"),
    "reviewed": ([reviewed], "reviewed"),
    "reviewed and published": ([reviewed, publish], "reviewed"),
    "the source changes": ([reviewed, edit(body_es=OTHER_ES)], "stale"),
    "the source's heading changes": ([reviewed, edit(heading_es="Otro talento")], "stale"),
    "the source changes and is published": ([reviewed, edit(body_es=OTHER_ES), publish], "stale"),
    "the translation changes": ([reviewed, edit(body_en=OTHER_EN)], "draft"),
    "both change": ([reviewed, edit(body_es=OTHER_ES, body_en=OTHER_EN)], "stale"),
    "both change and are reviewed": (
        [reviewed, mark("reviewed", body_es=OTHER_ES, body_en=OTHER_EN)],
        "reviewed",
    ),
    "only the markup of the source changes": (
        [reviewed, edit(body_es=ES.replace("<b>", "<i>").replace("</b>", "</i>"))],
        "reviewed",
    ),
    "a list becomes paragraphs": (
        [reviewed, edit(body_es=ES.replace("<ul><li>", "<p>").replace("</li></ul>", "</p>"))],
        "reviewed",
    ),
    "lines are wrapped otherwise": (
        [reviewed, edit(body_es=ES.replace(" ", "\n   "))],
        "reviewed",
    ),
    "a word becomes a footnote": (
        [reviewed, edit(body_es=ES.replace("b>", "small>"))],
        "stale",
    ),
    "sections change places": ([reviewed, reorder], "reviewed"),
    "only the number of a reference changes": ([refer_to_a_section_that_moves], "reviewed"),
    "the source changes and goes back": (
        [reviewed, edit(body_es=OTHER_ES), edit(body_es=ES)],
        "reviewed",
    ),
    "out of date, then reviewed": ([reviewed, edit(body_es=OTHER_ES), reviewed], "reviewed"),
    "out of date, then said not to be reviewed": (
        [reviewed, edit(body_es=OTHER_ES), mark("draft")],
        "draft",
    ),
    "the review is taken back": ([reviewed, mark("draft")], "draft"),
    "the translation goes": ([reviewed, edit(body_en="", heading_en="")], "missing"),
    "written in English, the English changes": (
        [mark("reviewed", source_language="en"), edit(body_en=OTHER_EN)],
        "stale",
    ),
    "written in English, the Spanish changes": (
        [mark("reviewed", source_language="en"), edit(body_es=OTHER_ES)],
        "draft",
    ),
    "it turns out to be written in English": (
        [reviewed, edit(body_en=OTHER_EN), edit(source_language="en")],
        "stale",
    ),
    "an import brings another source": (
        [reviewed, take_in(body={"es": OTHER_ES, "en": EN})],
        "stale",
    ),
    "an import of the same": (
        [reviewed, take_in(heading={"es": "Talento", "en": "Talent"}, body={"es": ES, "en": EN})],
        "reviewed",
    ),
    "an import in Spanish alone, the same": ([reviewed, take_in(body={"es": ES})], "reviewed"),
    "an import in Spanish alone, another": ([reviewed, take_in(body={"es": OTHER_ES})], "stale"),
    "an import that says it is reviewed": (
        [take_in(body={"es": OTHER_ES, "en": OTHER_EN}, translation="reviewed")],
        "reviewed",
    ),
    "an import that takes the review back": ([reviewed, take_in(translation="draft")], "draft"),
    "an import without the English": ([reviewed, take_in(body={"es": ES, "en": ""})], "missing"),
}


@pytest.mark.parametrize("name", CASES)
def test_how_far_a_translation_has_got(name: str, group: WorkingGroupPage) -> None:
    rows = [
        {
            "key": "talento",
            "heading_es": "Talento",
            "heading_en": "Talent",
            "body_es": ES,
            "body_en": EN,
        },
        {"key": "otro", "heading_es": "Otro", "heading_en": "Other"},
    ]
    draft = make_draft(group, "formacion", sections=rows).get_latest_revision_as_object()
    steps, expected = CASES[name]
    for step in steps:
        draft = step(draft)
    assert section_of(draft).translation_status == expected


def test_readers_are_told_the_same_of_what_was_published(group: WorkingGroupPage) -> None:
    draft = make_draft(group, "formacion")
    for step, english, spanish in (
        (lambda s: s.mark_translation("reviewed"), "reviewed", None),
        (lambda s: setattr(s, "body_es", OTHER_ES), "stale", None),
        (lambda s: setattr(s, "body_en", ""), "missing", None),
        (lambda s: setattr(s, "source_language", "en"), None, "missing"),
    ):
        sections = list(draft.sections.all())
        step(sections[0])
        draft.sections = sections
        draft.save_revision().publish()
        draft = DraftPage.objects.get(pk=draft.pk)
        first = draft.current_version.sections.all()[0]
        assert first.translation_status_for("en") == english
        assert first.translation_status_for("es") == spanish
