"""Versions that were cut before get the digests of their words, drafts their present window."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from working_groups.wording import words_digest


def fill(apps: Any, schema_editor: Any) -> None:
    sections = apps.get_model("working_groups", "VersionSection").objects
    for section in sections.iterator(500):
        sections.filter(pk=section.pk).update(
            digest_es=words_digest(section.heading_es, section.body_es),
            digest_en=words_digest(section.heading_en, section.body_en),
        )
    windows = apps.get_model("working_groups", "ConsultationWindow").objects
    drafts = apps.get_model("working_groups", "DraftPage").objects
    windows.bulk_create(
        windows.model(
            draft=draft, opens_at=draft.opens_at, closes_at=draft.closes_at, set_at=timezone.now()
        )
        for draft in drafts.filter(live=True, opens_at__isnull=False)
    )


class Migration(migrations.Migration):
    dependencies = [("working_groups", "0002_translations_windows_glossary")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
