"""Comments on earlier versions say what became of the words that they stand on."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consult.submissions.models import Comment, Submission
from consult.submissions.queries import voices
from tests.factories import make_draft, submit
from tests.submissions.test_comments_pages import bodies
from working_groups.models import DraftPage, Section, WorkingGroupPage

HERE = "/es/groups/ia-trabajo/tres/"
COMMENTS = f"{HERE}comments/"

UIDS = {
    name: uuid4()
    for name in (
        "igual",
        "reescrito",
        "retirado",
        "movido",
        "traducido",
        "formato",
        "referencia",
        "vuelto",
        "corregido",
        "encabezado",
    )
}


def section(name: str, body_es: str, body_en: str = "", **fields: Any) -> dict[str, Any]:
    return {
        "uid": UIDS[name],
        "heading_es": name.capitalize(),
        "body_es": f"<p>{body_es}</p>",
        "heading_en": f"On {name}" if body_en else "",
        "body_en": f"<p>{body_en}</p>" if body_en else "",
        **fields,
    }


def refers_to(name: str) -> str:
    return f'<a linktype="section" uid="{UIDS[name]}">?</a>'


FIRST = {
    "igual": section("igual", "Queda como está.", "It stays."),
    "reescrito": section("reescrito", "Habrá cursos.", "There will be courses."),
    "retirado": section("retirado", "Habrá un padrón.", "There will be a register."),
    "movido": section("movido", "Cambia de lugar.", "It moves."),
    "traducido": section("traducido", "Sin traducir aún."),
    "formato": section("formato", "Con mucha fuerza.", "With force."),
    "referencia": section("referencia", f"Véase {refers_to('movido')}.", "See there."),
    "vuelto": section("vuelto", "Lo primero.", "The first."),
    "corregido": section("corregido", "Las escuelas.", "The scools."),
    # A heading alone is no translation: who read it in English read the Spanish text.
    "encabezado": section("encabezado", "Hasta marzo.", heading_en="Deadline"),
}


def publish(draft: DraftPage, rows: dict[str, dict[str, Any]]) -> DraftPage:
    """Publish `rows` as the sections of `draft`, in their order."""
    kept = {each.uid: each for each in draft.sections.all()}
    sections = []
    for order, row in enumerate(rows.values()):
        each = kept.get(row["uid"]) or Section(uid=row["uid"])
        for name, value in {"sort_order": order, **row}.items():
            setattr(each, name, value)
        sections.append(each)
    draft.sections = sections
    draft.save_revision().publish()
    return DraftPage.objects.get(pk=draft.pk)


def comment_on(draft: DraftPage, name: str, language: str, **options: Any) -> Submission:
    """A published comment on a section of the current version, whose text names both."""
    version = draft.current_version
    assert version is not None
    place = [each.uid for each in version.sections.all()].index(UIDS[name])
    options = {"status": "published", **options}
    return submit(draft, f"{name} {language}", section=place, language=language, **options)


@pytest.fixture
def first(group: WorkingGroupPage) -> DraftPage:
    """A draft with a Spanish and an English comment on each section of its first version."""
    draft = make_draft(group, "tres", sections=list(FIRST.values()))
    for name in FIRST:
        for language in ("es", "en"):
            comment_on(draft, name, language)
    return draft


@pytest.fixture
def third(first: DraftPage) -> DraftPage:
    """The third version of that draft: each of its sections has become what its name says."""
    rows = {name: dict(row) for name, row in FIRST.items()}
    rows["reescrito"] = section("reescrito", "Habrá talleres.", "There will be workshops.")
    rows["vuelto"] = section("vuelto", "Lo segundo.", "The second.")
    second = publish(first, {"movido": rows.pop("movido"), **rows})
    rows = {"movido": FIRST["movido"], **rows}
    del rows["retirado"]
    rows["traducido"] = section("traducido", "Sin traducir aún.", "Translated by now.")
    rows["formato"] = section("formato", "Con <b>mucha</b> fuerza.", "With <i>force</i>.")
    rows["vuelto"] = FIRST["vuelto"]
    rows["corregido"] = section("corregido", "Las escuelas.", "The schools.")
    rows["encabezado"]["body_es"] = "<p>Hasta abril.</p>"
    return publish(second, rows)


EXPECTED = {
    **{
        f"{name} {language}": "unchanged"
        for name in ("igual", "movido", "traducido", "formato", "referencia", "vuelto")
        for language in ("es", "en")
    },
    "corregido es": "unchanged",
    "corregido en": "changed",
    **{
        f"{name} {language}": "changed"
        for name in ("reescrito", "encabezado")
        for language in ("es", "en")
    },
    "retirado es": "removed",
    "retirado en": "removed",
}


def marks(html: str) -> dict[str, str]:
    """By the comment's text, the mark of each card on a page."""
    found = {}
    for card in html.split('<article class="comment"')[1:]:
        text = re.search(r'<div class="written" lang="..">\s*<p>([^<]*)</p>', card)
        mark = re.search(r'class="carried (\w+)"', card)
        assert text
        found[text[1]] = mark[1] if mark else ""
    return found


