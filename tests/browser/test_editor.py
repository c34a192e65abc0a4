"""A draft of two hundred sections in Wagtail's editor, in both languages, by mouse and by keyboard."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils.translation import gettext as _, override
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.test_accessibility import WCAG_2_2_AA
from tests.serving import environment_of, manage

PASSWORD = "consulta-demo"
PREPARE = """
from tests.factories import make_draft
from working_groups.models import WorkingGroupPage
group = WorkingGroupPage.objects.get(slug="ia-trabajo")
es = "<p>Toda persona recibirá formación en competencias digitales antes de que su puesto cambie.</p>"
en = "<p>Everyone shall receive training in digital skills before their job changes.</p>"
table = "<table><tbody><tr><th scope=row>Uno<small>nota</small></th><td>Dos</td></tr></tbody></table>"
sections = [
    dict(
        heading_es=f"Apartado {n}",
        heading_en=f"Section {n}",
        body_es=es + (table if n % 9 == 0 else ""),
        body_en=en,
        level=1 + n % 3,
    )
    for n in range(200)
]
print(make_draft(group, "doscientos", sections=sections).pk)
"""
READ = """
import json
from working_groups.models import DraftPage
draft = DraftPage.objects.get(slug="doscientos")
names = ("number", "heading_es", "heading_en", "body_es", "digest_es", "digest_en")
print(json.dumps([
    [{"uid": str(row.uid), **{name: getattr(row, name) for name in names}} for row in version.sections.all()]
    for version in draft.versions.order_by("number")
]))
"""


@pytest.fixture(scope="module")
def draft(site: str, var: Path) -> str:
    """The key of a published draft of two hundred sections."""
    return manage(environment_of(var), "shell", "--verbosity=0", "--command", PREPARE).strip()


def versions(var: Path) -> list[list[dict[str, Any]]]:
    said = manage(environment_of(var), "shell", "--verbosity=0", "--command", READ)
    return json.loads(said.strip())


@pytest.fixture
def editor(page: Page, draft: str) -> Iterator[Page]:
    """The editor of the draft, with nothing wrong in it."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto("/admin/login/")
    page.locator("#id_username").fill("staff")
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{page.url.partition('/admin/')[0]}/admin/")
    with override("es"):
        page.goto(f"/admin/pages/{draft}/edit/#tab-estructura")
        expect(page.locator(".section-row").first).to_be_visible()
        # Wagtail takes for the first state of a form what is in it after two seconds.
        page.wait_for_timeout(2_500)
        yield page
    assert not faults


def row(page: Page, heading: str) -> Locator:
    name = page.locator('[data-heading="es"]', has_text=heading)
    return page.locator(".section-row:not(.deleted)").filter(has=name).first


def number(row: Locator) -> str:
    return row.locator("[data-number]").inner_text()


def press_tool(row: Locator, name: str) -> None:
    """Use a tool of `row` by keyboard: one stop after the heading, then along."""
    row.locator("[data-panel-toggle]").focus()
    page = row.page
    page.keyboard.press("Tab")
    tool = row.get_by_role("button", name=name, exact=True)
    for _step in range(6):
        if tool.evaluate("tool => tool === document.activeElement"):
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(tool).to_be_focused()


def numbers_shown(page: Page) -> list[str]:
    return page.locator(".section-row:not(.deleted) [data-number]").all_inner_texts()


def save(page: Page) -> None:
    with page.expect_navigation(timeout=60_000):
        page.get_by_role("button", name="Guardar borrador").click()
    expect(page.locator(".messages .success")).to_be_visible()


def publish(page: Page) -> None:
    page.locator("footer .w-dropdown-button button[aria-expanded]").click()
    with page.expect_navigation(timeout=60_000):
        page.locator('button[name="action-publish"]').click()
    expect(page.locator(".messages .success")).to_be_visible()


