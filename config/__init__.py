"""What Tocsin is told: typed settings from the environment, `.env`, the user's TOML file and default.toml.

Imports none of the other packages, so that each of them may take its plain values.
"""

from config.errors import ConfigError, Problem
from config.load import load
from config.settings import Settings
from config.specs import EventSpec, ExpectedSpec, SourceSpec, WatchSpec

__all__ = [
    "ConfigError",
    "EventSpec",
    "ExpectedSpec",
    "Problem",
    "Settings",
    "SourceSpec",
    "WatchSpec",
    "load",
]
