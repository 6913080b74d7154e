"""The settings, checked by those who know what each value means: watchers and matching."""

from collections.abc import Iterator
from pathlib import Path

import typer

from bot.cli.options import read
from config import ConfigError, Problem, Settings, SourceSpec
from matching.query import QueryError, parse
from watchers import kinds
from watchers.errors import BadSource


def checked(context: typer.Context, config: Path | None) -> Settings:
    """The settings with every source and every query understood. Raises ConfigError with all problems.

    Each source is in the form that its watcher wants: the address that is stored, the options' types right.
    """
    found = read(context, config)
    sources, problems = check_sources(found)
    if problems := (*problems, *query_problems(found)):
        raise ConfigError(problems)
    return found.model_copy(update={"sources": sources})


def secrets(settings: Settings) -> list[str]:
    """What no log may show: the token, and the credentials that sources name."""
    named = [source.options.get("credential") for source in settings.sources]
    found = [settings.discord.token, *(settings.credential(one) for one in named if isinstance(one, str))]
    return [secret.get_secret_value() for secret in found if secret is not None]


def check_sources(found: Settings) -> tuple[tuple[SourceSpec, ...], tuple[Problem, ...]]:
    """The sources as their watchers want them, and a problem for each that its watcher refuses."""
    good, problems = [], []
    for index, source in enumerate(found.sources):
        try:
            good.append(_check(source))
        except BadSource as error:
            problems.append(Problem(str(found.origin("source", index)), f"source {index + 1}: {error}"))
    return tuple(good), tuple(problems)


def _check(source: SourceSpec) -> SourceSpec:
    spec = kinds.check(source.kind, source.url, source.options)
    return source.model_copy(update={"url": spec.url, "options": dict(spec.options)})


def query_problems(found: Settings) -> Iterator[Problem]:
    """A problem for each watch whose query cannot be understood."""
    for index, watch in enumerate(found.watches):
        try:
            parse(watch.query)
        except QueryError as error:
            where = str(found.origin("watch", index, "query"))
            yield Problem(where, f"watch {index + 1}: query: {error.message} (at column {error.column})")
