"""Wagtail's page screens, where groups and drafts need more than Wagtail knows."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _, gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.admin.widgets import Button
from wagtail.models import Page, Revision
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet
from wagtail.snippets.models import register_snippet

from consult.common import markup
from consult.common.languages import CODES
from consult.common.models import BilingualPage

from .enums import CHANGE_NOTES
from .models import DraftPage, Question, Section, Version, WorkingGroupPage
from .queries import translation_warnings
from .rich_text import register_features
from .views.glossary import GlossaryViewSet
from .views.importing import TITLE, PreviewView, UploadView, may_import
from .views.translations import DraftsIndexView, TranslationReportView
from .views.window import CloseEarlyView, ExtendView
from .wording import lost_references

# --- Copies --------------------------------------------------------------------------------------


@hooks.register("before_copy_page")
def copy_as_a_draft(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A copy of a draft begins unpublished, and is no alias.

    Published at once, it would open a second consultation under the first one's name.
    """
    if request.method != "POST":
        return None
    drafts = DraftPage.objects.descendant_of(page, inclusive=True)
    if not drafts.exists():
        return None
    if request.POST.get("alias"):
        messages.error(
            request, _("A draft has one address, where its comments are. Make a copy instead.")
        )
        return redirect("wagtailadmin_pages:copy", page.pk)
    if request.POST.get("publish_copies"):
        messages.warning(
            request, _("The copy is not published yet: look it over, set its dates, publish it.")
        )
        asked = request.POST.copy()
        del asked["publish_copies"]
        request.POST = asked  # type: ignore[assignment]
    return None


@hooks.register("after_copy_page")
def make_copy_its_own(request: HttpRequest, page: Page, new_page: Page) -> None:
    """The title asked for becomes the copy's heading; its sections and questions become its own."""
    copy = new_page.specific
    asked = request.POST.get("new_title", "").strip()
    if isinstance(copy, BilingualPage) and asked and asked != copy.heading_es:
        rename(copy, asked)
    for draft in DraftPage.objects.descendant_of(new_page, inclusive=True):
        give_new_uids(draft)


def rename(page: BilingualPage, heading: str) -> None:
    """Give `page` and all its revisions the Spanish `heading`, and none in English yet."""
    words = {"title": heading, "heading": heading, "heading_es": heading, "heading_en": ""}
    type(page).objects.filter(pk=page.pk).update(
        title=heading, draft_title=heading, heading_es=heading, heading_en=""
    )
    for revision in page.revisions.all():
        revision.content |= words
        revision.object_str = heading
        revision.save(update_fields=["content", "object_str"])


def give_new_uids(draft: DraftPage) -> None:
    """Give the sections and questions of a copied draft, and of its revisions, uids of their own.

    References between its sections lead to the new ones.
    """
    new: defaultdict[str, str] = defaultdict(lambda: str(uuid.uuid4()))
    sections = list(Section.objects.filter(page=draft))
    for row in (*sections, *Question.objects.filter(page=draft)):
        row.uid = uuid.UUID(new[str(row.uid)])
        if isinstance(row, Question) and row.section_uid:
            row.section_uid = uuid.UUID(new[str(row.section_uid)])
        row.save()
    revisions = list(Revision.objects.for_instance(draft))
    for revision in revisions:
        for row in revision.content.get("sections", []) + revision.content.get("questions", []):
            row["uid"] = new[row["uid"]]
            if row.get("section_uid"):
                row["section_uid"] = new[row["section_uid"]]
    # Once every uid is known.
    for section in sections:
        for name in BODIES:
            setattr(section, name, with_new_uids(getattr(section, name), new))
        section.save()
    for revision in revisions:
        for row in revision.content.get("sections", []):
            row |= {name: with_new_uids(row[name], new) for name in BODIES if name in row}
        revision.save(update_fields=["content"])


BODIES = ("body", *(f"body_{code}" for code in CODES))


def with_new_uids(html: str | None, new: Mapping[str, str]) -> str | None:
    """`html` with its references to sections following their `new` uids."""

    def point(node: markup.Node) -> markup.Tree:
        if node.refers_to in new:
            node.attrs["uid"] = new[node.refers_to]
        return [node]

    if not html or "uid=" not in html:
        return html
    return markup.html_of(markup.rewritten(markup.parse(html), point))


# --- Publishing ----------------------------------------------------------------------------------


@hooks.register("before_bulk_action")
def want_change_notes(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any
) -> HttpResponse | None:
    """Publishing from a list asks for the change note too, where people have commented."""
    if action_type != "publish" or not issubclass(action.model, Page):
        return None
    for page in objects:
        # Those below may be published along with it.
        for draft in DraftPage.objects.descendant_of(page, inclusive=True):
            latest = draft.get_latest_revision_as_object()
            sections = latest.numbered_sections()
            notes = {name: getattr(latest, name) or "" for name in CHANGE_NOTES}
            if draft.notes_wanted(sections, notes) or any(lost_references(sections)):
                messages.error(
                    request,
                    _(
                        "Nothing was published: “%(draft)s” has comments, and nothing says in both"
                        " languages what changes with its new version; or it refers to a section"
                        " that left. Open it and publish it there."
                    )
                    % {"draft": draft.title},
                )
                return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@hooks.register("after_publish_page")
def warn_of_translations(request: HttpRequest, page: Page) -> None:
    """Name what people who read the other language do not get in a consultation that opens."""
    if isinstance(page, DraftPage):
        for warning in translation_warnings(page):
            messages.warning(request, warning)


