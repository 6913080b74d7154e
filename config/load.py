"""Building the settings: default.toml, then the user's file, then `.env`, then the environment.

A list that the user's file holds (`source`, `event`, `watch`) replaces the default one; everything
else is laid over key by key.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from config.environment import ELSEWHERE, SPECIAL, Environment, apply, read_environment
from config.errors import ConfigError, Problem
from config.explain import explain, say
from config.files import DEFAULT_FILE, TomlFile, read_toml
from config.origin import Keys, Origins
from config.settings import Settings

FILE = "tocsin.toml"
_UNIQUE = {"source": ("kind", "url"), "event": ("key",), "watch": ("name",)}


def load(environ: Mapping[str, str], cwd: Path, config_path: Path | None = None) -> Settings:
    """Build the settings once. Changes no environment, opens no network and no database.

    `.env` and tocsin.toml are looked for in `cwd`, then in TOCSIN_HOME; the data directory is
    `data` in TOCSIN_HOME, else in `cwd`, unless TOCSIN_DATA names one. `config_path` comes before
    TOCSIN_CONFIG. Raises ConfigError with every problem found.
    """
    home = _home(environ, cwd)
    dotenv = _first(cwd / ".env", home / ".env")
    environment = read_environment(environ, dotenv, _name(dotenv, cwd))
    problems, values, origins = [], {}, Origins()  # type: list[Problem], dict[str, Any], Origins
    for file in _files(environment, cwd, home, config_path):
        if isinstance(file, Problem):
            problems.append(file)
        else:
            problems += _lay(file, values, origins, by_default=not values)
    problems += apply(environment, values, origins)
    _place(values, home, cwd)
    return _build(values, origins, environment, problems)


def _home(environ: Mapping[str, str], cwd: Path) -> Path:
    return cwd / environ.get("TOCSIN_HOME", "")


def _first(*paths: Path) -> Path:
    return next((path for path in paths if path.is_file()), paths[0])


def _name(path: Path, cwd: Path) -> str:
    return str(path.relative_to(cwd)) if path.is_relative_to(cwd) else str(path)


def _files(
    environment: Environment, cwd: Path, home: Path, config_path: Path | None
) -> Iterator[TomlFile | Problem]:
    yield read_toml(DEFAULT_FILE, "config/default.toml")
    named = config_path or environment.get("TOCSIN_CONFIG")
    path = cwd / Path(named).expanduser() if named else _first(cwd / FILE, home / FILE)
    if named or path.is_file():
        yield read_toml(path, _name(path, cwd))


def _lay(file: TomlFile, values: dict[str, Any], origins: Origins, *, by_default: bool) -> Iterator[Problem]:
    """Lay a file's values over those known; what belongs in the environment is refused."""
    origins.note_lines(file.name, file.lines, by_default=by_default)
    for section, content in file.values.items():
        if isinstance(content, dict) and isinstance(values.get(section), dict):
            values[section] = values[section] | content
        else:
            values[section] = content
    for variable, (section, key) in SPECIAL.items():
        table = values.get(section)
        if isinstance(table, dict) and key in table:
            del table[key]
            where = str(origins.of((section, key)))
            yield Problem(where, f"{section}.{key} does not belong in a file; set {variable} in .env")


def _place(values: dict[str, Any], home: Path, cwd: Path) -> None:
    """Say where the data lives when nothing else did; a relative TOCSIN_DATA counts from `cwd`."""
    storage = values.setdefault("storage", {})
    if isinstance(storage, dict):
        told = storage.get("data")
        storage["data"] = cwd / Path(told).expanduser() if told else home / "data"
        storage.setdefault("url", f"sqlite:///{storage['data'] / 'tocsin.sqlite3'}")


def _build(
    values: dict[str, Any], origins: Origins, environment: Environment, problems: list[Problem]
) -> Settings:
    problems += _twice(values, origins)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigError((*problems, *explain(error, origins))) from None
    if problems:
        raise ConfigError(tuple(problems))
    credentials = {k: v for k, v in environment.values.items() if k not in SPECIAL and k not in ELSEWHERE}
    return settings.told_by(origins, credentials)


def _twice(values: dict[str, Any], origins: Origins) -> Iterator[Problem]:
    """Sources, events and watches are known by their keys: none may stand twice."""
    for section, keys in _UNIQUE.items():
        seen: dict[tuple[str, ...], int] = {}
        for index, item in enumerate(_tables(values.get(section))):
            identity = tuple(str(item.get(key, "feed" if key == "kind" else "")) for key in keys)
            if all(identity) and identity in seen:
                path: Keys = (section, index, keys[-1])
                first = f"{section} {seen[identity] + 1}"
                yield Problem(str(origins.of(path)), f"{say(path)} is the same as that of {first}")
            seen.setdefault(identity, index)


def _tables(content: Any) -> Iterable[dict[str, Any]]:
    if not isinstance(content, list):
        return ()
    return (item if isinstance(item, dict) else {} for item in content)
