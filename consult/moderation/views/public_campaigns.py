"""What everybody reads of campaigns: the rule, those of a draft, and one with its comments."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from consult.submissions.carry_over import mark
from consult.submissions.queries import for_reading
from working_groups.queries import public_draft

from ..campaigns import fingerprints
from ..campaigns.differences import beside
from ..campaigns.queries import public_campaigns, public_comments

COMMENTS_A_PAGE = 20


@require_safe
def campaigns(request: HttpRequest, group: str, draft: str) -> HttpResponse:
    """How comments are grouped and counted, in plain words, and the campaigns of a draft."""
    page = public_draft(group, draft)
    context = {
        "page": page,
        "campaigns": public_campaigns(page),
        "fewest_words": fingerprints.FEWEST_WORDS,
        "run": fingerprints.RUN,
        "shared": round(100 * fingerprints.ENOUGH_SHARED),
        "shortest": round(100 * fingerprints.SHORTEST),
        "in_order": round(100 * fingerprints.REPLACED_IN_ORDER),
    }
    return render(request, "moderation/public_campaigns.html", context)


@require_safe
def campaign(request: HttpRequest, group: str, draft: str, number: int) -> HttpResponse:
    """A confirmed campaign: the text, and what each of its public comments added."""
    page = public_draft(group, draft)
    found = get_object_or_404(public_campaigns(page).select_related("exemplar"), pk=number)
    comments = public_comments(found)
    exemplar = found.exemplar if found.exemplar and found.exemplar.is_public() else None
    # The one that stands for all may be none that everybody reads: then the first that is.
    exemplar = exemplar or comments.order_by("pk").first()
    numbers = comments.order_by("-pk").values_list("pk", flat=True)
    shown = Paginator(numbers, COMMENTS_A_PAGE).get_page(request.GET.get("page"))
    rows = beside(exemplar, mark(for_reading(comments.filter(pk__in=list(shown.object_list)))))
    context = {
        "page": page,
        "campaign": found,
        "exemplar": exemplar,
        "shown": shown,
        "rows": rows,
    }
    return render(request, "moderation/public_campaign.html", context)
