from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "consult.moderation"
    label = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from consult.submissions.models import Comment

        from . import receivers  # noqa: F401
        from .permissions import CommentPolicy

        # Here and not in wagtail_hooks: Wagtail refuses one that comes after somebody asked.
        register_permission_policy(Comment, CommentPolicy(Comment))
