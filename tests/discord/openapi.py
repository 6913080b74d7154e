"""Discord's own description of its API, where it is at hand: what is sent and answered must fit it."""

import gzip
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.fakes.discord import Exchange

FILE = Path(__file__).parents[3] / "shared" / "data" / "apis" / "discord-openapi.json.gz"
_ROOT = "urn:discord"
_PLAIN_CODE = {"oneOf": [{"type": "integer"}, {"type": "string"}]}


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The document, with one mend: the codes inside a form's errors are words in every real answer."""
    document: dict[str, Any] = json.loads(gzip.decompress(FILE.read_bytes()))
    document["components"]["schemas"]["Error"]["properties"]["code"] = _PLAIN_CODE
    return document


@lru_cache(maxsize=1)
def _registry() -> Registry[Any]:
    return Registry().with_resource(_ROOT, Resource(contents=description(), specification=DRAFT202012))


@lru_cache(maxsize=1)
def _paths() -> dict[str, str]:
    """The description's paths by their shape: every name in braces emptied."""
    return {re.sub(r"\{[^}]*\}", "{}", path): path for path in description()["paths"]}


def faults(exchange: Exchange) -> list[str]:
    """What in this exchange does not fit the description; empty if all does."""
    shape = re.sub(r"\{[^}]*\}", "{}", exchange.route)
    path = _paths().get(shape)
    operation = description()["paths"].get(path, {}).get(exchange.method.lower()) if path else None
    if operation is None:
        return [f"{exchange.method} {exchange.route} is not in the description"]
    found = _answer(exchange, path or "", operation)
    if exchange.body is not None and exchange.status < 400:
        pointer = [
            "paths",
            path,
            exchange.method.lower(),
            "requestBody",
            "content",
            "application/json",
            "schema",
        ]
        found += _check(pointer, _with_text_ids(exchange.body), f"{exchange.method} {exchange.route} sent")
    return found


def _answer(exchange: Exchange, path: str, operation: dict[str, Any]) -> list[str]:
    status = str(exchange.status)
    if exchange.status >= 500:
        return []
    if status not in operation["responses"]:
        status = f"{status[0]}XX"
    if status not in operation["responses"]:
        return [f"{exchange.method} {exchange.route} never answers {exchange.status}"]
    content = _resolve(operation["responses"][status]).get("content")
    if not content or exchange.answer is None:
        return []
    pointer = [
        "paths",
        path,
        exchange.method.lower(),
        "responses",
        status,
        "content",
        "application/json",
        "schema",
    ]
    if "$ref" in operation["responses"][status]:
        pointer = [*operation["responses"][status]["$ref"].removeprefix("#/").split("/"), *pointer[5:]]
    return _check(pointer, exchange.answer, f"{exchange.method} {exchange.route} answered {exchange.status}")


def _with_text_ids(body: Any) -> Any:
    """discord.py writes some ids as numbers, which Discord takes; the description knows only text."""
    if isinstance(body, dict):
        return {
            key: str(value) if key.endswith("_id") and isinstance(value, int) else _with_text_ids(value)
            for key, value in body.items()
        }
    return [_with_text_ids(item) for item in body] if isinstance(body, list) else body


def _resolve(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    found: Any = description()
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


def _check(pointer: list[Any], value: Any, where: str) -> list[str]:
    steps = "/".join(
        str(step).replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
        for step in pointer
    )
    schema = {"$ref": f"{_ROOT}#/{steps}"}
    validator = Draft202012Validator(schema, registry=_registry(), format_checker=FormatChecker())
    return [f"{where}: {_deepest(error)}" for error in validator.iter_errors(value)]


def _deepest(error: Any) -> str:
    """The most telling of the errors inside a choice."""
    inner = error
    while inner.context:
        inner = max(inner.context, key=lambda one: (len(one.absolute_path), -len(one.context or ())))
    place = "/".join(map(str, inner.absolute_path))
    return f"{place}: {inner.message[:300]}"
