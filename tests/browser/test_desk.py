"""The chair's desk in a browser: by keyboard only, with the pointer, and without script."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.serving import environment_of, manage

DESK = "/admin/comments/desk/?q="
PREPARE = """
from tests.factories import comment_on
from working_groups.models import DraftPage
draft = DraftPage.objects.get(slug="formacion-digital-trabajo-ia")
for n in range(20):
    comment_on(draft, f"Con teclado {n}.")
for n in range(4):
    comment_on(draft, f"Con puntero {n}: pregunte por Luz Marina o llame al 656 123 4567.")
"""


@pytest.fixture(scope="module", autouse=True)
def comments(site: str, var: Path) -> None:
    """Comments that wait, beside those of the demonstration."""
    manage(environment_of(var), "shell", "--command", PREPARE)


def statuses(var: Path, words: str) -> list[str]:
    """The status of each comment with `words` in it, in their order."""
    ask = (
        "from consult.submissions.models import Comment;"
        f"print(*Comment.objects.filter(body__contains={words!r}).values_list('status', flat=True))"
    )
    return manage(environment_of(var), "shell", "--verbosity=0", "--command", ask).split()


def sign_in(page: Page) -> None:
    page.goto("/admin/login/")
    page.fill("#id_username", "chair1")
    page.fill("#id_password", "consulta-demo")
    page.press("#id_password", "Enter")
    page.wait_for_url("**/admin/")


def test_twenty_by_keyboard_only(page: Page, var: Path) -> None:
    sign_in(page)
    page.goto(f"{DESK}teclado")
    for n in range(20):
        expect(page.locator("#comment-content")).to_contain_text(f"Con teclado {n}.")
        with page.expect_navigation():
            if n % 2:
                # The fourth reason, then the rejection.
                page.keyboard.press("4")
                page.keyboard.press("r")
            else:
                page.keyboard.press("p")
    expect(page).to_have_url(
        "**/admin/comments/?q=teclado".replace("**", page.url.split("/admin")[0])
    )
    assert statuses(var, "Con teclado") == ["published", "rejected"] * 10


def test_keys_that_lead_and_keys_that_are_off(page: Page, var: Path) -> None:
    sign_in(page)
    page.goto(f"{DESK}puntero")
    # A rejection without a reason leads to the reasons; while one writes, letters are letters.
    page.keyboard.press("r")
    expect(page.locator("#id_reason_code")).to_be_focused()
    page.locator("#id_note").focus()
    page.keyboard.type("pruch")
    expect(page.locator("#id_note")).to_have_value("pruch")
    page.locator("summary", has_text="Tecl").or_(page.locator("summary", has_text="Keys")).click()
    page.locator("#desk-keys-on").uncheck()
    page.reload()
    page.keyboard.press("p")
    page.keyboard.press("n")
    page.wait_for_timeout(300)
    expect(page.locator("#comment-content")).to_contain_text("Con puntero 0")
    assert set(statuses(var, "Con puntero")) == {"pending"}


def test_selected_words_are_covered(page: Page) -> None:
    sign_in(page)
    page.goto(f"{DESK}puntero")
    page.evaluate(
        """() => {
            const words = document.querySelector("[data-coverable] .moderation-words").firstChild;
            const at = words.textContent.indexOf("Luz Marina");
            getSelection().setBaseAndExtent(words, at, words, at + 10);
        }"""
    )
    page.keyboard.press("k")
    expect(page.locator("[data-own]")).to_have_value("Luz Marina")
    address = page.url
    page.keyboard.press("2")
    with page.expect_navigation():
        page.keyboard.press("c")
    page.goto(address)
    expect(page.locator("#comment-content .covered")).to_have_count(2)
    expect(page.locator("#comment-content")).not_to_contain_text("Luz Marina")


def test_without_script_on_a_telephone(page_no_js: Page) -> None:
    sign_in(page_no_js)
    page_no_js.goto(f"{DESK}puntero")
    address = page_no_js.url
    page_no_js.locator(".moderation-cover summary").click()
    page_no_js.fill("[data-own]", "Luz Marina")
    page_no_js.select_option("#id_reason_code", "personal_data")
    expect(page_no_js.locator("[data-script]").first).to_be_hidden()
    page_no_js.click('button[value="redacted"]')
    page_no_js.goto(address)
    expect(page_no_js.locator("#comment-content .covered")).to_have_count(2)
