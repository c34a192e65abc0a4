"""What was decided, for templates of other floors; `{% load moderation %}`."""

from django import template

from consult.submissions.models import Submission

from ..models import Decision
from ..queries import latest_decisions

register = template.Library()


@register.simple_tag
def decisions_of(submission: Submission) -> list[Decision]:
    """The decision that stands on each comment of `submission`; none for the undecided."""
    return latest_decisions(submission)
