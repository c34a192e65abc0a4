from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.TextChoices):
    """What happened that somebody is to be told of."""

    # To the sender of one submission. `about`: its primary key, or that of what happened to it.
    RECEIVED = "received"
    RECEIPT_ASKED = "receipt_asked"
    DECIDED = "decided"
    APPEAL_DECIDED = "appeal_decided"
    REQUEST_ANSWERED = "request_answered"
    # To whoever wrote an address into a form.
    RECEIPTS_ASKED = "receipts_asked"
    # To all senders on a draft who want to hear of it.
    ANSWERED = "answered"
    # To subscribers, and what a digest tells.
    VERSION = "version"
    OPENED = "opened"
    CLOSING = "closing"
    RESPONSE = "response"


# What subscribers are told.
FOR_SUBSCRIBERS = (Event.VERSION, Event.OPENED, Event.CLOSING, Event.RESPONSE)


class Frequency(models.TextChoices):
    AT_ONCE = "at_once", _("at once, whenever there is something new")
    WEEKLY = "weekly", _("once a week, all together")
