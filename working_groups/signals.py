"""News that the floors above listen to."""

from django.dispatch import Signal

# sender: Version; version: the one just cut.
version_published = Signal()