def test_a_card_says_what_became_of_the_words(third: DraftPage, client: Client) -> None:
    html = client.get(COMMENTS).content.decode()
    assert third.versions.count() == 3
    assert marks(html) == EXPECTED


def test_no_mark_on_the_current_version_nor_on_the_whole(third: DraftPage, client: Client) -> None:
    Comment.objects.update(status="pending")
    comment_on(third, "reescrito", "es")
    whole = submit(third, "todo", section=None, status="published").comments.get()
    Comment.objects.filter(pk=whole.pk).update(version=third.versions.get(number=1))
    html = client.get(COMMENTS.replace("/es/", "/en/")).content.decode()
    assert marks(html) == {"todo": "", "reescrito es": ""}
    cards = html.split('<article class="comment"')
    assert ["on version 1" in cards[1], "on version 3" in cards[2]] == [True, True]


def test_the_difference_and_the_section_are_one_click_away(
    third: DraftPage, client: Client
) -> None:
    html = client.get(COMMENTS).content.decode()
    cards = {mark: card for card in html.split("<article")[1:] for mark in marks(f"<article{card}")}
    for name, difference, text in (
        ("igual", "", f"{HERE}#s-{UIDS['igual']}"),
        ("reescrito", f"{HERE}versions/1...3/", f"{HERE}#s-{UIDS['reescrito']}"),
        ("retirado", f"{HERE}versions/1...3/", f"{HERE}versions/1/#s-{UIDS['retirado']}"),
    ):
        links = re.findall(r'href="([^"]*)"', cards[f"{name} es"])
        assert text in links
        assert [link for link in links if "..." in link] == (
            [f"{difference}#s-{UIDS[name]}"] if difference else []
        )


def test_a_comments_own_page_has_the_words_then_and_now(third: DraftPage, client: Client) -> None:
    def page(text: str, language: str = "es") -> str:
        number = Comment.objects.get(body=text).number
        return client.get(f"/{language}/comments/{number}/").content.decode()

    html = page("reescrito es")
    then, _details, now = html.partition("<details")
    assert "Habrá cursos." in then
    assert "Habrá talleres." not in then
    assert "Habrá talleres." in now
    # A Spanish comment stands on the Spanish words, whoever reads it.
    then, _details, now = page("reescrito es", "en").partition("<details")
    assert "There will be courses." in then
    assert "The comment was written on the text in Spanish." in then
    assert 'lang="es"' in now
    assert "Habrá talleres." in now
    assert "workshops" not in now
    for unchanged in ("igual es", "retirado es"):
        assert "<details" not in page(unchanged).split("<main")[1]


def test_a_receipt_says_it_too(third: DraftPage, client: Client) -> None:
    sent = {each.comments.get().body: each for each in Submission.objects.all()}
    for text, mark in EXPECTED.items():
        html = client.get(f"/es/receipt/{sent[text].receipt}/").content.decode()
        assert marks(html) == {text: mark}
    receipt = sent["reescrito en"].receipt
    assert f"{HERE}versions/1...3/#s-" in client.get(f"/es/receipt/{receipt}/").content.decode()
    plain = client.get(f"/en/receipt/{receipt}/text/").content.decode()
    assert "on version 1 (text changed since)" in plain
    # What is not public any more is not linked to.
    third.unpublish()
    assert "versions/1...3" not in client.get(f"/es/receipt/{receipt}/").content.decode()


