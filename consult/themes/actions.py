import json
from pathlib import Path

from django.db import transaction

from consult.common.languages import CODES

from .models import Theme

CODEBOOK = Path(__file__).parent / "codebook.json"


@transaction.atomic
def load_codebook() -> int:
    """Add the themes that ship with the project and are not there yet; return how many were added.

    A theme that exists is left alone: staff may have edited it.
    """
    added = 0
    for order, entry in enumerate(json.loads(CODEBOOK.read_text("utf-8")), 1):
        fields = {
            "core": entry["core"],
            "sort_order": order,
            **{
                f"{name}_{code}": entry[name][code]
                for name in ("name", "description")
                for code in CODES
            },
            **{f"vocabulary_{code}": "\n".join(entry["vocabulary"][code]) for code in CODES},
        }
        _theme, created = Theme.objects.get_or_create(slug=entry["slug"], defaults=fields)
        added += created
    return added
