from django import forms
from django.utils.translation import gettext_lazy as _

from consult.common.forms import EmailField, SiteForm

from .enums import Frequency


class SubscriptionForm(SiteForm):
    """Where to write to, and how often."""

    email = EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={
            "required": _("Write the address that the letters are to go to."),
            "invalid": _("This is no e-mail address. It looks like this: name@example.org."),
        },
    )
    frequency = forms.ChoiceField(
        label=_("How often"),
        choices=Frequency,
        widget=forms.RadioSelect,
        initial=Frequency.AT_ONCE,
        error_messages={"required": _("Choose how often.")},
    )
