from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


class RespondentKind(models.TextChoices):
    PERSON = "person", _("a person")
    ORGANISATION = "organisation", _("an organisation")


class Channel(models.TextChoices):
    WEB = "web", _("web form")
    IMPORT = "import", _("import")
    PAPER = "paper", _("paper form")
    EVENT = "event", _("event")
    EMAIL = "email", _("e-mail")


class Stance(models.TextChoices):
    SUPPORT = "support", _("support")
    SUPPORT_WITH_CHANGES = "support_with_changes", _("support with changes")
    OPPOSE = "oppose", _("oppose")
    NEUTRAL = "neutral", _("neutral")
    QUESTION = "question", _("question")

    def marked(self) -> SafeString:
        """The stance as HTML: a shape and a word."""
        return format_html(
            '<span class="stance {}"><span aria-hidden="true">{}</span> {}</span>',
            self.value,
            STANCE_SHAPES[self],
            capfirst(self.label),
        )


# A shape beside each word, so that colour never tells alone.
STANCE_SHAPES = {
    Stance.SUPPORT: "▲",
    Stance.SUPPORT_WITH_CHANGES: "◆",
    Stance.OPPOSE: "▼",
    Stance.NEUTRAL: "●",
    Stance.QUESTION: "?",
}


class CommentKind(models.TextChoices):
    SUBSTANTIVE = "substantive", _("on the substance")
    WORDING = "wording", _("on the wording")
    TRANSLATION = "translation", _("on the translation")
    QUESTION = "question", _("a question")


class Status(models.TextChoices):
    PENDING = "pending", _("waiting for review")
    PUBLISHED = "published", _("published")
    REJECTED = "rejected", _("rejected")
    REDACTED = "redacted", _("published with parts covered")
    HIDDEN = "hidden", _("hidden")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Carried(models.TextChoices):
    """What the current version made of the words that a comment on an earlier one stands on."""

    UNCHANGED = "unchanged", _("text unchanged since")
    CHANGED = "changed", _("text changed since")
    REMOVED = "removed", _("section removed since")


class LedgerKind(models.TextChoices):
    """What a row of the ledger vouches for."""

    RECEIVED = "received", _("received")


# The statuses in which the public reads a comment.
PUBLIC_STATUSES = frozenset({Status.PUBLISHED})
