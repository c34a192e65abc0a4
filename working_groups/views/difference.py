"""What changed from one version of a draft to another."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext, ngettext_lazy
from django.views.decorators.http import require_safe

from consult.common import languages

from ..differences import Change, SectionDifference, compare_versions
from ..queries import public_draft

BOTH = "both"
# How many sections each thing happened to, in the order in which it is told.
COUNTED = {
    Change.WORDS: ngettext_lazy("%(count)d changed", "%(count)d changed", "count"),
    Change.ADDED: ngettext_lazy("%(count)d added", "%(count)d added", "count"),
    Change.REMOVED: ngettext_lazy("%(count)d removed", "%(count)d removed", "count"),
    Change.MOVED: ngettext_lazy("%(count)d moved", "%(count)d moved", "count"),
    Change.RENUMBERED: ngettext_lazy("%(count)d renumbered", "%(count)d renumbered", "count"),
    Change.REFERENCES: ngettext_lazy(
        "%(count)d with other numbers in references",
        "%(count)d with other numbers in references",
        "count",
    ),
    Change.FORM: ngettext_lazy(
        "%(count)d with other formatting", "%(count)d with other formatting", "count"
    ),
    Change.NONE: ngettext_lazy("%(count)d the same", "%(count)d the same", "count"),
}


@require_safe
def difference(
    request: HttpRequest, group: str, draft: str, older: int, newer: int
) -> HttpResponse:
    """The sections of two versions, what changed in them marked at its place.

    With `older` above `newer`, it shows the way back. `?lang=es`, `en` or `both`: which texts.
    """
    page = public_draft(group, draft)
    versions = {version.number: version for version in page.versions.all()}
    if older not in versions or newer not in versions:
        raise Http404
    prefetch_related_objects([versions[older], versions[newer]], "sections")
    shown = request.GET.get("lang", "")
    here = languages.current()
    if shown not in (*languages.CODES, BOTH):
        shown = here
    codes = [here, languages.other(here)] if shown == BOTH else [shown]
    sections = [] if older == newer else compare_versions(versions[older], versions[newer], codes)
    context = {
        "page": page,
        "older": versions[older],
        "newer": versions[newer],
        "shown": shown,
        "sections": sections,
        "changed": [each for each in sections if each.change != Change.NONE],
        "sentence": sentence(sections),
        "elsewhere": sum(each.changed_elsewhere(codes) for each in sections),
        "steps": [
            pair
            for pair in pairwise(sorted(versions))
            if pair[1] == min(older, newer) or pair[0] == max(older, newer)
        ],
    }
    return render(request, "working_groups/difference.html", context)


def sentence(sections: Iterable[SectionDifference]) -> str:
    """What happened to how many of `sections`, in words."""
    counts = Counter(each.change for each in sections)
    told = [
        words % {"count": counts[change]} for change, words in COUNTED.items() if counts[change]
    ]
    return ngettext(
        "Of %(total)d section: %(counts)s.", "Of %(total)d sections: %(counts)s.", counts.total()
    ) % {"total": counts.total(), "counts": ", ".join(told)}
