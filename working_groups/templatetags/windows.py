"""What became of a consultation's dates; `{% load windows %}`."""

from django import template

from .. import windows
from ..models import ConsultationWindow, DraftPage
from ..windows import Change

register = template.Library()


@register.simple_tag
def window_changes(draft: DraftPage) -> list[Change]:
    """Every change of the closing time after `draft` had opened, the newest first."""
    return windows.changes(draft)


@register.simple_tag
def closed_early(draft: DraftPage) -> ConsultationWindow | None:
    """The window that closed `draft` before the time announced, with the reason; None if none did."""
    return windows.closed_early(draft)
