"""What is asked of a form beside its fields, so that machines find it dear and people easy.

A time trap, and where the operator switches it on a proof of work by the ALTCHA protocol: made and
checked here, by nobody else. Who runs no script answers a written question instead. No refusal
loses what was typed.
"""

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from altcha import ChallengeOptionsV1, create_challenge_v1, verify_solution_v1
from django.conf import settings
from django.core import signing
from django.http import QueryDict
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _, gettext_lazy

from consult.common.forms import ErrorLink
from consult.common.limits import take_of

TOKEN_MAX_LENGTH = 120
# From the moment when a form is shown; then it is renewed before it is received.
TOKEN_GOOD_FOR = timedelta(days=2)
# A challenge is good for so long, and once.
CHALLENGE_HOURS = 4
DIGITS: list[Any] = [
    gettext_lazy("zero"),
    gettext_lazy("one"),
    gettext_lazy("two"),
    gettext_lazy("three"),
    gettext_lazy("four"),
    gettext_lazy("five"),
    gettext_lazy("six"),
    gettext_lazy("seven"),
    gettext_lazy("eight"),
    gettext_lazy("nine"),
]

_signer = signing.TimestampSigner(salt="consult.form")
_questions = signing.TimestampSigner(salt="consult.question")


class NotNow(Exception):
    """What was sent is in order, and is not taken yet: says why."""

    def __init__(self, message: str, status: int, anchor: str = "", label: str = "") -> None:
        self.link, self.status = ErrorLink(anchor, label, message), status


class UsedUp(NotNow):
    """As many submissions came by one form as one may bring; another token is needed."""


def new_token() -> str:
    """What one form is known by however often it is sent, with the time when it was first shown."""
    return _signer.sign(secrets.token_urlsafe(24))


def too_soon(token: str, now: datetime) -> bool:
    """Whether the form with `token` comes back sooner than somebody can have filled it in."""
    least = settings.FORM_MIN_SECONDS
    if not least:
        return False
    shown = _shown_at(token)
    # No form of ours: it will be by the next try.
    return shown is None or now.timestamp() - shown < least


def not_ours(token: str) -> bool:
    return _shown_at(token) is None


def too_old(token: str, now: datetime) -> bool:
    """Whether the form with `token` was first shown so long ago that it has to be renewed."""
    shown = _shown_at(token)
    return shown is not None and now.timestamp() - shown > TOKEN_GOOD_FOR.total_seconds()


def use_token(token: str) -> None:
    """Count one more submission by the form with `token`. Raises UsedUp where it had enough."""
    uses = settings.FORM_TOKEN_USES
    hours = TOKEN_GOOD_FOR.total_seconds() / 3600
    # Less than one comes back as long as the token is good.
    if not take_of(token, "form", burst=uses, per_hour=1 / hours):
        raise UsedUp(used_up_words(), 422)


def _shown_at(token: str) -> int | None:
    """When the form with `token` was first shown, in seconds; None where it is no form of ours."""
    try:
        _signer.unsign(token)
    except signing.BadSignature:
        return None
    return signing.b62_decode(token.split(":")[-2])


@dataclass(frozen=True)
class Challenge:
    """One proof to be given: work for a browser, or a question for a person."""

    work: str
    digits: str

    @classmethod
    def new(cls) -> "Challenge":
        work = create_challenge_v1(
            ChallengeOptionsV1(
                hmac_key=settings.SECRET_KEY,
                max_number=settings.ALTCHA,
                expires=timezone.now() + timedelta(hours=CHALLENGE_HOURS),
            )
        )
        return cls(
            json.dumps(work.to_dict()), "".join(secrets.choice("123456789") for _n in range(4))
        )

    def in_words(self) -> str:
        """The number to be written in figures, in the reader's language."""
        return ", ".join(str(DIGITS[int(digit)]) for digit in self.digits)

    @cached_property
    def question(self) -> str:
        """Which question it was, for the form to bring back: the answer is not to be read in it."""
        nonce = secrets.token_urlsafe(12)
        return _questions.sign(f"{nonce}.{_sealed(nonce, self.digits)}")


def challenge_if_on() -> Challenge | None:
    """What a form that is shown now asks for; nothing unless it is switched on."""
    return Challenge.new() if settings.ALTCHA else None


def _sealed(nonce: str, digits: str) -> str:
    return salted_hmac("consult.answer", f"{nonce}.{digits}").hexdigest()


def proven(data: QueryDict) -> bool:
    """Whether the form brought a proof, not used before; none is needed unless it is switched on."""
    if not settings.ALTCHA:
        return True
    name = _work_done(data.get("altcha", "")) or _answered(
        data.get("question", ""), data.get("answer", "")
    )
    # A bucket of one drop that is full again when the challenge is long over.
    return bool(name) and take_of(name, "proof", burst=1, per_hour=1 / CHALLENGE_HOURS)


def ask_for_proof(data: QueryDict) -> None:
    """Use up the proof that the form brought. Raises NotNow where it brought none."""
    if not proven(data):
        raise NotNow(not_proven_words(), 422, "id_answer", _("A question for people"))


def _work_done(payload: str) -> str:
    """The name of the challenge whose solution `payload` is, or nothing."""
    if not payload or len(payload) > 2_000:
        return ""
    try:
        done, _why = verify_solution_v1(payload, settings.SECRET_KEY)
    except Exception:
        # The library trusts the shape of what it is given more than it should.
        return ""
    # Its signature is over the challenge, so it cannot be told in two ways.
    return json.loads(base64.b64decode(payload))["signature"] if done else ""


def _answered(question: str, answer: str) -> str:
    """The name of the question that `answer` is right for, or nothing."""
    try:
        nonce, sealed = _questions.unsign(question, max_age=timedelta(hours=CHALLENGE_HOURS)).split(
            "."
        )
    except (signing.BadSignature, ValueError):
        return ""
    digits = "".join(str(int(sign)) for sign in answer[:50] if sign.isdecimal())
    return nonce if constant_time_compare(sealed, _sealed(nonce, digits)) else ""


def too_soon_words() -> str:
    return _(
        "This came back within a few seconds, as machines do it, so it was not sent yet. If you are"
        " a person, please press “Send” once more."
    )


def too_old_words() -> str:
    return _(
        "This form was open for more than two days, so it was not sent yet. We have renewed it with"
        " all that you wrote. Please look it over and press “Send” once more."
    )


def used_up_words() -> str:
    return _(
        "Several submissions were sent from this same form already, so this one was not sent yet."
        " If you mean to send one more, please press “Send” again."
    )


def not_proven_words() -> str:
    return _("Please write the number in figures, so that we know that no machine is sending this.")
