from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from wagtail.permission_policies.base import BasePermissionPolicy

from consult.submissions.models import Comment, CommentQuerySet

from .queries import comments_to_moderate

ACTIONS = frozenset({"view", "change"})


class CommentPolicy(BasePermissionPolicy):
    """A chair reads and decides the comments of their own group; nobody adds or deletes one."""

    def user_has_permission(self, user: User | AnonymousUser, action: str) -> bool:
        if action not in ACTIONS or not user.is_active:
            return False
        return user.is_superuser or user.groups.filter(working_group__isnull=False).exists()

    def user_has_permission_for_instance(
        self, user: User | AnonymousUser, action: str, instance: Comment
    ) -> bool:
        return action in ACTIONS and comments_to_moderate(user).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(
        self, user: User | AnonymousUser, actions: Any
    ) -> CommentQuerySet:
        comments = comments_to_moderate(user)
        return comments if ACTIONS & set(actions) else comments.none()
