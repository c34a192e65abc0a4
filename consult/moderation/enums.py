from django.db import models
from django.utils.translation import gettext_lazy as _


class ReasonCode(models.TextChoices):
    OFF_TOPIC = "off_topic", _("not about this draft")
    PERSONAL_DATA = "personal_data", _("personal data of others")
    ABUSE = "abuse", _("insults or threats")
    SPAM = "spam", _("advertising")
    DUPLICATE = "duplicate", _("the same comment sent twice")
    UNLAWFUL = "unlawful", _("unlawful content")
    OTHER = "other", _("another reason, given in the note")
