"""`tocsin config`: what is in force, and where it came from. Secrets are masked."""

import json
from typing import Any

import typer

from bot.cli.options import ConfigOption, JsonOption, read


def config(context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Print what is in force and where each value came from."""
    rows = read(context, config).shown()
    if as_json:
        shown = [{"key": _dotted(keys), "value": value, "from": str(origin)} for keys, value, origin in rows]
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    lines = [(f"{_dotted(keys)} = {_literal(value)}", str(origin)) for keys, value, origin in rows]
    width = min(max(len(line) for line, _ in lines), 70)
    for line, origin in lines:
        typer.echo(f"{line:<{width}}  # {origin}")


def _dotted(keys: tuple[str | int, ...]) -> str:
    section, key = keys
    return f"{section}[{key + 1}]" if isinstance(key, int) else f"{section}.{key}"


def _literal(value: Any) -> str:
    """A value as TOML would have it, on one line."""
    if isinstance(value, dict):
        pairs = (f"{key} = {_literal(item)}" for key, item in value.items() if item not in ({}, [], None))
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
