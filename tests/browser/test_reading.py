"""Reading a draft in two languages and over its versions, with and without script."""

import re
from collections.abc import Iterator

import pytest
from django.utils.translation import gettext as _, override
from playwright.sync_api import Page, expect

DRAFT = "groups/ia-trabajo/formacion-digital-trabajo-ia/"
OTHER = {"es": "en", "en": "es"}
LABELS = {"es": "Español", "en": "English"}


@pytest.fixture(params=["with script", "without script"])
def reader(request: pytest.FixtureRequest) -> Page:
    """A desk's screen that runs scripts, or a small telephone that runs none."""
    name = "page" if request.param == "with script" else "page_no_js"
    return request.getfixturevalue(name)


@pytest.fixture(params=["es", "en"])
def code(request: pytest.FixtureRequest) -> Iterator[str]:
    with override(request.param):
        yield request.param


def test_both_languages_are_read_side_by_side_and_the_place_is_kept(
    reader: Page, code: str
) -> None:
    reader.goto(f"/{code}/{DRAFT}")
    section = reader.locator("section.section[id^='s-']").nth(3)
    place = f"#{section.get_attribute('id')}"
    heading = section.get_by_role("heading").first.inner_text()
    section.get_by_role("link", name=_("Both languages")).click()
    expect(reader).to_have_url(re.compile(f"/{code}/{DRAFT}bilingual/{place}$"))
    pair = reader.locator(place)
    expect(pair).to_be_in_viewport()
    columns = pair.locator(".pair > div")
    expect(columns).to_have_count(2)
    expect(columns.first).to_have_attribute("lang", code)
    expect(columns.first.get_by_role("heading").first).to_have_text(heading)
    other = columns.last
    expect(other).to_have_attribute("lang", OTHER[code])
    there = other.get_by_role("heading").first.inner_text()
    first, last = columns.first.bounding_box(), other.bounding_box()
    assert first
    assert last
    if reader.viewport_size and reader.viewport_size["width"] > 1000:
        assert last["x"] > first["x"] + first["width"] / 2
    else:
        assert last["y"] > first["y"]
    # To the other language alone, at the same section.
    with override(OTHER[code]):
        other.get_by_role("link", name=_("Only in this language")).click()
    expect(reader).to_have_url(re.compile(f"/{OTHER[code]}/{DRAFT}{place}$"))
    expect(reader.locator(place)).to_be_in_viewport()
    expect(reader.locator(place).get_by_role("heading").first).to_have_text(there)
    # And back again from beside the section.
    reader.locator(place).get_by_role("link", name=LABELS[code]).click()
    expect(reader).to_have_url(re.compile(f"/{code}/{DRAFT}{place}$"))
    expect(reader.locator(place).get_by_role("heading").first).to_have_text(heading)


def test_script_keeps_the_place_from_the_head_of_the_page_too(page: Page, code: str) -> None:
    page.goto(f"/{code}/{DRAFT}")
    section = page.locator("section.section[id^='s-']").nth(4)
    place = section.get_attribute("id")
    section.evaluate("section => section.scrollIntoView()")
    switch = page.locator(f"header.bar a[hreflang={OTHER[code]}]")
    expect(switch).to_have_attribute("href", re.compile(f"#{place}$"))


def test_two_versions_are_compared(reader: Page, code: str) -> None:
    reader.goto(f"/{code}/{DRAFT}")
    reader.get_by_role("link", name=_("What changed with this version")).click()
    expect(reader).to_have_url(re.compile(r"versions/1\.\.\.2/$"))
    table = reader.get_by_role("table").first
    row = table.get_by_role("row").nth(1)
    row.get_by_role("link").first.click()
    changed = reader.locator(reader.evaluate("location.hash"))
    expect(changed).to_be_in_viewport()
    expect(changed.locator("ins, del").first).to_be_visible()
    same = reader.locator("main section details").first
    expect(same.locator(".text").first).to_be_hidden()
    same.locator("summary").press("Enter")
    expect(same.locator(".text").first).to_be_visible()


def test_a_reference_and_a_note_are_followed(reader: Page, code: str) -> None:
    reader.goto(f"/{code}/{DRAFT}")
    link = reader.locator("a.reference").first
    number = link.inner_text()
    link.click()
    section = reader.locator(reader.evaluate("location.hash"))
    expect(section).to_be_in_viewport()
    expect(section.locator(".n").first).to_have_text(number)
    mark = reader.locator("sup.mark a").first
    mark.click()
    note = reader.locator(reader.evaluate("location.hash"))
    expect(note).to_be_in_viewport()
    note.locator("> a").click()
    expect(mark).to_be_in_viewport()


def test_a_term_is_explained_on_demand(reader: Page, code: str) -> None:
    reader.goto(f"/{code}/{DRAFT}")
    term = reader.locator("a.term").first
    definition = reader.locator(str(term.get_attribute("href")))
    expect(definition).to_be_hidden()
    term.focus()
    before = reader.evaluate("scrollY")
    reader.keyboard.press("Enter")
    expect(definition).to_be_visible()
    expect(definition).to_be_in_viewport()
    # One stays where one read.
    assert reader.evaluate("scrollY") == pytest.approx(before, abs=400)
    expect(term).to_be_in_viewport()
    definition.get_by_role("link").press("Enter")
    expect(definition).to_be_hidden()
    expect(term).to_be_in_viewport()


def test_an_earlier_version_says_so(reader: Page, code: str) -> None:
    reader.goto(f"/{code}/{DRAFT}versions/")
    reader.get_by_role("link", name=_("Version %(number)s") % {"number": 1}, exact=True).click()
    expect(reader.locator(".note").first).to_contain_text("2")
    reader.get_by_role("link", name=_("See what changed")).click()
    expect(reader).to_have_url(re.compile(r"versions/1\.\.\.2/$"))
