"""The privacy notice is written elsewhere than its page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page

from .models import HomePage, PlainPage


@hooks.register("before_edit_page")
def lead_to_privacy_notice(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The page called `privacy` only holds the address: what is read there has versions."""
    if not (isinstance(page, PlainPage) and page.slug == "privacy"):
        return None
    if page.get_parent().specific_class is not HomePage:
        return None
    messages.info(request, _("The privacy notice is written here: each change is a new version."))
    return redirect("privacy_notices")
