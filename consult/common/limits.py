"""Honest limits: a token bucket in the database, so that every process counts together."""

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from .models import TokenBucket


def sender_address(request: HttpRequest) -> str:
    """The network address of who sent `request`, read past our own proxies only."""
    if settings.TRUSTED_PROXIES:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(hops) >= settings.TRUSTED_PROXIES:
            return hops[-settings.TRUSTED_PROXIES].strip()
    return request.META.get("REMOTE_ADDR", "")


def take(request: HttpRequest, purpose: str, *, burst: int, per_hour: int) -> bool:
    """Whether the sender may do `purpose` once more; takes the token if so.

    `burst` at once, then `per_hour`; either at 0 switches the limit off. The address itself is not
    kept, only a keyed digest of it, and that for an hour after the bucket is full again.
    """
    if not burst or not per_hour:
        return True
    secret = settings.SECRET_KEY.encode()
    key = hmac.new(secret, f"{purpose}|{sender_address(request)}".encode(), hashlib.sha256)
    now = timezone.now()
    with transaction.atomic():
        bucket, _created = TokenBucket.objects.select_for_update().get_or_create(
            key=key.hexdigest(), defaults={"tokens": burst, "updated_at": now}
        )
        hours = max(0.0, (now - bucket.updated_at).total_seconds() / 3600)
        tokens = min(float(burst), bucket.tokens + hours * per_hour)
        if tokens < 1:
            return False
        bucket.tokens, bucket.updated_at = tokens - 1, now
        bucket.save()
        full_again = timedelta(hours=burst / per_hour + 1)
        TokenBucket.objects.filter(updated_at__lt=now - full_again).delete()
    return True
