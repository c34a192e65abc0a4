import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from consult.common.append_only import AppendOnlyError
from tests.factories import comment_on
from working_groups.models import DraftPage


def test_publishing_new_wording_cuts_the_next_version(draft: DraftPage) -> None:
    section = draft.sections.first()
    section.body_en = "<p>Other words.</p>"
    draft.sections = [section, *draft.sections.all()[1:]]
    draft.save_revision().publish()
    assert [v.number for v in draft.versions.order_by("number")] == [1, 2]


def test_publishing_the_same_wording_cuts_none(draft: DraftPage) -> None:
    draft.summary_es = "Otro resumen."
    draft.save_revision().publish()
    assert draft.versions.count() == 1


def test_a_change_note_is_about_one_version(draft: DraftPage) -> None:
    def publish(number: int, spanish: str, english: str) -> None:
        sections = list(draft.sections.all())
        sections[0].body_es = f"<p>Redacción {number}.</p>"
        draft.sections = sections
        draft.change_note_es, draft.change_note_en = spanish, english
        draft.save_revision().publish()

    # As the editor holds it: the note stays there until somebody changes it.
    publish(2, "Primera", "First")
    publish(3, "Primera", "Second")
    publish(4, "Primera", "Second")
    publish(5, "Otra", "Second")
    notes = draft.versions.order_by("number").values_list("change_note_es", "change_note_en")
    assert list(notes) == [
        ("", ""),
        ("Primera", "First"),
        ("", "Second"),
        ("", ""),
        ("Otra", ""),
    ]


def test_a_version_is_never_changed(draft: DraftPage) -> None:
    version = draft.current_version
    with pytest.raises(AppendOnlyError):
        version.save()
    with pytest.raises(AppendOnlyError):
        version.sections.update(body_es="otra cosa")


def test_a_comment_stays_on_the_words_it_was_made_on(draft: DraftPage) -> None:
    comment = comment_on(draft, "Faltan recursos.")
    sections = list(draft.sections.all())
    sections[0].body_es = "<p>Otra cosa.</p>"
    draft.sections = sections
    draft.save_revision().publish()
    comment.refresh_from_db()
    assert comment.version.number == 1
    assert "competencias digitales" in comment.section.body_es


def test_an_altered_version_is_found(draft: DraftPage) -> None:
    call_command("verify_ledger")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE working_groups_versionsection SET body_es = '<p>Otra cosa.</p>'")
    with pytest.raises(CommandError, match="1"):
        call_command("verify_ledger")
