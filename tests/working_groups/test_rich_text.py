"""Texts through Wagtail's editor and back: nothing that is in one is lost on the way."""

import json
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings, strategies as st
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.test.utils.form_data import inline_formset

from consult.common.markup import canonical, parse, text_of
from consult.pages.models import HomePage, PlainPage
from tests.factories import make_draft
from tests.working_groups.test_editor import editor_form, section
from working_groups.contentstate import to_contentstate, to_html
from working_groups.models import DraftPage, WorkingGroupPage

UID = "0d35214b-7c96-4564-9c72-7528d73ffbd8"
TABLE = (
    '<table><caption>Horas <b>por nivel</b></caption><thead><tr><th scope="col">Nivel</th>'
    '<th colspan="2">Horas</th></tr></thead><tbody><tr><td rowspan="2">A<br>B</td>'
    "<td><b>40</b><small>al año</small></td><td>H<sub>2</sub></td></tr><tr><td>x</td><td>y</td></tr>"
    "</tbody></table>"
)
SURVIVES = {
    "paragraphs": "<p>Uno</p><p>dos <b>tres <i>cuatro</i></b>.</p>",
    "a line's end": "<p>Uno<br>dos</p>",
    "headings": "<h3>Uno</h3><h4>dos</h4><h2>tres</h2><h5>cuatro</h5>",
    "marks": "<p>H<sub>2</sub>O, m<sup>2</sup>, <s>no</s>, <code>a<br>b</code></p>",
    "signs beyond the first plane": "<p>😀 <b>á😀</b> fin <i>x</i></p>",
    "a footnote": '<p>Uno<small>nota <b>b</b>, <a href="https://x.example/">l</a>, fin</small>.</p>',
    "a footnote that begins in bold": "<p>Uno<small><b>nota</b> fin</small></p>",
    "a footnote within bold words": "<p><b>uno<small>nota</small> dos</b></p>",
    "two footnotes": "<p>Uno<small>a</small> <small>b</small></p>",
    "a reference": f'<p>Vea <a linktype="section" uid="{UID}">2.3</a>, <b>y</b>.</p>',
    "links": (
        '<p><a href="https://x.example/?a=1&amp;b=2"><b>uno</b></a> <a href="mailto:a@x.example">b</a>'
        ' <a linktype="page" id="99999">c</a> <a linktype="document" id="99999">d</a></p>'
    ),
    "two links side by side": '<p><a href="https://a.example/">a</a><a href="https://b.example/">b</a></p>',
    "nested lists": (
        "<ul><li>a<ul><li>b<ol><li>c<ul><li>d<ul><li>e</li></ul></li></ul></li></ol></li><li>f</li>"
        "</ul></li><li>g</li></ul>"
    ),
    "a list that begins later": '<ol start="5"><li>a</li><li>b</li></ol>',
    "lists one after the other": "<ol><li>a</li></ol><ol><li>b</li></ol><ul><li>c</li></ul>",
    "two lists in an item": "<ul><li>a<ul><li>x</li></ul><ol><li>y</li></ol></li></ul>",
    "a quotation as Word gives it": "<blockquote>a<br>b <b>c</b></blockquote><p>d</p>",
    "quotations of paragraphs": (
        "<blockquote><p>a</p><p>b</p></blockquote><blockquote><p>c</p></blockquote>"
    ),
    "a line": "<p>a</p><hr><p>b</p>",
    "a table": f"<p>a</p>{TABLE}<p>b</p>",
    "tables one after the other": TABLE + TABLE,
    # What the editor cannot hold is kept as it is.
    "a list in a quotation": "<blockquote><p>a</p><ul><li>b</li></ul></blockquote>",
    "an item of several paragraphs": "<ol><li>a<p>b</p></li><li>c</li></ol>",
    "words below a nested list": "<ul><li>a<ul><li>b</li></ul>c</li></ul>",
    "a table in a list": f"<ul><li>a{TABLE}</li></ul>",
    "a division": "<div><p>a</p></div>",
    "something embedded": '<embed embedtype="media" url="https://x.example/">',
    "an empty item": "<ul><li></li><li>a</li></ul>",
    "nothing": "",
}
# What the editor has another form for, which says the same.
CHANGES = {
    "<ul><li><p>a</p></li></ul>": "<ul><li>a</li></ul>",
    "uno <b>dos</b>": "<p>uno <b>dos</b></p>",
    "<p><i><b>a</b></i></p>": "<p><b><i>a</i></b></p>",
    "<p><a>a</a></p>": "<p>a</p>",
}


def through_the_editor(html: str) -> str:
    return canonical(to_html(to_contentstate(html)))


@pytest.mark.django_db
@pytest.mark.parametrize("html", SURVIVES.values(), ids=SURVIVES)
def test_what_survives_the_editor(html: str) -> None:
    assert through_the_editor(html) == canonical(html)


@pytest.mark.parametrize(("html", "changed"), CHANGES.items())
def test_what_the_editor_says_otherwise(html: str, changed: str) -> None:
    assert through_the_editor(html) == changed


