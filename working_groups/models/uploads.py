import uuid

from django.conf import settings
from django.db import models


class DraftUpload(models.Model):
    """A file that was read and is being looked over, before anything of it is saved."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(
        "working_groups.WorkingGroupPage", on_delete=models.CASCADE, related_name="+"
    )
    # The draft that the file is for; none: a new one.
    draft = models.ForeignKey(
        "working_groups.DraftPage", on_delete=models.CASCADE, null=True, related_name="+"
    )
    # The revision of `draft` that it was compared with.
    latest_revision = models.BigIntegerField(null=True)
    content = models.JSONField()
    # What could not be kept, in sentences.
    losses = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
