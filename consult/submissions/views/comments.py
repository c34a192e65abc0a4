"""The published comments: all of a draft's, narrowed at will, and each at its own address."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from working_groups.models import DraftPage
from working_groups.queries import public_draft

from ..carry_over import mark, section_now
from ..models import Comment
from ..narrowing import Narrowed, label_of
from ..queries import for_reading
from ..rules import language_read

COMMENTS_A_PAGE = 20


class CommentsPaginator(Paginator):
    """The numbers of the comments, a page at a time, counted as the filters have counted them."""

    def __init__(self, narrowed: Narrowed) -> None:
        numbers = narrowed.comments().order_by("-pk").values_list("pk", flat=True)
        super().__init__(numbers, COMMENTS_A_PAGE)
        self.narrowed = narrowed

    @cached_property
    def count(self) -> int:
        return self.narrowed.total


@require_safe
def comments(request: HttpRequest, group: str, draft: str) -> HttpResponse:
    """The published comments of a draft, as its filters narrow them."""
    page = public_draft(group, draft)
    narrowed = Narrowed(page, request.GET)
    remarks = [
        _("“%(value)s” was left out: no published comment has it under “%(filter)s”.")
        % {"value": value, "filter": label_of(name)}
        for name, value in narrowed.refused
    ]
    paginator = CommentsPaginator(narrowed)
    asked = request.GET.get("page", "1")
    shown = paginator.get_page(asked)
    if str(shown.number) != asked:
        remarks.append(
            _("There is no page “%(asked)s”; this is page %(number)s.")
            % {"asked": asked[:80], "number": shown.number}
        )
    # Rows are read for this page alone: to sort thousands with all their columns takes too long.
    comments = for_reading(Comment.objects.filter(pk__in=list(shown.object_list)))
    shown.object_list = mark(comments)
    context = {"page": page, "comments": shown, "narrowed": narrowed, "remarks": remarks}
    return render(request, "submissions/comments.html", context)


@require_safe
def comment(request: HttpRequest, number: int) -> HttpResponse:
    """One published comment with the words it is about, at its permanent address."""
    found = get_object_or_404(for_reading(Comment.objects.all()), pk=number)
    page = DraftPage.objects.live().public().filter(pk=found.submission.draft_id).first()
    if page is None:
        raise Http404
    mark([found])
    context = {
        "comment": found,
        "page": page,
        "stood_on": found.section and language_read(found.section, found.submission.language),
        "section_now": section_now(found),
    }
    return render(request, "submissions/comment.html", context)
