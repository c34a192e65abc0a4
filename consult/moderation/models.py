from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consult.common.append_only import AppendOnly
from consult.submissions.enums import Status
from consult.submissions.models import Comment

from .enums import ReasonCode


class Decision(AppendOnly):
    """What a chair decided on a comment, once and for ever; a change of mind is another row."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="decisions")
    from_status = models.CharField(max_length=9, choices=Status)
    to_status = models.CharField(max_length=9, choices=Status)
    reason_code = models.CharField(_("reason"), max_length=16, choices=ReasonCode, blank=True)
    # In the author's language.
    note = models.TextField(_("note to the author"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        ordering = ["decided_at", "pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.get_to_status_display()}"
