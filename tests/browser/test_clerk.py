"""A clerk keys in a paper form, by keyboard alone; the screens with axe, small and large."""

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import WCAG_2_2_AA
from tests.browser.test_journey import choose, press, reach

PASSWORD = "consulta-demo"


@pytest.fixture
def clerk(page: Page) -> Page:
    page.goto("/admin/login/")
    page.locator("#id_username").fill("clerk")
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{page.url.partition('/admin/')[0]}/admin/")
    page.goto("/admin/entries/")
    return page


def key_in(page: Page, words: str) -> str:
    """Fill in the form in which the batch's facts are known or not yet; the receipt."""
    choose(page.locator('[name="comment-0-stance"][value="oppose"]'))
    reach(page.locator('[name="comment-0-body"]'))
    page.keyboard.type(words)
    choose(page.locator('[name="you-respondent_kind"][value="person"]'))
    for name in ("you-privacy", "you-publication"):
        press(page.locator(f'[name="{name}"]'), "Space")
    page.keyboard.press("Control+Enter")
    shown = page.locator(".entry-saved .entry-receipt")
    expect(shown).to_be_visible()
    return shown.inner_text()


def test_one_paper_form_after_another_by_keyboard(clerk: Page) -> None:
    page = clerk
    press(page.locator(".entry-drafts h2 a").first, "Enter")
    choose(page.locator('[name="batch-channel"][value="paper"]'))
    reach(page.locator('[name="batch-place"]'))
    page.keyboard.type("Parral")
    page.locator('[name="batch-day"]').fill(timezone.localdate().isoformat())
    choose(page.locator('[name="batch-language"][value="es"]'))
    first = key_in(page, "El curso debe ser en domingo no, entre semana.")
    expect(page.locator('[name="batch-place"]')).to_have_value("Parral")
    expect(page.locator('[name="comment-0-body"]')).to_have_value("")
    second = key_in(page, "Que pongan guardería.")
    assert first != second
    page.goto("/admin/entries/")
    for receipt in (first, second):
        expect(page.get_by_role("link", name=receipt)).to_be_visible()
    # A mistake is corrected where it stands.
    page.get_by_role("link", name=second).press("Enter")
    reach(page.locator('textarea[name$="-body"]'))
    page.keyboard.press("Control+End")
    page.keyboard.type(" Y que sea gratis.")
    page.keyboard.press("Control+Enter")
    expect(page.locator('textarea[name$="-body"]')).to_have_value(
        "Que pongan guardería. Y que sea gratis."
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_the_clerks_screens(clerk: Page, width: int, scheme: Any) -> None:
    page = clerk
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    entry = page.locator(".entry-drafts h2 a").first.get_attribute("href")
    assert entry
    look(page, width)
    page.goto(entry)
    look(page, width)
    page.locator('main button[name="next"]').last.click()
    expect(page.locator(".entry-errors")).to_be_visible()
    look(page, width)
    for lines in ([{"source_id": f"{width}{scheme}"}], [line(f"{width}{scheme}")]):
        page.goto(f"{entry}import/")
        look(page, width)
        content = "\n".join(map(json.dumps, lines)).encode()
        file = {"name": "a.jsonl", "mimeType": "application/json", "buffer": content}
        page.locator("#id_file").set_input_files(file)  # type: ignore[arg-type]
        page.locator('main button[type="submit"]').click()
        look(page, width)
    page.locator('main button[name="confirm"]').click()
    expect(page.locator(".entry-saved")).to_be_visible()
    look(page, width)


def line(name: str) -> dict[str, Any]:
    return {
        "source_id": name,
        "received_at": "2026-11-03T09:30:00-06:00",
        "lang": "es",
        "respondent": {"kind": "person"},
        "comments": [{"section": "zonas-rurales", "body": f"Hace falta señal, caso {name}."}],
    }


def look(page: Page, width: int) -> None:
    """Nothing for axe to find in what is ours, and nothing wider than the screen."""
    expect(page.locator("main h1, main h2").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    found = Axe().run(page, context="main", options=WCAG_2_2_AA).response["violations"]
    assert not [
        f"{page.url} {violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]
    assert page.evaluate("document.querySelector('main').scrollWidth") <= width
