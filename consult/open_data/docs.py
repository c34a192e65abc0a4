"""`/api/v1/docs`: what the interface's own description says, as a page without scripts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from .api import api, reader


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every address with its parameters and what it answers, in the language asked for."""
    description = api.get_openapi_schema(path_prefix="/api/v1/")
    schemas = description["components"]["schemas"]
    addresses = [
        {"path": path, "answer": _answer(each["get"], schemas), **each["get"]}
        for path, each in description["paths"].items()
    ]
    with translation.override(reader(request)):
        return render(
            request, "open_data/docs.html", {"api": description["info"], "addresses": addresses}
        )


def _answer(operation: dict[str, Any], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of what `operation` answers, each with those of what is in it."""
    content = operation["responses"][200]["content"]["application/json"]["schema"]
    return _fields(content, schemas)


def _fields(schema: dict[str, Any], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    while inner := schema.get("items") or schema.get("additionalProperties"):
        schema = inner
    named = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else {}
    return [
        {"name": name, "fields": _fields(each, schemas), **each}
        for name, each in named.get("properties", {}).items()
    ]
