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
    TELEPHONE = "telephone", _("telephone")
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


class Covered(models.TextChoices):
    """What stood in a covered part of a text; shown in its place."""

    EMAIL = "email", _("e-mail address covered")
    PHONE = "phone", _("telephone number covered")
    CURP = "curp", _("CURP covered")
    RFC = "rfc", _("RFC covered")
    CLABE = "clabe", _("bank account covered")
    CARD = "card", _("card number covered")
    ADDRESS = "address", _("address covered")
    NAME = "name", _("name covered")
    OTHER = "other", _("words covered")


class LedgerKind(models.TextChoices):
    """What a row of the ledger vouches for."""

    RECEIVED = "received", _("received")
    EDITED = "edited", _("changed by its author")
    WITHDRAWN = "withdrawn", _("withdrawn by its author")
    REDACTED = "redacted", _("parts covered")
    CORRECTED = "corrected", _("its sender's data corrected")
    ERASED = "erased", _("personal data erased")


class RequestKind(models.TextChoices):
    """What a person may ask about their own data (ARCO)."""

    ACCESS = "access", _("access: know what data of mine you hold")
    RECTIFY = "rectify", _("rectification: correct my data")
    CANCEL = "cancel", _("cancellation: erase my data")
    OBJECT = "object", _("objection: stop using my data for a purpose")


# The statuses in which the public reads a comment.
PUBLIC_STATUSES = frozenset({Status.PUBLISHED, Status.REDACTED})
# Those in which its author may still change it, and withdraw it, while the consultation is open.
OWN_STATUSES = frozenset({Status.PENDING, Status.PUBLISHED, Status.REJECTED, Status.REDACTED})
