"""A chair says which language a comment is in, where it was told wrongly."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consult.moderation.actions import correct_language
from consult.submissions.enums import Status
from consult.submissions.ledger import faults
from tests.factories import comment_on

pytestmark = pytest.mark.django_db

WORDS = "Kwira ba"


def test_a_chair_corrects_it_and_everybody_reads_it_so(client, draft, chair):
    comment = comment_on(draft, WORDS, status=Status.PUBLISHED)
    assert comment.language == "es"
    correct_language(comment.pk, "tar", by=chair)
    page = client.get(f"/es/comments/{comment.pk}/").content.decode()
    assert '<div class="written" lang="tar">' in page
    found = client.get("/api/v1/search", {"only": "tar"}).json()["hits"]
    assert [hit["id"] for hit in found] == [comment.pk]
    row = comment.language_corrections.get()
    assert (row.before, row.after, row.corrected_by) == ("es", "tar", chair)
    # What was received stands as it was.
    assert comment.statements.get().words["language"] == "es"
    assert list(faults()) == []


def test_no_correction_without_a_change(draft, chair):
    comment = comment_on(draft, WORDS)
    correct_language(comment.pk, "es", by=chair)
    assert not comment.language_corrections.exists()


def test_it_is_not_for_others(draft, other_chair, staff_user, chair):
    comment = comment_on(draft, WORDS)
    for user in (other_chair, staff_user):
        with pytest.raises(PermissionDenied):
            correct_language(comment.pk, "tar", by=user)
    with pytest.raises(ValidationError):
        correct_language(comment.pk, "xx", by=chair)
    comment.refresh_from_db()
    assert comment.language == "es"
