"""News of decisions, sent inside the transaction that makes it true."""

from django.dispatch import Signal

# sender: Decision; decisions: list of them, just taken, each with its comment.
comments_decided = Signal()
# sender: Appeal; appeal: it, just made.
appeal_made = Signal()
# sender: Appeal; appeal: it, with its decision.
appeal_decided = Signal()
