"""Options that several commands share."""

import os
from pathlib import Path
from typing import Annotated

import typer

from config import Settings, load

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", help="Your TOML file. Default: $TOCSIN_CONFIG, else tocsin.toml."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON only; logs and alerts go to stderr.")]


def read(context: typer.Context, config: Path | None) -> Settings:
    """The settings by a command's own --config, else by that before the command. Raises ConfigError."""
    return load(os.environ, Path.cwd(), config or context.obj)
