from django.db import models


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
