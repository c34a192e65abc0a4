"""What one does with a receipt: by keyboard, on a small telephone, with script and without."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_accessibility import WCAG_2_2_AA
from tests.browser.test_journey import press, reach
from tests.browser.test_taking_part import FORM, consent, fits, payload, send
from tests.serving import environment_of, manage
from tests.submissions import files

FIRST = "Forty hours are too few."
LATER = "Sixty hours would do."
# Seconds in which the worker sends a letter.
SOON = 60
REJECT = """
from django.contrib.auth.models import User
from consult.moderation.actions import decide
from consult.moderation.rules import seen_as
from consult.submissions.models import Comment
comment = Comment.objects.get(pk={number})
seen = {{comment.pk: seen_as(comment.status, comment.edition)}}
chair = User.objects.get(username="chair1")
decide(seen, "rejected", by=chair, reason_code="off_topic", note="It is about something else.")
"""


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def telephone(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        base_url=site,
        java_script_enabled=request.param,
        viewport={"width": 320, "height": 640},
        locale="en-US",
        bypass_csp=True,
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def sent(page: Page, email: str) -> tuple[str, int]:
    """Send a comment with two files; its receipt and its number."""
    page.goto(FORM)
    page.locator("[name=comment-0-body]").fill(FIRST)
    page.locator("[name=comment-0-attachments]").set_input_files(
        [payload("study.pdf", files.pdf()), payload("photo.jpg", files.photograph())]
    )
    page.locator("[name=you-email]").fill(email)
    consent(page)
    send(page)
    if page.locator("h1").inner_text() != "Your receipt":
        page.locator("main button", has_text="Send").last.click()
    code = page.locator(".receipt-code").inner_text()
    number = str(page.locator("article.comment").get_attribute("id")).removeprefix("comment-")
    return code, int(number)


def letters_with(var: Path, code: str) -> int:
    """How often `code` stands in what the server's worker has mailed, which it prints here."""
    printed = (var / "gunicorn.log").read_text().replace("=\n", "")
    return printed.count(f"/receipt/{code}/")


def test_lose_the_receipt_change_appeal_and_withdraw(
    telephone: Page, var: Path, request: pytest.FixtureRequest
) -> None:
    page = telephone
    email = f"ana{time.time_ns()}@example.org"
    code, number = sent(page, email)
    deadline = time.monotonic() + SOON
    while not letters_with(var, code):
        assert time.monotonic() < deadline, "no letter with the receipt"
        time.sleep(0.5)
    before = letters_with(var, code)

    page.goto("/en/receipt/")
    press(page.get_by_role("link", name="I lost my receipt"), "Enter")
    reach(page.get_by_role("textbox", name="Your e-mail"))
    page.keyboard.type(email)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("a letter with them is on its way")
    deadline = time.monotonic() + SOON
    while letters_with(var, code) == before:
        assert time.monotonic() < deadline, "no letter with the lost receipt"
        time.sleep(0.5)

    page.goto(f"/en/receipt/{code}/")
    fits(page)
    press(page.get_by_role("link", name=f"Change comment {number}"), "Enter")
    body = page.get_by_role("textbox", name="Your comment", exact=True)
    expect(body).to_have_value(FIRST)
    reach(body)
    page.keyboard.press("Control+A")
    page.keyboard.type(LATER)
    press(page.get_by_role("checkbox", name=re.compile("study.pdf")), "Space")
    press(page.get_by_role("button", name="Save the change").last, "Enter")
    expect(page.get_by_role("status")).to_contain_text("Your comment was changed.")
    mine = page.locator(f"#comment-{number}")
    expect(mine.locator("> .written")).to_have_text(LATER)
    expect(mine).to_contain_text("photo.jpg")
    expect(mine).not_to_contain_text("study.pdf")
    press(mine.locator("summary", has_text="1 earlier wording"), "Enter")
    expect(mine.get_by_text(FIRST)).to_be_visible()

    manage(environment_of(var), "shell", "-c", REJECT.format(number=number))
    page.reload()
    expect(mine.locator(".status")).to_have_text("rejected")
    press(page.get_by_role("link", name=re.compile("^Appeal")), "Enter")
    reach(page.get_by_role("textbox", name="Why the comment should be published"))
    page.keyboard.type("It is about article 4.")
    press(page.get_by_role("button", name="Send the appeal"), "Enter")
    expect(page.get_by_role("status")).to_contain_text("We received your appeal.")
    fits(page)
    if request.node.callspec.params["telephone"]:
        # It is script itself.
        assert Axe().run(page, options=WCAG_2_2_AA).response["violations"] == []

    press(page.get_by_role("link", name=f"Withdraw comment {number}"), "Enter")
    press(page.get_by_role("button", name="Withdraw it"), "Enter")
    expect(mine.locator(".status")).to_have_text("withdrawn")
    expect(page.get_by_role("link", name=f"Change comment {number}")).to_have_count(0)