def test_two_hundred_sections_are_edited_moved_saved_and_published(
    editor: Page, draft: str, var: Path
) -> None:
    page = editor
    # No text editor is started before its section is looked at.
    expect(page.locator("#id_sections-FORMS .Draftail-Editor")).to_have_count(0)
    page.get_by_label(_("Section to go to")).select_option(label="17.1.1 Apartado 50")
    page.get_by_role("button", name=_("Go there")).click()
    changed = row(page, "Apartado 50")
    expect(changed.locator("[data-panel-toggle]")).to_be_focused()
    expect(changed.locator(".Draftail-Editor")).to_have_count(2)
    expect(page.locator("#id_sections-FORMS .Draftail-Editor")).to_have_count(2)
    changed.locator("input[name$=heading_es]").fill("Apartado cambiado")
    changed = row(page, "Apartado cambiado")
    changed.locator(".public-DraftEditor-content").first.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Sin costo.")

    row(page, "Apartado 60").hover()
    row(page, "Apartado 60").get_by_role(
        "button", name=_("Insert a section after this one")
    ).click()
    inserted = page.locator(".section-row:has([name=sections-200-heading_es])")
    expect(inserted.locator("input[name$=heading_es]")).to_be_focused()
    page.keyboard.type("Apartado nuevo")
    # It takes from the section before it none of those that stand under that.
    assert number(row(page, "Apartado nuevo")) == "21.1"
    assert number(row(page, "Apartado 61")) == "21.2"

    press_tool(row(page, "Apartado 72"), _("Level in"))
    press_tool(row(page, "Apartado 80"), _("Move down"))
    # With the two that stand under it.
    press_tool(row(page, "Apartado 90"), _("Move up"))
    press_tool(row(page, "Apartado 93"), _("Move down"))
    shown = numbers_shown(page)
    assert len(shown) == 201

    save(page)
    publish(page)
    before, after = versions(var)
    assert [section["number"] for section in after] == shown
    headings = [section["heading_es"] for section in after]
    expected = [f"Apartado {n}" for n in range(200)]
    expected[50] = "Apartado cambiado"
    expected[80], expected[81] = expected[81], expected[80]
    expected[87:93] = expected[90:93] + expected[87:90]
    expected[93:99] = expected[96:99] + expected[93:96]
    expected.insert(61, "Apartado nuevo")
    assert headings == expected
    words = {section["uid"]: section for section in before}
    for section in after:
        if section["heading_es"] == "Apartado nuevo":
            assert section["uid"] not in words
        elif section["heading_es"] == "Apartado cambiado":
            old = words[section["uid"]]
            assert section["body_es"] == old["body_es"].replace("cambie.", "cambie. Sin costo.")
            assert section["digest_en"] == old["digest_en"]
        else:
            old = words[section["uid"]]
            assert [section[name] for name in ("body_es", "digest_es", "digest_en")] == [
                old[name] for name in ("body_es", "digest_es", "digest_en")
            ]


def test_looking_at_sections_changes_nothing(editor: Page) -> None:
    page = editor
    sent: list[str] = []
    page.on(
        "request", lambda request: sent.append(request.url) if request.method == "POST" else None
    )
    for heading in ("Apartado 9", "Apartado 18"):
        opened = row(page, heading)
        opened.locator("[data-panel-toggle]").click()
        opened.locator(".public-DraftEditor-content").first.click()
    page.wait_for_timeout(5_000)
    assert not [address for address in sent if address.endswith("/edit/")]


def test_saving_by_itself_brings_the_state_of_a_translation(editor: Page) -> None:
    page = editor
    section = row(page, "Apartado 12")
    expect(section.locator("[data-translation]")).to_have_attribute("data-translation", "draft")
    section.locator("[data-panel-toggle]").click()
    mark = section.locator("select[name$=mark_translation]")
    mark.select_option("reviewed")
    state = section.locator("[data-translation]")
    expect(state).to_have_attribute("data-translation", "reviewed", timeout=60_000)
    # It was said once, and is not said of what is typed next.
    expect(mark).to_have_value("")
    section.locator("input[name$=heading_es]").fill("Apartado 12 otra vez")
    expect(state).to_have_attribute("data-translation", "stale", timeout=60_000)
    page.get_by_role("button", name=_("Only translations to be done")).click()
    expect(section).to_be_visible()


