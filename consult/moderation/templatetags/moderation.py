"""What was decided, for templates of other floors; `{% load moderation %}`."""

from django import template

from ..queries import latest_decisions

register = template.Library()
register.simple_tag(latest_decisions, name="decisions_of")
