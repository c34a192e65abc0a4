"""The chain that shows that nothing was lost."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consult.common.append_only import AppendOnly

from ..enums import (
    LedgerKind,
)
from .submissions import Submission


class LedgerEntry(AppendOnly):
    """One row of the chain that shows that no submission was lost, added or altered."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    kind = models.CharField(max_length=12, choices=LedgerKind, default=LedgerKind.RECEIVED)
    # How the content was written as JSON: see ledger.FORM.
    form = models.PositiveSmallIntegerField()
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="ledger_entries"
    )
    written_at = models.DateTimeField()
    # What it vouches for: numbers, moments and digests, no words. Rows of form 1 have none.
    content = models.JSONField(null=True)
    # SHA-256, in hexadecimal: of the content, of the row before, of this row.
    content_digest = models.CharField(max_length=64, db_index=True)
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=models.Q(kind=LedgerKind.RECEIVED),
                name="one_receipt_row_a_submission",
            )
        ]
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")

    def __str__(self) -> str:
        return str(self.sequence)


class LedgerHead(models.Model):
    """The single row whose lock queues the writers of the chain."""

    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64)