def test_a_link_to_a_section_opens_it(editor: Page, draft: str) -> None:
    page = editor
    page.goto("/admin/")
    page.goto(f"/admin/pages/{draft}/edit/#inline_child_sections-150")
    section = page.locator("#inline_child_sections-150")
    expect(section.locator("[data-panel-toggle]")).to_be_focused()
    expect(section.locator(".Draftail-Editor").first).to_be_visible()


def test_publishing_waits_for_what_is_being_saved(editor: Page, var: Path) -> None:
    page = editor
    held: list[Route] = []

    def hold(route: Route) -> None:
        by_itself = route.request.headers["accept"] == "application/json"
        held.append(route) if by_itself else route.fallback()

    page.route("**/edit/", hold)
    section = row(page, "Apartado 150")
    section.locator("[data-panel-toggle]").click()
    # By its name: the row is found by what its heading was.
    name = section.locator("input[name$=heading_es]").get_attribute("name")
    heading = page.locator(f"[name={name}]")
    with page.expect_request(lambda request: request.headers["accept"] == "application/json"):
        heading.fill("Se guarda solo")
    # Wagtail sees this while the first is under way, and would save it next.
    heading.fill("Se publica")
    page.wait_for_timeout(5_000)
    page.locator("footer .w-dropdown-button button[aria-expanded]").click()
    page.locator('button[name="action-publish"]').click()
    page.wait_for_timeout(500)
    with page.expect_navigation(timeout=60_000):
        held[0].continue_()
    expect(page.locator(".messages .success")).to_be_visible()
    assert len(held) == 1
    assert versions(var)[-1][151]["heading_es"] == "Se publica"


def choose(page: Page, typed: str, name: str) -> None:
    """Write `typed`, which offers what can be inserted, and choose `name` of it."""
    page.keyboard.type(typed)
    option = page.get_by_role("option", name=name)
    expect(option).to_be_visible()
    page.keyboard.type(name[:4])
    expect(page.locator('[role="option"]')).to_have_count(1)
    # The editor marks what Enter chooses only while it is quick enough to draw each letter.
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")


def test_a_note_a_reference_and_a_table_are_written_by_keyboard(editor: Page) -> None:
    page = editor
    section = row(page, "Apartado 100")
    section.locator("[data-panel-toggle]").click()
    text = section.locator(".public-DraftEditor-content").first
    value = section.locator("input[name$=body_es]")
    text.click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Control+Alt+KeyF")
    page.keyboard.type("Nota")
    page.keyboard.press("Control+Alt+KeyF")
    choose(page, " Vea /", _("Reference to a section of this draft"))
    box = page.locator("dialog.text-dialog")
    box.get_by_role("searchbox").fill("Apartado 199")
    box.get_by_role("button", name="Apartado 199").press("Enter")
    expect(box).to_have_count(0)
    title = f"{number(row(page, 'Apartado 199'))} Apartado 199"
    expect(text.locator(".reference")).to_have_attribute("title", title)
    page.keyboard.press("Enter")
    choose(page, "/", _("Table"))
    expect(box).to_be_visible()
    for word in ("Nivel", "Horas", "Básico", "40"):
        page.keyboard.type(word)
        page.keyboard.press("Tab")
    box.get_by_role("button", name=_("Done"), exact=True).press("Enter")
    expect(text.locator("table")).to_contain_text("Básico")
    expect(value).to_have_value(
        re_contains('"type":"SECTION"', '"style":"FOOTNOTE"', "<td>Básico</td><td>40</td>")
    )


def re_contains(*parts: str) -> Any:
    import re

    return re.compile("".join(f"(?=[\\s\\S]*{re.escape(part)})" for part in parts))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_in_the_panel(editor: Page, width: int, scheme: Any) -> None:
    page = editor
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    section = row(page, "Apartado 9")
    section.locator("[data-panel-toggle]").click()
    expect(section.locator(".Draftail-Editor")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    panel = page.locator("[data-sections]").bounding_box()
    assert panel
    assert panel["x"] + panel["width"] <= width
    found = Axe().run(page, context="[data-sections]", options=WCAG_2_2_AA).response["violations"]
    assert not [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
        # Wagtail's text editor is Wagtail's.
        if "DraftEditor" not in str(node["target"])
    ]
