"""The part of a form that takes files, wherever a comment is written."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _, ngettext

from consult.common.forms import ErrorLink, FilesField, SiteForm
from consult.common.limits import take

from .attachments import ACCEPT
from .holding import held_for, hold
from .models import HeldFile


def too_many_files() -> str:
    """What somebody is told whose network sent more files than it may for now."""
    return str(
        _("Too many files came from your network in a short time. Please wait and try again.")
    )


def may_upload(request: HttpRequest) -> bool:
    """Whether the sender may send the files that came along, each of which counts."""
    files = sum(len(each) for _name, each in request.FILES.lists())
    per_hour = settings.UPLOADS_PER_HOUR
    return not files or take(request, "upload", burst=per_hour, per_hour=per_hour, cost=files)


class WithFiles(SiteForm):
    """A form, or a block of one, with files that are held until it is sent.

    Its template includes `submissions/files.html` with `block` (the form). A button `drop` takes a
    file out: `dropped` is the number that it sends.
    """

    attachments = FilesField(label=_("Attach files"), required=False)

    def __init__(self, *args: Any, token: str = "", place: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.token, self.place = token, place
        self.held: list[HeldFile] = []
        self.refused_files: list[Any] = []
        # What is attached already, where a comment is changed.
        self.attached = 0
        self.fields["attachments"].widget.attrs["accept"] = ACCEPT
        self.fields["attachments"].help_text = self._what_fits()

    @staticmethod
    def may_attach() -> bool:
        """Whether files are taken at all."""
        return bool(settings.ATTACHMENTS_PER_COMMENT)

    @staticmethod
    def _what_fits() -> str:
        kinds = _(
            "PDF, Word (.docx), OpenDocument (.odt) or pictures. Once your comment is published,"
            " everybody can download them. Pictures lose their hidden data, such as the place; a"
            " document keeps its author's name."
        )
        number, size = settings.ATTACHMENTS_PER_COMMENT, settings.ATTACHMENT_MAX_BYTES
        limits = ngettext("At most %(number)d file.", "At most %(number)d files.", number) % {
            "number": number
        }
        if size:
            limits += " " + _("Each of at most %(size)s.") % {"size": filesizeformat(size)}
        return f"{kinds} {limits}"

    @property
    def held_name(self) -> str:
        """The name of the hidden fields that say which files are held for this block."""
        return self.add_prefix("held")

    def hold_files(self, data: QueryDict, files: MultiValueDict, room: int | None = None) -> None:
        """Keep what was uploaded with this block beside what it held; `room`: no more than that."""
        named = data.getlist(self.held_name)[:100]
        self.held = held_for(self.token, self.place, named)
        if len(self.held) < len(set(named)) and "drop" not in data:
            self.refused_files.append(
                str(_("A file that you attached is not here any more. Please attach it again."))
            )
        fit = settings.ATTACHMENTS_PER_COMMENT - self.attached
        fit = max(0, fit if room is None else min(fit, room))
        # They may have been held one by one, by requests that did not name each other's.
        self.held, beyond = self.held[:fit], self.held[fit:]
        for held in beyond:
            self._refuse(held.name)
        for file in files.getlist(self.add_prefix("attachments")):
            if len(self.held) >= fit:
                self._refuse(file.name or "")
                continue
            try:
                kept = hold(self.token, self.place, file)
            except ValidationError as error:
                self.refused_files.append(" ".join(error.messages))
            else:
                self.held += [kept] if kept not in self.held else []

    def _refuse(self, name: str) -> None:
        words = str(_("“%(name)s” was not taken: there are as many files as fit here."))
        self.refused_files.append(words % {"name": name[:120]})

    def error_links(self) -> list[ErrorLink]:
        field = self["attachments"]
        refused = [ErrorLink(field.id_for_label, field.label, why) for why in self.refused_files]
        return [*super().error_links(), *refused]
