from pathlib import Path

import polib
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

MODULE = """
from django.utils.translation import gettext as _, ngettext, pgettext

a = _("Written by %(name)s")
b = ngettext("%d comment", "%d comments", 3)
c = pgettext("month", "May")
"""
TEMPLATE = """
    {% if a == "it's" %}
  <p title="{% translate "Half: 50 %" %}">{{ name|default:_("nobody") }} ( ' {% endif %}
{% blocktranslate trimmed count n=items|length context "queue" %}
    One draft
    waits
{% plural %}
    {{ n }} drafts wait
{% endblocktranslate %}
"""


@pytest.fixture
def project(tmp_path: Path, settings: Settings) -> Path:
    for folder in ("consult", "templates", "working_groups"):
        (tmp_path / folder).mkdir()
    (tmp_path / "consult/views.py").write_text(MODULE)
    (tmp_path / "templates/page.html").write_text(TEMPLATE)
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    call_command("messages", verbosity=0)
    return tmp_path


def catalogue(project: Path, language: str) -> polib.POFile:
    return polib.pofile(str(project / f"locale/{language}/LC_MESSAGES/django.po"))


def translate(project: Path, **words: str) -> None:
    """Fill the Spanish catalogue in, with the English words but for those given."""
    spanish = catalogue(project, "es")
    for entry in spanish:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
        else:
            entry.msgstr = words.get(entry.msgid.split()[0], entry.msgid)
    spanish.save()


def test_messages_are_taken_from_modules_and_templates(project: Path) -> None:
    assert [
        (entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in catalogue(project, "es")
    ] == [
        (None, "Written by %(name)s", ""),
        (None, "%d comment", "%d comments"),
        ("month", "May", ""),
        (None, "Half: 50 %%", ""),
        (None, "nobody", ""),
        ("queue", "One draft waits", "%(n)s drafts wait"),
    ]


def test_the_english_catalogue_is_complete_as_it_is_made(project: Path) -> None:
    assert catalogue(project, "en").percent_translated() == 100
    assert catalogue(project, "en")[1].msgstr_plural == {0: "%d comment", 1: "%d comments"}


def test_the_check_names_what_is_untranslated(project: Path) -> None:
    with pytest.raises(CommandError, match="es: untranslated: 'Written by"):
        call_command("messages", "--check")
    translate(project)
    call_command("messages", "--check")


def test_the_check_names_a_translation_that_drops_a_blank(project: Path) -> None:
    translate(project, Written="Escrito por %(nombre)s")
    with pytest.raises(CommandError, match="placeholders differ"):
        call_command("messages", "--check")


def test_the_check_fails_when_the_sources_have_moved_on(project: Path) -> None:
    translate(project)
    (project / "consult/views.py").write_text(MODULE.replace("May", "June"))
    with pytest.raises(CommandError, match="es: behind the sources"):
        call_command("messages", "--check")


def test_extracting_again_keeps_translations_and_drops_what_is_gone(project: Path) -> None:
    translate(project, nobody="nadie")
    (project / "consult/views.py").write_text(MODULE.replace("May", "June"))
    call_command("messages", verbosity=0)
    spanish = catalogue(project, "es")
    assert spanish.find("nobody").msgstr == "nadie"
    assert spanish.find("June").msgstr == ""
    assert spanish.find("May", include_obsolete_entries=True) is None


def test_compiled_words_are_read_back(project: Path) -> None:
    translate(project, nobody="nadie")
    call_command("messages", "--compile")
    compiled = polib.mofile(str(project / "locale/es/LC_MESSAGES/django.mo"))
    assert compiled.find("nobody").msgstr == "nadie"
