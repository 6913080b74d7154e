"""An EVENTS.toml, for `tocsin backtest`: the `[[event]]` tables of a settings file and nothing else."""

from pathlib import Path

from pydantic import Field, ValidationError

from config.errors import ConfigError, Problem
from config.explain import explain
from config.files import read_toml
from config.origin import Origins
from config.specs import EventSpec, Frozen


class _EventsFile(Frozen):
    event: tuple[EventSpec, ...] = Field(default=())


def load_events(path: Path) -> tuple[EventSpec, ...]:
    """The events of a file; raises ConfigError with every problem found, a key that stands twice included."""
    file = read_toml(path, str(path))
    if isinstance(file, Problem):
        raise ConfigError((file,))
    origins = Origins()
    origins.note_lines(file.name, file.lines)
    try:
        events = _EventsFile.model_validate(file.values).event
    except ValidationError as error:
        raise ConfigError(tuple(explain(error, origins, _EventsFile))) from None
    keys = [event.key for event in events]
    if twice := {key for key in keys if keys.count(key) > 1}:
        raise ConfigError(
            tuple(Problem(str(path), f"two events have the key {key}") for key in sorted(twice))
        )
    return events
