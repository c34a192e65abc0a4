"""News that the floors above listen to, sent inside the transaction that makes it true."""

from django.dispatch import Signal

# sender: Comment; comments: list of primary keys whose status or public text changed.
comments_changed = Signal()
