"""The search page as people use it: by its buttons, by keyboard, and as one types."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils.translation import gettext as _, ngettext, override
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.browser.conftest import opened
from tests.browser.test_accessibility import WCAG_2_2_AA

WORD = {"es": "educacion", "en": "training"}
BEGINNING = {"es": "indi", "en": "indig"}
OTHER_WORD = {"es": "brecha", "en": "divide"}
PART = re.compile(r"[?&]part=1")


@pytest.fixture(params=["es", "en"])
def code(request: pytest.FixtureRequest) -> Iterator[str]:
    with override(request.param):
        yield request.param


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Page]:
    """A small telephone that runs scripts."""
    yield from opened(browser.new_context(base_url=site, viewport={"width": 320, "height": 640}))


@pytest.fixture
def asked(page: Page) -> list[dict[str, list[str]]]:
    """What the page's script asked the server for, as it asks."""
    questions: list[dict[str, list[str]]] = []

    def note(request: Request) -> None:
        if PART.search(request.url):
            questions.append(parse_qs(urlsplit(request.url).query))

    page.on("request", note)
    return questions


def results(page: Page) -> int:
    """How many results the page says there are."""
    found = re.match(r"\d+", page.locator("#results").inner_text())
    return int(found.group()) if found else 0


def said(total: int) -> str:
    return ngettext("%(total)s result", "%(total)s results", total) % {"total": total}


def caret(page: Page) -> list[int]:
    return page.evaluate(
        "[document.activeElement.selectionStart, document.activeElement.selectionEnd]"
    )


def choice(page: Page, name: str, value: str):
    return page.locator(f"input[name='{name}'][value='{value}']")


def test_without_script_one_searches_chooses_and_takes_away(page_no_js: Page, code: str) -> None:
    page = page_no_js
    page.goto(f"/{code}/search/")
    page.locator("#q").fill(WORD[code])
    page.locator("#q").press("Enter")
    expect(page).to_have_url(re.compile(f"q={WORD[code]}"))
    everything = results(page)
    assert everything
    narrow = page.locator("summary", has_text=_("Narrow down"))
    narrow.click()
    choice(page, "type", "section").check()
    page.get_by_role("button", name=_("Apply")).last.click()
    chip = page.locator(".chips a").first
    expect(chip).to_contain_text(_("section of a draft"))
    assert 0 < results(page) < everything
    # What was chosen does not push the hits out of sight.
    expect(page.locator("details.facets")).not_to_have_attribute("open", "")
    chip.click()
    expect(page.locator(".chips")).to_have_count(0)
    assert results(page) == everything


def test_a_search_within_a_draft_begins_on_its_page(page_no_js: Page, code: str) -> None:
    page = page_no_js
    page.goto(f"/{code}/groups/ia-trabajo/formacion-digital-trabajo-ia/")
    page.locator("form.within input[type=search]").fill(WORD[code])
    page.locator("form.within button").click()
    expect(page.locator(".scope")).to_contain_text(_("in the draft")[1:])
    within = results(page)
    page.get_by_role("link", name=_("Search everywhere")).click()
    assert results(page) > within > 0


def test_results_follow_what_is_typed(page: Page, asked: list, code: str) -> None:
    page.goto(f"/{code}/search/")
    everything = results(page)
    words = page.locator("#q")
    words.click()
    words.press_sequentially(WORD[code], delay=20)
    expect(page.locator("#results")).not_to_have_text(said(everything))
    assert results(page)
    # One request after the pause, none for each key.
    assert [question["q"] for question in asked] == [[WORD[code]]]
    assert asked[0]["unfinished"] == ["1"]
    expect(page.locator("#search-said")).to_have_text(said(results(page)))
    # The address can be shared, and nothing was taken out of the person's hands.
    expect(page).to_have_url(re.compile(rf"/{code}/search/\?q={WORD[code]}$"))
    expect(words).to_be_focused()
    assert caret(page) == [len(WORD[code])] * 2
    expect(page.locator(".bar a[hreflang]")).to_have_attribute(
        "href", re.compile(rf"\?q={WORD[code]}$")
    )
    shown = results(page)
    page.reload()
    # What means the same joins them where the words are all there.
    assert results(page) >= shown


def test_what_is_chosen_meanwhile_keeps_to_the_beginning_of_a_word(page: Page, code: str) -> None:
    page.goto(f"/{code}/search/")
    page.locator("#q").press_sequentially(BEGINNING[code])
    expect(page).to_have_url(re.compile(f"q={BEGINNING[code]}$"))
    everything = results(page)
    for kind in page.locator("details[data-key=type] label").all():
        # Each leads to as many as it says.
        promised = int(kind.locator(".count").inner_text().strip("()"))
        kind.locator("input").check()
        expect(page.locator("#results")).to_have_text(said(promised))
        page.go_back()
        expect(page.locator("#results")).to_have_text(said(everything))


