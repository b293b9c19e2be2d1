"""The description of the API: openapi.json for programs, and a page for people that reads the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response

from starter.web.access.gate import anyone
from starter.web.api import claims, clients, money, practice, sessions, tasks
from starter.web.api.answering import HERE, TITLES
from starter.web.api.caller import MEANINGS, THERAPY_ONLY
from starter.web.visit import Guest

router = APIRouter(prefix=HERE)
RESOURCES = (clients, sessions, practice, money, claims, tasks)
THERAPY_RESOURCES = (claims,)
ABOUT = (
    "Ids, amounts in dollars as text, times with their offset. Send a key as `Authorization: Bearer ps_...`, and with "
    "each request that changes something an `Idempotency-Key`: sent again, it is done once and answered the same."
)


@dataclass(frozen=True)
class Operation:
    """One thing a program can ask, as the page shows it."""

    method: str
    path: str
    says: str
    scope: str
    fields: tuple[tuple[str, str, bool, str], ...]


@router.get("/openapi.json", include_in_schema=False)
def openapi(guest: Guest = anyone()) -> Response:
    """The API as OpenAPI 3.1 describes it."""
    return JSONResponse(described(guest))


@router.get("/docs", include_in_schema=False)
def docs(guest: Guest = anyone()) -> Response:
    """The same for people."""
    schema = described(guest)
    operations = list(_operations(schema))
    meanings = {scope: words for scope, words in MEANINGS.items() if guest.words.therapy or scope not in THERAPY_ONLY}
    return guest.page("desk/integration/docs.html", operations=operations, scopes=meanings, problems=TITLES)


def described(guest: Guest) -> dict[str, Any]:
    """The routes of the API that this kind of practice has."""
    shown = [resource for resource in RESOURCES if guest.words.therapy or resource not in THERAPY_RESOURCES]
    routes = [route for resource in shown for route in resource.router.routes]
    return get_openapi(title="PerSession API", version="1", description=ABOUT, routes=routes)


def _operations(schema: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in sorted(schema["paths"].items()):
        for method, operation in methods.items():
            deed = "write" if method in ("post", "patch") else "read"
            fields = (*_parameters(operation), *_body(schema, operation))
            says = operation.get("description") or operation.get("summary", "")
            yield Operation(method.upper(), path, says, f"{operation['tags'][0]}:{deed}", fields)


def _parameters(operation: dict[str, Any]) -> Iterator[tuple[str, str, bool, str]]:
    for parameter in operation.get("parameters", []):
        words = parameter.get("description", "") or parameter["schema"].get("description", "")
        yield parameter["name"], _kind(parameter["schema"]), parameter["required"], words


def _body(schema: dict[str, Any], operation: dict[str, Any]) -> Iterator[tuple[str, str, bool, str]]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = content.get("$ref", "").rpartition("/")[2]
    model = schema["components"]["schemas"].get(name, {}) if name else {}
    for field, known in model.get("properties", {}).items():
        yield field, _kind(known), field in model.get("required", []), known.get("description", "")


def _kind(known: dict[str, Any]) -> str:
    """A field's kind in a word or two."""
    choices = [option for option in known.get("anyOf", [known]) if option.get("type") != "null"]
    first = choices[0] if choices else {}
    if "$ref" in first:
        return str(first["$ref"].rpartition("/")[2]).lower()
    if "enum" in first:
        return " or ".join(str(value) for value in first["enum"])
    if first.get("type") == "array":
        return f"list of {_kind(first.get('items', {}))}"
    return str(first.get("format") or first.get("type") or "text")