def inline(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    marks = st.sampled_from(["b", "i", "s", "sub", "sup", "code", "small"])
    return st.one_of(
        st.builds("<{0}>{1}</{0}>".format, marks, children),
        st.builds('<a href="https://x.example/">{}</a>'.format, children),
        st.builds(f'<a linktype="section" uid="{UID}">{{}}</a>'.format, st.just("1.1")),
        st.builds("{}{}".format, children, children),
        st.builds("{}<br>{}".format, children, children),
    )


WORDS = st.recursive(
    st.sampled_from(["a", "ñu ", " 😀", "x &amp; y", "&lt;b&gt;"]), inline, max_leaves=8
)
ITEMS = st.recursive(
    st.builds("<li>{}</li>".format, WORDS),
    lambda inner: st.builds(
        "<li>{0}<{1}>{2}</{1}></li>".format, WORDS, st.sampled_from(["ul", "ol"]), inner
    ),
    max_leaves=6,
)
BODIES = st.lists(
    st.one_of(
        st.builds("<p>{}</p>".format, WORDS),
        st.builds("<h3>{}</h3>".format, WORDS),
        st.builds("<blockquote><p>{}</p><p>{}</p></blockquote>".format, WORDS, WORDS),
        st.builds("<{0}>{1}{2}</{0}>".format, st.sampled_from(["ul", "ol"]), ITEMS, ITEMS),
        st.builds("<table><tbody><tr><td>{}</td></tr></tbody></table>".format, WORDS),
        st.builds("<div>{}</div>".format, WORDS),
        st.just("<hr>"),
    ),
    max_size=5,
).map("".join)


def letters(html: str) -> str:
    """All that is to be read, in order, without blanks and the brackets of notes."""
    return re.sub(r"[\s\[\]]", "", text_of(parse(html)))


@settings(deadline=None)
@given(BODIES)
def test_no_word_is_lost_and_a_second_time_changes_nothing(html: str) -> None:
    once = through_the_editor(html)
    # Two notes that a link within a link made of one are one again, so their ends do not count.
    assert letters(once) == letters(html)
    assert through_the_editor(once) == once


@settings(deadline=None)
@given(
    st.text()
    | st.recursive(
        st.none() | st.integers() | st.text(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(st.sampled_from(["blocks", "entityMap", "type", "text"]), x)
        ),
    ).map(json.dumps)
)
def test_what_no_editor_sent_is_words(posted: str) -> None:
    assert isinstance(to_html(posted), str)


def test_what_was_pasted_is_cleaned() -> None:
    table = {
        "html": '<table onclick="a()"><tr><td><script>a()</script><img src="x">uno</td></tr></table>'
    }
    link = {"url": "javascript:a()"}
    block: dict[str, Any] = {"key": "a", "depth": 0, "inlineStyleRanges": []}
    content = {
        "blocks": [
            block
            | {
                "type": "atomic",
                "text": " ",
                "entityRanges": [{"offset": 0, "length": 1, "key": 0}],
            },
            block
            | {
                "type": "unstyled",
                "text": "dos",
                "entityRanges": [{"offset": 0, "length": 3, "key": 1}],
            },
        ],
        "entityMap": {
            "0": {"type": "TABLE", "mutability": "IMMUTABLE", "data": table},
            "1": {"type": "LINK", "mutability": "MUTABLE", "data": link},
        },
    }
    html = canonical(to_html(json.dumps(content)))
    assert html == "<table><tbody><tr><td>uno</td></tr></tbody></table><p><a>dos</a></p>"


def test_a_block_keeps_the_name_that_comments_know_it_by() -> None:
    html = to_html(
        to_contentstate(
            '<p data-block-key="abcde">uno</p><ul><li data-block-key="fghij">a</li></ul>'
        )
    )
    soup = BeautifulSoup(html, "html.parser")
    assert [each["data-block-key"] for each in soup.select("[data-block-key]")] == [
        "abcde",
        "fghij",
    ]


def test_what_each_editor_offers(site: HomePage) -> None:
    offered = {}
    for name in ("default", "section"):
        options = get_rich_text_editor_widget(name).options
        offered[name] = {
            *(each["type"] for each in options["inlineStyles"]),
            *(each["type"] for each in options["entityTypes"]),
        }
    assert offered["section"] - offered["default"] == {"FOOTNOTE", "SECTION"}
    # What has no button is shown all the same: without its kind the editor would break.
    assert {"TABLE", "KEPT"} <= offered["default"]


def post_section(client: Client, draft: DraftPage, **fields: Any) -> DraftPage:
    row = draft.sections.get()
    data = editor_form(
        slug=draft.slug, sections=inline_formset([section(id=row.pk, **fields)], initial=1)
    )
    address = reverse("wagtailadmin_pages:edit", args=(draft.pk,))
    assert client.post(address, data | {"action-publish": "1"}).status_code == 302
    return DraftPage.objects.get(pk=draft.pk)


@pytest.mark.parametrize("html", CHANGES)
def test_a_text_that_nobody_touched_stays_to_the_letter(
    client: Client, staff_user: User, group: WorkingGroupPage, html: str
) -> None:
    draft = make_draft(group, "vivo", sections=[{"heading_es": "Uno", "body_es": html}])
    client.force_login(staff_user)
    draft = post_section(client, draft, heading_es="Otro", body_es=to_contentstate(html))
    assert draft.sections.get().body_es == html
    draft = post_section(
        client, draft, heading_es="Otro", body_es=to_contentstate(html + "<p>z</p>")
    )
    assert draft.sections.get().body_es != html


def test_a_plain_page_with_a_line_break_opens(
    client: Client, staff_user: User, site: HomePage
) -> None:
    page = PlainPage.objects.get(slug="about")
    page.body_es = "<p>Uno<br>dos</p><hr>" + TABLE
    page.save_revision().publish()
    client.force_login(staff_user)
    response = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    value = BeautifulSoup(response.content, "html.parser").select_one("#id_body_es")["value"]
    assert [block["type"] for block in json.loads(value)["blocks"]] == [
        "unstyled", "atomic", "unstyled", "atomic", "unstyled",
    ]  # fmt: skip