def test_the_newest_question_wins(page: Page, code: str) -> None:
    page.goto(f"/{code}/search/")
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route(PART, hold_the_first)
    words = page.locator("#q")
    words.fill(OTHER_WORD[code])
    expect(page.locator("#search-page")).to_have_attribute("aria-busy", "true")
    with page.expect_response(PART):
        words.fill(WORD[code])
    expect(page).to_have_url(re.compile(f"q={WORD[code]}"))
    shown = page.locator("#results").inner_text()
    held[0].fulfill(status=200, body="<title>x</title><div id=search-page>late</div>")
    page.wait_for_timeout(200)
    assert page.locator("#results").inner_text() == shown


def test_choices_apply_at_once_and_the_back_button_takes_them_back(page: Page, code: str) -> None:
    page.goto(f"/{code}/search/?q={WORD[code]}")
    counts = [results(page)]
    boxes = page.locator("input[name=theme]")
    for number in (1, 0):
        box = boxes.nth(number)
        value = str(box.get_attribute("value"))
        box.focus()
        page.keyboard.press("Space")
        expect(page).to_have_url(re.compile(f"theme={value}"))
        # The box is the same as before: whoever uses the keyboard stays where they were.
        expect(choice(page, "theme", value)).to_be_focused()
        expect(choice(page, "theme", value)).to_be_checked()
        counts.append(results(page))
    expect(page.locator(".chips li")).to_have_count(3)
    for number in (1, 0):
        page.go_back()
        expect(page.locator(".chips a:not(.all)")).to_have_count(number)
        expect(page.locator("input[name=theme]:checked")).to_have_count(number)
        expect(page.locator("#results")).to_have_text(said(counts[number]))
    page.go_forward()
    expect(page.locator("input[name=theme]:checked")).to_have_count(1)


def test_all_of_it_by_keyboard_on_a_small_telephone(phone: Page, code: str) -> None:
    page = phone
    page.goto(f"/{code}/search/")
    for _step in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "q":
            break
    page.keyboard.type(WORD[code])
    expect(page).to_have_url(re.compile(f"q={WORD[code]}"))
    page.keyboard.press("Enter")
    expect(page.locator("#results")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("details.facets > summary")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("input[name=type]").first).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".chips a")).to_have_count(1)
    # The panel stays open and the box keeps the focus.
    expect(page.locator("input[name=type]").first).to_be_focused()
    expect(page.locator("details.facets")).to_have_attribute("open", "")
    page.locator(".chips a").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chips")).to_have_count(0)
    expect(page.locator("#results")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#sort")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".results a").first).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_word_that_is_being_composed_is_left_alone(page: Page, asked: list) -> None:
    page.goto("/es/search/")
    page.locator("#q").click()
    ime = page.context.new_cdp_session(page)
    ime.send("Input.imeSetComposition", {"text": "educaci", "selectionStart": 7, "selectionEnd": 7})
    page.wait_for_timeout(700)
    assert asked == []
    ime.send("Input.insertText", {"text": "educación"})
    expect(page).to_have_url(re.compile("q=educaci%C3%B3n"))
    assert len(asked) == 1


def test_where_the_network_fails_the_browser_searches_by_itself(page: Page) -> None:
    page.goto("/es/search/")
    page.route(PART, lambda route: route.abort())
    page.locator("#q").fill("educacion")
    page.wait_for_timeout(600)
    expect(page.locator("#q")).to_have_value("educacion")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=educacion$"))
    assert results(page)


def test_who_saves_data_is_asked_for_nothing_as_they_type(page: Page, asked: list) -> None:
    page.add_init_script(
        "Object.defineProperty(navigator, 'connection', {value: {saveData: true}})"
    )
    page.goto("/es/search/")
    page.locator("#q").press_sequentially("educacion")
    page.wait_for_timeout(700)
    assert asked == []
    expect(page.get_by_role("button", name="Aplicar").first).to_be_visible()
    page.locator("#q").press("Enter")
    expect(page).to_have_url(re.compile(r"q=educacion"))


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_where_everything_is_unfolded(
    browser: Browser, site: str, width: int, color_scheme: str
) -> None:
    # The site's policy lets no script of others run, axe's included.
    context = browser.new_context(
        base_url=site,
        bypass_csp=True,
        color_scheme=color_scheme,
        viewport={"width": width, "height": 900},
    )
    page = context.new_page()
    page.goto("/es/search/?q=maquiladora+capacitasion&type=section&type=comment&since=2020-01-31")
    for details in page.locator("main details").all():
        details.evaluate("each => each.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    violations = Axe().run(page, options=WCAG_2_2_AA).response["violations"]
    assert not violations, violations
    context.close()
