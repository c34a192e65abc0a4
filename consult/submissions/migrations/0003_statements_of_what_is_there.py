"""What was received before there were statements: its words become the first statement of each."""

import hashlib
import json
import secrets
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WRITTEN = ("stance", "kind", "body", "proposed_text", "reason", "links", "language")
SENDER = (
    *("respondent_kind", "sector", "name", "organisation"),
    *("on_behalf_of", "state", "country", "show_name"),
)
CHUNK = 500


def sealed(words: Any) -> dict[str, str]:
    """A fresh salt and the digest of `words` under it, as sealing.sealed computes it."""
    salt = secrets.token_hex(16)
    written = json.dumps(
        [salt, words], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()
    return {"salt": salt, "digest": hashlib.sha256(written).hexdigest()}


def state_what_is_there(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    submissions = apps.get_model("submissions", "Submission")
    answers = apps.get_model("submissions", "Answer")
    comments = apps.get_model("submissions", "Comment")
    statements = apps.get_model("submissions", "Statement")
    for submission in submissions.objects.filter(salt="").iterator(CHUNK):
        sender = {name: getattr(submission, name) for name in SENDER}
        submissions.objects.filter(pk=submission.pk).update(**sealed(sender))
    for answer in answers.objects.filter(salt="").iterator(CHUNK):
        given = {"options": answer.options, "text": answer.text}
        answers.objects.filter(pk=answer.pk).update(**sealed(given))
    rows = comments.objects.filter(statements=None).select_related("submission")
    for comment in rows.prefetch_related("themes").iterator(CHUNK):
        words = {
            **{name: getattr(comment, name) for name in WRITTEN},
            "themes": sorted(theme.pk for theme in comment.themes.all()),
            "files": [],
        }
        statements.objects.create(
            comment=comment,
            number=1,
            written_at=comment.submission.received_at,
            words=words,
            **sealed(words),
        )


class Migration(migrations.Migration):
    dependencies = [("submissions", "0002_whole_life_of_a_comment")]

    operations = [migrations.RunPython(state_what_is_there, migrations.RunPython.noop)]
