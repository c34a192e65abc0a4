"""From the front page to a receipt, by keyboard on a small telephone without script; then published."""

import re
import time

import pytest
import requests
from django.utils.translation import gettext as _, override
from playwright.sync_api import Locator, Page, expect

PASSWORD = "consulta-demo"
# Seconds from the chair's decision until everybody finds the comment.
SOON = 5.0
# More stops than any page of the site has.
STOPS = 600
JOURNEYS = {
    "es": {
        "draft": "Formación digital para el trabajo con inteligencia artificial",
        "comment": "La brecha digital no se cierra con cuarenta horas: hace falta señal en la sierra.",
        "theme": "Brecha digital",
        "searched": "brecha digital",
    },
    "en": {
        "draft": "Digital training for work with artificial intelligence",
        "comment": "Forty hours do not close the digital divide: the mountains have no signal.",
        "theme": "Digital divide",
        "searched": "digital divide",
    },
}


def has_focus(target: Locator) -> bool:
    return target.evaluate_all("found => found.includes(document.activeElement)")


def reach(target: Locator, key: str = "Tab") -> Locator:
    """`target` with the focus on it (one of it, if it is a group), by as many presses as it takes."""
    expect(target.first).to_be_visible()
    for _stop in range(STOPS):
        if has_focus(target):
            return target
        target.page.keyboard.press(key)
    raise AssertionError(f"{target} cannot be reached by keyboard")


def press(target: Locator, key: str) -> None:
    """Press `key` on `target`, once it has the focus."""
    reach(target)
    target.page.keyboard.press(key)


def choose(radio: Locator) -> None:
    """Choose a radio button as keyboards do: into its group, then along it."""
    group = radio.page.locator(f'[name="{radio.get_attribute("name")}"]')
    reach(group)
    reach(radio, "ArrowDown")
    if not radio.is_checked():
        radio.page.keyboard.press("Space")
    expect(radio).to_be_checked()


@pytest.mark.parametrize("lang", JOURNEYS)
def test_from_the_front_page_to_a_published_comment(
    page_no_js: Page, page: Page, site: str, lang: str
) -> None:
    words = JOURNEYS[lang]
    with override(lang):
        number = take_part(page_no_js, lang, words)
        expect(page_no_js.locator(f"#comment-{number} .status")).to_have_text(
            _("waiting for review")
        )
    approve(page, number)
    decided = time.monotonic()
    other = "en" if lang == "es" else "es"
    for reader, typed in ((lang, words["searched"]), (other, JOURNEYS[other]["searched"])):
        while not found(site, reader, typed, number):
            assert time.monotonic() - decided < SOON, (reader, typed)
            time.sleep(0.1)
    page_no_js.reload()
    with override(lang):
        expect(page_no_js.locator(f"#comment-{number} .status")).to_have_text(_("published"))
        press(page_no_js.get_by_role("link", name=_("See it where everybody sees it")), "Enter")
    expect(page_no_js).to_have_url(f"{site}/{lang}/comments/{number}/")
    expect(page_no_js.get_by_text(words["comment"])).to_be_visible()


def take_part(page: Page, lang: str, words: dict[str, str]) -> int:
    """Find the draft, comment on a section of it, send; the number that the receipt gives."""
    page.goto(f"/{lang}/")
    press(page.get_by_role("link", name=words["draft"]), "Enter")
    expect(page.get_by_role("heading", level=1, name=words["draft"])).to_be_visible()
    section = page.get_by_role("link", name=_("Comment on this section")).nth(2)
    uid = str(section.get_attribute("href")).partition("section=")[2]
    press(section, "Enter")
    expect(page.get_by_role("heading", level=1, name=_("Take part"))).to_be_visible()
    expect(page.get_by_label(_("Which part of the draft"))).to_have_value(uid)
    choose(page.get_by_role("radio", name=_("support with changes")))
    reach(page.get_by_role("textbox", name=_("Your comment"), exact=True))
    page.keyboard.type(words["comment"])
    more = _("Add themes, evidence or the kind of comment")
    press(page.locator("summary").filter(has_text=more), "Enter")
    press(page.get_by_role("checkbox", name=words["theme"], exact=True), "Space")
    choose(page.get_by_role("radio", name=_("a person")))
    for consent in (
        _("I have read the privacy notice and agree to it"),
        _("I agree to the publication of my comments once they have been reviewed"),
    ):
        press(page.get_by_role("checkbox", name=consent), "Space")
    press(page.get_by_role("button", name=_("Send"), exact=True), "Enter")
    expect(page).to_have_url(re.compile(rf"/{lang}/receipt/AC-[0-9A-Z-]+/$"))
    expect(page.get_by_role("heading", level=1, name=_("Your receipt"))).to_be_visible()
    expect(page.get_by_text(words["comment"])).to_be_visible()
    received = page.locator("article.comment")
    expect(received).to_have_count(1)
    return int(str(received.get_attribute("id")).removeprefix("comment-"))


def approve(page: Page, number: int) -> None:
    """Sign in as a chair, find the comment in the queue, publish it."""
    page.goto("/admin/")
    reach(page.locator("#id_username"))
    page.keyboard.type("chair1")
    reach(page.locator("#id_password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    press(page.get_by_role("link", name=re.compile(rf"^{_('Comments')} \(\d+\)$")), "Enter")
    # Others may wait before it.
    reach(page.locator('main input[name="q"]'))
    page.keyboard.type(str(number))
    press(page.get_by_role("link", name=f"№ {number}", exact=True), "Enter")
    press(page.get_by_role("button", name=_("Approve and publish")), "Enter")
    expect(page.locator(".messages")).to_contain_text(f"№ {number}")


def found(site: str, lang: str, typed: str, number: int) -> bool:
    """Whether the public finds the comment among the newest that answer `typed`."""
    asked = {"q": typed, "type": "comment", "sort": "newest"}
    answer = requests.get(f"{site}/{lang}/search/", asked, timeout=SOON)
    return f'href="/{lang}/comments/{number}/' in answer.text