def options(html: str, name: str) -> dict[str, tuple[str, int]]:
    """By its value, the words and the count of each choice of a filter."""
    select = html.split(f'<select id="f-{name}"')[1].split("</select>")[0]
    found = re.findall(r'<option value="([^"]+)"[^>]*>(.*) \((\d+)\)</option>', select)
    return {value: (words, int(count)) for value, words, count in found}


@pytest.mark.parametrize("mark", ["unchanged", "changed", "removed"])
def test_narrowing_by_what_became_of_the_text(third: DraftPage, client: Client, mark: str) -> None:
    html = client.get(COMMENTS, {"text": mark}).content
    assert set(bodies(html)) == {text for text, each in EXPECTED.items() if each == mark}


def test_its_counts_heed_the_other_filters(third: DraftPage, client: Client) -> None:
    comment_on(third, "reescrito", "es")
    html = client.get(COMMENTS).content.decode()
    counts = {value: count for value, (_words, count) in options(html, "text").items()}
    assert counts == {"unchanged": 13, "changed": 5, "removed": 2}
    html = client.get(COMMENTS, {"section": str(UIDS["corregido"])}).content.decode()
    counts = {value: count for value, (_words, count) in options(html, "text").items()}
    assert counts == {"unchanged": 1, "changed": 1}
    html = client.get(COMMENTS, {"text": "changed"}).content.decode()
    counts = {value: count for value, (_words, count) in options(html, "section").items()}
    changed = {"corregido": 1, "reescrito": 2, "encabezado": 2}
    assert counts == {str(UIDS[name]): count for name, count in changed.items()}


def test_removed_sections_stand_apart(third: DraftPage, client: Client) -> None:
    html = client.get(COMMENTS.replace("/es/", "/en/")).content.decode()
    words = {value: words for value, (words, _count) in options(html, "section").items()}
    assert list(words)[-1] == str(UIDS["retirado"])
    assert words.pop(str(UIDS["retirado"])) == "Removed: 4 On retirado"
    assert not any("emoved" in each for each in words.values())


def test_counts_at_the_sections(third: DraftPage) -> None:
    comment_on(third, "reescrito", "es")
    comment_on(third, "reescrito", "en", status="pending")
    counts = voices(third)
    tallies = {name: counts.by_section[uid] for name, uid in UIDS.items()}
    assert {name: (each.total, each.earlier) for name, each in tallies.items()} == {
        **dict.fromkeys(UIDS, (2, 0)),
        "reescrito": (3, 2),
        "encabezado": (2, 2),
        "corregido": (2, 1),
    }
    (removed, tally) = counts.removed[0]
    found = (removed.uid, removed.version.number, removed.number, tally.total)
    assert found == (UIDS["retirado"], 1, "3", 2)


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


@pytest.mark.parametrize(
    "path",
    [COMMENTS, f"{COMMENTS}?text=changed", HERE, "/es/themes/equity/"],
)
def test_many_sections_cost_no_more_queries(
    group: WorkingGroupPage, client: Client, path: str
) -> None:
    def fill(count: int) -> None:
        draft = DraftPage.objects.get(slug="tres")
        rows = {
            str(n): {
                "uid": UUID(int=n + 1),
                "heading_es": f"Uno {n}",
                "body_es": f"<p>Uno {n}.</p>",
            }
            for n in range(count)
        }
        draft = publish(draft, rows)
        for place in range(count):
            submit(draft, f"c {place}", section=place, status="published", themes=("equity",))
        for row in rows.values():
            row["body_es"] = f"<p>Otro {draft.versions.count()}.</p>"
        publish(draft, rows)

    make_draft(group, "tres", sections=[])
    fill(2)
    client.get(path)
    few = queries(client, path)
    fill(30)
    client.get(path)
    assert queries(client, path) == few
