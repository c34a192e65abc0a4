from typing import Any

from django.http import Http404

from .models import DraftPage


def public_draft(group: str, draft: str) -> DraftPage:
    """The published draft at `/groups/<group>/<draft>/`; raises Http404 where there is none."""
    found: Any = (
        DraftPage.objects.live()
        .public()
        .filter(slug=draft, url_path__endswith=f"/groups/{group}/{draft}/")
        .first()
    )
    if found is None or found.current_version is None:
        raise Http404
    return found
