"""What every importer needs: a file that may be refused, and every problem named with its place."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from .languages import CODES
from .texts import storable


class ImportRefused(Exception):
    """Nothing was imported; `problems` are sentences, each with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass
class Findings:
    """What the check of a file finds: what is wrong, and the names nobody reads."""

    problems: list[str] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def refuse_if_any(self) -> None:
        """Raise ImportRefused with all problems, if there are any."""
        if self.problems:
            raise ImportRefused(self.problems)


class Entry:
    """One object of a file while it is checked.

    Gives values of the type asked for, and notes in `findings` what is not as it should be; a
    value that was refused comes back empty, so that the check goes on to the next.
    """

    def __init__(self, value: Any, place: str, findings: Findings, part: str = "") -> None:
        self.place, self.findings, self.part = place, findings, part
        self.is_object = isinstance(value, dict)
        self.value = value if self.is_object else {}
        self.unread = set(self.value)
        if not self.is_object:
            self.refuse("", _("this must be an object: names with values, in braces"))

    def refuse(self, name: str, sentence: str) -> None:
        """Note that `name` (empty: the whole) is wrong, for the reason in `sentence`."""
        if name and not self.is_object:
            # That the whole is none was said already.
            return
        self.findings.problems.append(": ".join(filter(None, [self.place, name, sentence])))

    def get(self, name: str) -> Any:
        """The value under `name` as it is; None where there is none."""
        self.unread.discard(name)
        return self.value.get(name)

    def finish(self) -> None:
        """Note the names that nobody asked for."""
        self.findings.unread |= {f"{self.part}{name}" for name in self.unread}

    def text(self, name: str, *, required: bool = False, longest: int | None = None) -> str:
        """The text under `name`, as it was typed; `longest` 0 or None: of any length."""
        value = self.get(name)
        if value is None:
            value = ""
        if not isinstance(value, str):
            self.refuse(name, _("this must be a text, in quotation marks"))
        elif required and not value.strip():
            self.refuse(name, _("this is missing"))
        elif value != storable(value):
            self.refuse(name, _("this has a character that cannot be stored (NUL)"))
        elif longest and len(value) > longest:
            self.refuse(
                name,
                _("this has %(length)d characters; at most %(longest)d are possible")
                % {"length": len(value), "longest": longest},
            )
        else:
            return value
        return ""

    def choice(self, name: str, among: Collection[str], *, required: bool = False) -> str:
        """One of the words `among`."""
        value = self.text(name, required=required).strip()
        if value and value not in among:
            self.refuse(name, self.not_among(value, among))
            return ""
        return value

    def not_among(self, value: Any, among: Collection[str]) -> str:
        """The sentence that `value` is not one of those possible."""
        return _("“%(value)s” is none of: %(choices)s") % {
            "value": str(value)[:80],
            "choices": ", ".join(among),
        }

    def flag(self, name: str) -> bool:
        """True or false; false where it is not given."""
        value = self.get(name)
        if value is not None and type(value) is not bool:
            self.refuse(name, _("this must be true or false"))
        return value is True

    def integer(self, name: str, among: Collection[int]) -> int:
        """One of the numbers `among`; the first of them where it is refused."""
        value = self.get(name)
        if type(value) is not int or value not in among:
            self.refuse(name, self.not_among(value, [str(number) for number in among]))
            return next(iter(among))
        return value

    def moment(self, name: str, *, required: bool = False) -> datetime | None:
        """A date and time with its zone."""
        value = self.text(name, required=required).strip()
        if not value:
            return None
        try:
            moment = datetime.fromisoformat(value)
            if moment.utcoffset() is None:
                raise ValueError
            # Dates at the ends of time cannot be told in every zone: the database's, the reader's.
            for margin in (timedelta(days=-2), timedelta(days=2)):
                moment.astimezone(UTC) + margin
        except (ValueError, OverflowError):
            self.refuse(
                name,
                _(
                    "“%(value)s” is no date and time with its zone, "
                    "such as 2026-11-01T09:30:00-06:00"
                )
                % {"value": value[:80]},
            )
            return None
        return moment

    def items(self, name: str) -> list[Any]:
        """The list under `name`, whatever is in it."""
        value = self.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(name, _("this must be a list, in brackets"))
            return []
        return value

    def chosen(self, name: str, among: dict[str, Any]) -> list[Any]:
        """What stands in `among` under the names listed, each once."""
        found = {}
        for value in self.items(name):
            if isinstance(value, str) and value in among:
                found[value] = among[value]
            else:
                self.refuse(name, self.not_among(value, among))
        return list(found.values())

    def entries(self, name: str) -> list["Entry"]:
        """The objects listed under `name`, each with its place."""
        return [
            Entry(value, f"{self.place}, {name} {number}", self.findings, f"{name}.")
            for number, value in enumerate(self.items(name), 1)
        ]

    def bilingual(
        self,
        name: str,
        *,
        column: str = "",
        required: bool = False,
        longest: int | None = None,
        named_only: bool = False,
    ) -> dict[str, str]:
        """The columns (`heading_es`, `heading_en`) of a text in both languages.

        `named_only`: only those of the languages that the file names; it says nothing of the other.
        """
        column = column or name
        value = self.get(name)
        if value is None:
            if required:
                self.refuse(name, _("this is missing"))
            return {} if named_only else {f"{column}_{code}": "" for code in CODES}
        words = Entry(value, f"{self.place}: {name}", self.findings, f"{self.part}{name}.")
        columns = {
            # Spanish is required; English may follow.
            f"{column}_{code}": words.text(
                code, longest=longest, required=required and code == "es"
            )
            for code in CODES
            if not named_only or code in words.value or (required and code == "es")
        }
        words.finish()
        return columns


def longest(model: Any, name: str) -> int | None:
    """How many characters the column `name` of `model` holds; None: no limit."""
    return model._meta.get_field(name).max_length


def read_bytes(path: Path) -> bytes:
    """The content of `path`; raises ImportRefused where it cannot be read or is too large."""
    limit = settings.IMPORT_MAX_BYTES
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1 if limit else -1)
    except OSError as error:
        raise ImportRefused([f"{path}: {error.strerror or error}"]) from error
    if limit and len(data) > limit:
        raise ImportRefused([too_large(path.name)])
    return data


def too_large(name: str) -> str:
    """The sentence that the file `name` is larger than the setting allows."""
    return _("%(name)s: this file is larger than %(limit)d bytes (IMPORT_MAX_BYTES)") % {
        "name": name,
        "limit": settings.IMPORT_MAX_BYTES,
    }


def decoded(data: bytes) -> str:
    """`data` as text; raises ImportRefused where it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ImportRefused(
            [_("line %(line)d: this is not UTF-8 text; save the file as UTF-8") % {"line": line}]
        ) from error


def read_json(path: Path) -> Any:
    """The JSON in `path`; raises ImportRefused where it is none."""
    text = decoded(read_bytes(path))
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = _("line %(line)d") % {"line": error.lineno}
        raise ImportRefused([f"{place}: {not_json(error)}"]) from error
    except (ValueError, RecursionError) as error:
        raise ImportRefused([not_json(error)]) from error


def not_json(error: Exception) -> str:
    """The sentence that a text is not JSON, from what the parser raised."""
    detail = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
    return _("this is not JSON (%(detail)s)") % {"detail": detail}
