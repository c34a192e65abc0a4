from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consult.notices.models import SEARCH_MAX_LENGTH

# What people call a search that they saved.
NAME_MAX_LENGTH = 100


class OutboxEntry(models.Model):
    """Something that changed and that the index may not know of yet.

    Written in the transaction of the change, and deleted after the index took it in: a crash at any
    point loses nothing. What became of the thing is read from the database when its turn comes.
    """

    # A kind of document (see documents.READERS) and the key of one.
    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=64)
    # How long it has waited tells whether the index is being kept (see open_data.views.healthz).
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class Appearance(models.Model):
    """A document that can be found, noted when it first could be: what is new has the largest keys.

    It stays when the document leaves: what comes back is not new, and nobody is told of it twice.
    """

    # See engines.base.Document.id.
    document = models.CharField(max_length=80, unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.document


class SavedSearch(models.Model):
    """A search that somebody who works here has saved, by a name of their own; nobody else sees it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(_("name"), max_length=NAME_MAX_LENGTH)
    # Of its address.
    query = models.CharField(max_length=SEARCH_MAX_LENGTH, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["name", "pk"]
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")

    def __str__(self) -> str:
        return self.name
