"""How much programs may ask: so many requests a minute from one network."""

import math
from threading import Lock

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import Throttled
from ninja.throttling import AnonRateThrottle

from consult.common.limits import network, sender_address


class Limit(AnonRateThrottle):
    """So many requests a minute from one network address, as the setting `name` says.

    Each process counts in its own memory: who reads must not wait for the database to write.
    """

    def __init__(self, name: str) -> None:
        self.name = self.scope = name
        # Ninja keeps what it counts in the object, which all threads share.
        self.lock = Lock()
        super().__init__()

    def get_rate(self) -> str:
        return f"{getattr(settings, self.name)}/m"

    def get_ident(self, request: HttpRequest) -> str:
        return network(sender_address(request))

    def allow_request(self, request: HttpRequest) -> bool:
        with self.lock:
            return not getattr(settings, self.name) or super().allow_request(request)

    def check(self, request: HttpRequest) -> None:
        """Count a request that the interface does not see itself; raises Throttled."""
        if not self.allow_request(request):
            raise Throttled(wait=math.ceil(self.wait() or 1))


limit = Limit("API_PER_MINUTE")
# Whoever types asks at every pause.
typing_limit = Limit("SUGGESTIONS_PER_MINUTE")
