"""What respondents are told of their data, what they ask, and what guards a draft."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consult.common.append_only import AppendOnly
from working_groups.enums import DraftLanguage
from working_groups.models import DraftPage

from ..enums import (
    RequestKind,
)
from .submissions import Submission


class PrivacyNotice(AppendOnly):
    """One version of the privacy notice, in both languages; a change is another version."""

    # What respondents' consent names: a date, 2026-11-01.
    version = models.CharField(_("version"), max_length=20, unique=True)
    published_at = models.DateTimeField(_("published"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # The short form, at the point of collection; the purposes, apart; the long form, as HTML.
    short_es = models.TextField(_("short form, in Spanish"))
    short_en = models.TextField(_("short form, in English"))
    necessary_es = models.TextField(_("necessary purposes, in Spanish"))
    necessary_en = models.TextField(_("necessary purposes, in English"))
    voluntary_es = models.TextField(_("voluntary purposes, in Spanish"))
    voluntary_en = models.TextField(_("voluntary purposes, in English"))
    body_es = models.TextField(_("long form, in Spanish"))
    body_en = models.TextField(_("long form, in English"))

    class Meta:
        ordering = ["-published_at"]
        verbose_name = _("privacy notice")
        verbose_name_plural = _("privacy notices")

    def __str__(self) -> str:
        return self.version


class DataRequest(models.Model):
    """What somebody asked about their own data, and what they were answered."""

    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="data_requests"
    )
    kind = models.CharField(_("request"), max_length=8, choices=RequestKind)
    words = models.TextField(_("in their words"), blank=True)
    language = models.CharField(max_length=2, choices=DraftLanguage)
    made_at = models.DateTimeField(_("received"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        ordering = ["made_at"]
        verbose_name = _("request about data")
        verbose_name_plural = _("requests about data")

    def __str__(self) -> str:
        return f"{self.submission}: {self.get_kind_display()}"


class Precaution(models.Model):
    """While it lasts, a draft's comments are read before they are published, whatever its policy.

    Switched on during an attack; the row stays, and says who, when and why.
    """

    draft = models.ForeignKey(DraftPage, on_delete=models.CASCADE, related_name="precautions")
    reason = models.TextField(_("reason"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    begun_at = models.DateTimeField(_("begun"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        ordering = ["-begun_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft"],
                condition=models.Q(ended_at=None),
                name="one_precaution_at_a_time",
            )
        ]
        verbose_name = _("precaution")
        verbose_name_plural = _("precautions")

    def __str__(self) -> str:
        return self.reason
