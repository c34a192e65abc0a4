from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consult.common.append_only import AppendOnly

from ..enums import WindowChange


class ConsultationWindow(AppendOnly):
    """When a draft was open for comments, as it was published at some time: one row a change."""

    draft = models.ForeignKey(
        "working_groups.DraftPage", on_delete=models.CASCADE, related_name="windows"
    )
    opens_at = models.DateTimeField(_("opens for comments"), null=True)
    closes_at = models.DateTimeField(_("closes for comments"), null=True)
    # What it did to a consultation that had opened; empty before.
    change = models.CharField(max_length=9, choices=WindowChange, blank=True)
    # Why, for the public.
    note = models.TextField(_("public note"), blank=True)
    set_at = models.DateTimeField(_("set"))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering = ["draft", "pk"]
        verbose_name = _("consultation window")
        verbose_name_plural = _("consultation windows")
