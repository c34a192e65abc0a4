"""The form as people use it: files, reading again, what the browser keeps, what machines are asked."""

import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.test_accessibility import WCAG_2_2_AA
from tests.serving import environment_of, serve
from tests.submissions import files

FORM = "/en/groups/ia-trabajo/formacion-digital-trabajo-ia/take-part/"
FIRST = "Forty hours are too few."
SECOND = "And the mountains have no signal."


def payload(name: str, content: bytes) -> FilePayload:
    # What the browser says it is does not count.
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def consent(page: Page) -> None:
    page.locator("[name=you-respondent_kind][value=person]").check()
    page.locator("[name=you-privacy]").check()
    page.locator("[name=you-publication]").check()


def send(page: Page) -> None:
    page.locator("main button.button", has_text="Send").last.click()


def fits(page: Page) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_two_comments_with_files_are_read_again_and_sent(
    browser: Browser, site: str, script: bool
) -> None:
    context = browser.new_context(
        base_url=site,
        java_script_enabled=script,
        viewport={"width": 320, "height": 640},
        locale="es-MX",
    )
    page = context.new_page()
    page.goto(FORM)
    page.locator("[name=comment-0-body]").fill(FIRST)
    page.locator("[name=comment-0-attachments]").set_input_files(
        [payload("study.pdf", files.pdf()), payload("photo.jpg", files.photograph())]
    )
    page.get_by_role("button", name="Comment on another section").click()
    page.locator("[name=comment-1-body]").fill(SECOND)
    page.locator("[name=comment-1-attachments]").set_input_files(
        payload("bad.pdf", b"<svg onload=alert(1)>")
    )
    send(page)
    expect(page.locator("#errors")).to_contain_text("bad.pdf")
    expect(page.locator("[name=comment-0-body]")).to_have_value(FIRST)
    fits(page)
    page.get_by_role("button", name="Remove study.pdf").click()
    expect(page.get_by_role("button", name="Remove photo.jpg")).to_be_visible()
    consent(page)
    send(page)
    expect(page.locator("h1")).to_have_text("Read it once more before you send it")
    expect(page.locator("main")).to_contain_text(SECOND)
    expect(page.locator("main")).to_contain_text("photo.jpg")
    fits(page)
    page.get_by_role("button", name="Change something").click()
    expect(page.locator("[name=comment-1-body]")).to_have_value(SECOND)
    send(page)
    page.locator("main button", has_text="Send").click()
    expect(page.locator(".receipt-code")).to_be_visible()
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="photo.jpg").click()
    assert b"Ana" not in Path(downloaded.value.path()).read_bytes()
    context.close()


def test_what_was_typed_is_offered_again_and_then_forgotten(page: Page) -> None:
    page.goto(FORM)
    page.locator("[name=comment-0-body]").fill(FIRST)
    page.locator("[name=you-email]").fill("ana@example.org")
    page.get_by_role("button", name="Comment on another section").click()
    page.locator("[name=comment-1-body]").fill(SECOND)
    page.wait_for_timeout(500)
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert FIRST in kept
    assert "ana@example.org" not in kept
    # The window was closed by mistake.
    page.goto("about:blank")
    page.goto(FORM)
    note = page.locator("[data-kept]")
    expect(note).to_be_visible()
    note.get_by_role("button", name="Put it back").click()
    expect(page.locator("[name=comment-0-body]")).to_have_value(FIRST)
    expect(page.locator("[name=comment-1-body]")).to_have_value(SECOND)
    consent(page)
    send(page)
    page.locator("main button", has_text="Send").click()
    expect(page.locator(".receipt-code")).to_be_visible()
    assert FIRST not in page.evaluate("JSON.stringify(localStorage)")
    page.goto(FORM)
    expect(page.locator("[data-kept]")).to_be_hidden()


def test_what_was_typed_can_be_thrown_away(page: Page) -> None:
    page.goto(FORM)
    page.locator("[name=comment-0-body]").fill(FIRST)
    page.wait_for_timeout(500)
    page.reload()
    page.get_by_role("button", name="Throw it away").click()
    page.reload()
    expect(page.locator("[data-kept]")).to_be_hidden()


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_where_something_is_wrong_nor_before_sending(
    browser: Browser, site: str, color_scheme: str
) -> None:
    context = browser.new_context(base_url=site, bypass_csp=True, color_scheme=color_scheme)
    page = context.new_page()
    page.goto(FORM)
    page.locator("[name=comment-0-body]").fill(FIRST)
    page.locator("[name=comment-0-attachments]").set_input_files(
        [payload("study.pdf", files.pdf()), payload("bad.pdf", b"no")]
    )
    page.get_by_role("button", name="Comment on another section").click()
    assert Axe().run(page, options=WCAG_2_2_AA).response["violations"] == []
    page.locator("[name=comment-1-body]").fill(SECOND)
    consent(page)
    send(page)
    expect(page.locator("h1")).to_have_text("Read it once more before you send it")
    assert Axe().run(page, options=WCAG_2_2_AA).response["violations"] == []
    context.close()


@pytest.mark.usefixtures("site")
def test_a_browser_works_for_its_person_and_a_person_can_answer(
    browser: Browser, var: Path, tmp_path: Path
) -> None:
    shutil.copytree(var, tmp_path, symlinks=True, dirs_exist_ok=True)
    environment = environment_of(tmp_path) | {"ALTCHA": "3000"}
    with serve(environment):
        for script in (True, False):
            context = browser.new_context(
                base_url=environment["BASE_URL"], java_script_enabled=script
            )
            page = context.new_page()
            page.goto(FORM)
            page.locator("[name=comment-0-body]").fill(FIRST)
            consent(page)
            if script:
                expect(page.locator("[data-done]")).to_be_visible()
                expect(page.locator("#id_answer")).to_be_hidden()
            else:
                words = page.locator("label[for=id_answer]").inner_text().partition(":")[2]
                names = [
                    "zero",
                    "one",
                    "two",
                    "three",
                    "four",
                    "five",
                    "six",
                    "seven",
                    "eight",
                    "nine",
                ]
                figures = [str(names.index(word.strip())) for word in words.split(",")]
                page.locator("#id_answer").fill("".join(figures))
            send(page)
            expect(page.locator(".receipt-code")).to_be_visible()
            context.close()
