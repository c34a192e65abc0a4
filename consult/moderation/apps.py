from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "consult.moderation"
    label = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from consult.submissions.models import Comment
        from consult.submissions.narrowing import FURTHER, Further

        from . import receivers  # noqa: F401
        from .campaigns.queries import asks_for
        from .permissions import CommentPolicy

        # Here and not in wagtail_hooks: Wagtail refuses one that comes after somebody asked.
        register_permission_policy(Comment, CommentPolicy(Comment))
        FURTHER["campaign"] = Further(_("Campaign"), asks_for)
