"""Honest limits: a token bucket in the database, so that every process counts together."""

import hashlib
import hmac
from contextlib import suppress
from datetime import timedelta
from ipaddress import IPv6Address, ip_network

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from .models import TokenBucket


def sender_address(request: HttpRequest) -> str:
    """The network address of who sent `request`, read past our own proxies only."""
    if settings.TRUSTED_PROXIES:
        hops = [hop for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop]
        if len(hops) >= settings.TRUSTED_PROXIES:
            return hops[-settings.TRUSTED_PROXIES].strip()
    return request.META.get("REMOTE_ADDR", "")


def network(address: str) -> str:
    """What one sender can choose among: of IPv6 the first 64 bits, of IPv4 the address itself."""
    with suppress(ValueError):
        if mapped := IPv6Address(address).ipv4_mapped:
            return str(mapped)
        return str(ip_network((address.partition("%")[0], 64), strict=False))
    return address


def mailbox(address: str) -> str:
    """Of the e-mail addresses that one reader can choose among: without case and without a tag."""
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def take(request: HttpRequest, purpose: str, *, burst: int, per_hour: int, cost: int = 1) -> bool:
    """Whether the sender may do `purpose` once more; takes the token if so, or `cost` of them.

    `burst` at once, then `per_hour`; either at 0 switches the limit off.
    """
    sender = network(sender_address(request))
    return take_of(sender, purpose, burst=burst, per_hour=per_hour, cost=cost)


def take_of(whom: str, purpose: str, *, burst: int, per_hour: float, cost: int = 1) -> bool:
    """As `take`, for whatever `whom` names: an e-mail address, a draft.

    The name itself is not kept, only a keyed digest of it, and that for little more than an hour
    after the bucket is full again.
    """
    if not burst or not per_hour:
        return True
    secret = settings.SECRET_KEY.encode()
    key = f"{purpose}:{hmac.new(secret, whom.encode(), hashlib.sha256).hexdigest()[:48]}"
    now = timezone.now()
    # What fails here fails as a whole: a savepoint within a transaction would be two questions more.
    with transaction.atomic(savepoint=False):
        bucket, created = TokenBucket.objects.select_for_update().get_or_create(
            key=key, defaults={"tokens": burst, "updated_at": now}
        )
        hours = max(0.0, (now - bucket.updated_at).total_seconds() / 3600)
        tokens = min(float(burst), bucket.tokens + hours * per_hour)
        if tokens < cost:
            return False
        bucket.tokens, bucket.updated_at = tokens - cost, now
        bucket.save()
        # To look through all of them takes a while: one name in sixteen does it, when it is new.
        if not (created and key.endswith("0")):
            return True
        full_again = timedelta(hours=burst / per_hour + 1)
        # Those of other purposes fill at their own pace.
        old = TokenBucket.objects.filter(key__startswith=f"{purpose}:")
        old.filter(updated_at__lt=now - full_again).delete()
    return True