@hooks.register("after_bulk_action")
def warn_of_translations_of_many(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any
) -> None:
    if action_type == "publish" and issubclass(action.model, Page):
        for page in objects:
            warn_of_translations(request, page.specific)


def keep_in_place(request: HttpRequest, pages: Sequence[Page]) -> HttpResponse | None:
    """Refuse to move `pages` where one, or one below it, was published as a version."""
    below = reduce(or_, (Q(draft__path__startswith=page.path) for page in pages))
    published = Version.objects.filter(below).order_by("draft__path")
    names = list(published.values_list("draft__heading_es", flat=True).distinct())
    if not names:
        return None
    messages.error(
        request,
        _(
            "Not moved: “%(drafts)s” was published under the address of this working group, whose"
            " chairs answer its comments, and links in print lead there. Make a copy for the other"
            " group."
        )
        % {"drafts": "”, “".join(names)},
    )
    return redirect("wagtailadmin_explore", pages[0].get_parent().pk)


@hooks.register("before_move_page")
def keep_published_in_place(
    request: HttpRequest, page: Page, destination: Page
) -> HttpResponse | None:
    return keep_in_place(request, [page])


@hooks.register("before_bulk_action")
def keep_many_in_place(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any
) -> HttpResponse | None:
    if action_type == "move" and objects and issubclass(action.model, Page):
        return keep_in_place(request, objects)
    return None


# --- The consultation window ---------------------------------------------------------------------


@hooks.register("register_admin_urls")
def window_screens() -> list[URLPattern]:
    return [
        path("drafts/<int:pk>/extend/", ExtendView.as_view(), name=ExtendView.url_name),
        path("drafts/<int:pk>/close/", CloseEarlyView.as_view(), name=CloseEarlyView.url_name),
    ]


@hooks.register("register_page_header_buttons")
def window_buttons(page: Page, user: User, **kwargs: Any) -> Iterator[Button]:
    """In the menu of a draft, what can be done with its closing time by who may publish it."""
    # As it is published: the editor's is as it was last saved.
    draft = DraftPage.objects.filter(pk=page.pk).with_standing().first()
    if draft is None or not draft.permissions_for_user(user).can_publish():
        return
    for view in (ExtendView, CloseEarlyView):
        if not view.refusal(draft):
            address = reverse(view.url_name, args=[draft.pk])
            yield Button(str(view.title), address, icon_name="date", priority=68)


# --- Drafts from Word and Markdown ---------------------------------------------------------------


@hooks.register("register_admin_urls")
def import_screens() -> list[URLPattern]:
    return [
        path("drafts/import/<int:pk>/", UploadView.as_view(), name="import_draft"),
        path("drafts/import/<uuid:pk>/", PreviewView.as_view(), name="import_preview"),
    ]


@hooks.register("register_page_header_buttons")
def import_button(page: Page, user: User, **kwargs: Any) -> Iterator[Button]:
    """In the menu of a working group and of a draft, for who may bring a text into it."""
    page = page.specific
    if isinstance(page, WorkingGroupPage | DraftPage) and may_import(user, page):
        address = reverse("import_draft", args=[page.pk])
        yield Button(str(TITLE), address, icon_name="upload", priority=67)


# --- Translations --------------------------------------------------------------------------------


class DraftsViewSet(PageViewSet):
    """Wagtail's screens of pages, but for the list below a working group."""

    model = DraftPage
    index_view_class = DraftsIndexView


@hooks.register("register_admin_viewset")
def register_list_of_drafts() -> DraftsViewSet:
    return DraftsViewSet()


@hooks.register("register_admin_urls")
def register_translation_report() -> list[URLPattern]:
    view = TranslationReportView
    return [
        path("reports/translations/", view.as_view(), name="translation_report"),
        path(
            "reports/translations/results/",
            view.as_view(results_only=True),
            name="translation_report_results",
        ),
    ]


@hooks.register("register_reports_menu_item")
def register_translation_report_menu_item() -> MenuItem:
    return MenuItem(
        gettext_lazy("Translations of drafts"),
        reverse("translation_report"),
        icon_name="globe",
        order=700,
    )


# --- What chairs see of other groups' pages --------------------------------------------------------


def visible_pages(user: User | AnonymousUser) -> Q:
    """What everybody reads, and what `user` may work on: not what others are preparing."""
    explorable = policy_registry.get_by_type(Page).explorable_instances(user)
    return Q(live=True) | Q(pk__in=explorable.values("pk"))


@hooks.register("construct_page_chooser_queryset")
def choose_among_visible_pages(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    visible = visible_pages(request.user)
    match = request.resolver_match
    parent = match.kwargs.get("parent_page_id") if match else None
    if parent and not Page.objects.filter(visible, pk=parent).exists():
        raise Http404
    return pages.filter(visible)


# The report names the latest page of each type to everybody who may edit one: for staff only, who
# alone may delete a page with those below it.
PageTypesUsageReportView.any_permission_required = ["bulk_delete"]


@hooks.register("construct_reports_menu")
def hide_report_of_page_types(request: HttpRequest, items: list[MenuItem]) -> None:
    if not policy_registry.get_by_type(Page).user_has_permission(request.user, "bulk_delete"):
        items[:] = [item for item in items if item.name != "page-types-usage"]


# --- Writing: the text editor and the glossary -----------------------------------------------------

hooks.register("register_rich_text_features", register_features)
register_snippet(GlossaryViewSet)
