"""How long the editor of a draft takes in Chromium, with 200 sections beside one with 20."""

import shutil
import time
from collections.abc import Iterator

import pytest

from tests.serving import environment_of, manage, serve

pytest.importorskip("playwright", reason="the benchmark of the editor needs a browser: make tools")
from playwright.sync_api import Page, sync_playwright

SIZES = (20, 200)
PASSWORD = "consulta-demo"
PREPARE = f"""
from django.contrib.auth.models import Group
from consult.pages.actions import STAFF, set_up_site
from tests.factories import make_draft, make_group, make_user
set_up_site()
make_user("staff", Group.objects.get(name=STAFF))
group = make_group("ia-trabajo", "IA y trabajo")
es = "<p>" + "Toda persona recibirá formación en competencias digitales. " * 16 + "</p>"
en = "<p>" + "Everyone shall receive training in skills for digital work. " * 13 + "</p>"
for size in {SIZES}:
    sections = [
        dict(heading_es=f"Apartado {{n}}", heading_en=f"Section {{n}}", body_es=es, body_en=en)
        for n in range(size)
    ]
    print(make_draft(group, f"d{{size}}", sections=sections).pk)
"""


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, list[str]]]:
    """Staff in Chromium, and the keys of the drafts."""
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("the benchmark of the editor needs Chromium: make tools")
    environment = environment_of(tmp_path_factory.mktemp("var"))
    manage(environment, "migrate", "--verbosity=0")
    keys = manage(environment, "shell", "--verbosity=0", "--command", PREPARE).split()
    with serve(environment), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(
            base_url=environment["BASE_URL"],
            locale="es-MX",
            viewport={"width": 1280, "height": 900},
        )
        page.set_default_timeout(120_000)
        page.goto("/admin/login/")
        page.fill("#id_username", "staff")
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/admin/")
        yield page, keys
        browser.close()


def timed(page: Page, key: str) -> dict[str, float]:
    """Seconds until the editor has loaded, a section can be written in, and it is saved."""
    started = time.perf_counter()
    page.goto(f"/admin/pages/{key}/edit/#tab-estructura")
    loaded = time.perf_counter()
    row = page.locator(".section-row").nth(9)
    row.locator("[data-panel-toggle]").click()
    text = row.locator(".public-DraftEditor-content").first
    text.click()
    page.keyboard.type("Ya.")
    text.get_by_text("Ya.").wait_for()
    written = time.perf_counter()
    # The editor keeps what is typed a moment later.
    page.wait_for_timeout(500)
    saving = time.perf_counter()
    with page.expect_navigation():
        page.locator("footer button[type=submit]").first.click()
    saved = time.perf_counter()
    return {
        "loaded": loaded - started,
        "written in": written - started,
        "saved": saved - saving,
    }


def test_editor(editor: tuple[Page, list[str]]) -> None:
    page, keys = editor
    for key in keys:
        # Once before, for what a server and a browser do but once.
        timed(page, key)
    few, many = (timed(page, key) for key in keys)
    print(f"\neditor of a draft, {SIZES[1]} sections beside {SIZES[0]}:")
    for name, seconds in many.items():
        print(f"  {name}: {seconds:.2f} s beside {few[name]:.2f} s, {seconds / few[name]:.1f} ×")
