"""News that the floors above listen to, sent inside the transaction that makes it true."""

from django.dispatch import Signal

# sender: Comment; comments: list of primary keys of those that became public, or are not any more.
comments_changed = Signal()
