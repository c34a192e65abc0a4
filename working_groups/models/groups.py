from typing import Any

from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable

from consult.common.fields import BilingualRichTextField
from consult.common.models import BilingualPage

from ..enums import Role, Sector


class GroupIndexPage(BilingualPage):
    """All working groups, at `/groups/`."""

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["working_groups.WorkingGroupPage"]
    max_count = 1
    template = "working_groups/group_index.html"

    class Meta:
        verbose_name = _("list of working groups")

    def fixed_slug(self) -> str:
        return "groups"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        groups = WorkingGroupPage.objects.child_of(self).live().public().order_by("path")
        return super().get_context(request, *args, **kwargs) | {"groups": groups}


class WorkingGroupPage(BilingualPage):
    """A working group: its mandate, its members, its drafts."""

    mandate = BilingualRichTextField(_("mandate"), blank=True)
    # Made with the page (see actions.provision_chairs): who is in it moderates this group only.
    chairs = models.OneToOneField(
        Group,
        verbose_name=_("chairs' permission group"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="working_group",
    )

    # A copied group gets chairs of its own.
    exclude_fields_in_copy = ["chairs"]
    translated_panels = ["mandate"]
    structure_panels = [
        InlinePanel(
            "members",
            [
                FieldPanel("name"),
                FieldPanel("role"),
                FieldPanel("sector"),
                FieldPanel("organisation_es"),
                FieldPanel("organisation_en"),
            ],
            label=_("Member"),
            heading=_("Members"),
        )
    ]
    parent_page_types = ["working_groups.GroupIndexPage"]
    subpage_types = ["working_groups.DraftPage"]
    template = "working_groups/group.html"

    class Meta:
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")

    def fixed_slug(self) -> str:
        """The addresses of its drafts begin with it."""
        return self.slug if self.pk and self.numchild else ""

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from .drafts import DraftPage

        drafts = DraftPage.objects.child_of(self).live().public().with_standing()
        return super().get_context(request, *args, **kwargs) | {"drafts": drafts}


class Member(Orderable):
    page = ParentalKey(WorkingGroupPage, on_delete=models.CASCADE, related_name="members")
    name = models.CharField(_("name"), max_length=160)
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.MEMBER)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    sector = models.CharField(_("sector"), max_length=16, choices=Sector, default=Sector.OTHER)

    class Meta(Orderable.Meta):
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self) -> str:
        return self.name
