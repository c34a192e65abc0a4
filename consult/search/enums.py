from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What can be found."""

    DRAFT = "draft", _("draft")
    SECTION = "section", _("section of a draft")
    COMMENT = "comment", _("comment")
    SUMMARY = "summary", _("summary")
    EVIDENCE = "evidence", _("evidence")
    GROUP = "group", _("working group")
    THEME = "theme", _("theme")


class Sort(models.TextChoices):
    RELEVANCE = "relevance", _("best match first")
    NEWEST = "newest", _("newest first")
    # Offered where meaning is kept (see `meaning`).
    SIMILAR = "similar", _("closest in meaning first")
