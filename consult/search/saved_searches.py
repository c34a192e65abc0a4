"""The searches that those who work here save: in the administration, so that public pages are the
same for everybody. Each sees their own; what a search finds is what everybody may read."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from consult.common import languages
from consult.notices.models import SEARCH_MAX_LENGTH

from .alerts import in_words
from .choices import Choices
from .models import NAME_MAX_LENGTH, SavedSearch
from .parameters import read

TITLE = gettext_lazy("Saved searches")


class SavedSearchForm(forms.ModelForm):
    class Meta:
        model = SavedSearch
        fields = ["name"]


class SavedSearchesView(WagtailAdminTemplateMixin, View):
    """The reader's own searches, to open, rename and delete; and the form that saves another.

    With a search in the address the form saves that one.
    """

    template_name = "search/saved_searches.html"
    page_title = TITLE
    header_icon = "search"
    request: Any

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        language = languages.current()
        choices = Choices(language)
        asked = read(request.GET, choices.labels)
        asked.page = 1
        self.query = asked.query().urlencode()
        self.words = in_words(asked, choices, language)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(SavedSearchForm(initial={"name": self.words[:NAME_MAX_LENGTH]}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SavedSearchForm(request.POST, instance=SavedSearch(owner=self.request.user))
        if len(self.query) > SEARCH_MAX_LENGTH:
            form.add_error(None, _("This search is too long to be saved. Use fewer words."))
        if not form.is_valid():
            return self.show(form, 422)
        form.instance.query = self.query
        messages.success(request, _("“%(name)s” is saved.") % {"name": form.save()})
        return redirect("saved_searches")

    def show(self, form: SavedSearchForm, status: int = 200) -> HttpResponse:
        context = self.get_context_data(
            form=form,
            query=self.query,
            words=self.words,
            searches=SavedSearch.objects.filter(owner=self.request.user),
        )
        return self.render_to_response(context, status=status)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": reverse("saved_searches"), "label": TITLE}]


def _own(request: HttpRequest, pk: int) -> SavedSearch:
    return get_object_or_404(SavedSearch, pk=pk, owner=request.user)


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    form = SavedSearchForm(request.POST, instance=_own(request, pk))
    if form.is_valid():
        messages.success(request, _("It is called “%(name)s” now.") % {"name": form.save()})
    else:
        problems = " ".join(map(str, form.errors["name"]))
        messages.error(request, _("Not renamed: %(problems)s") % {"problems": problems})
    return redirect("saved_searches")


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    found.delete()
    messages.success(request, _("“%(name)s” is deleted.") % {"name": found})
    return redirect("saved_searches")
