"""Every kind of source there is, by the name that configuration and commands use."""

from collections.abc import Mapping
from types import MappingProxyType

from watchers.bluesky import BlueskyWatcher
from watchers.errors import BadSource
from watchers.feed import FeedWatcher
from watchers.watcher import Options, Spec, Watcher

_WATCHERS: tuple[Watcher, ...] = (FeedWatcher(), BlueskyWatcher())

KINDS: Mapping[str, Watcher] = MappingProxyType({watcher.kind: watcher for watcher in _WATCHERS})


def check(kind: str, url: str, options: Options) -> Spec:
    """The source as it is to be stored; raises BadSource for an unknown kind, a bad address or option."""
    if kind not in KINDS:
        raise BadSource(f"there is no kind of source called {kind!r}; known: {', '.join(sorted(KINDS))}")
    return KINDS[kind].check(url, options)
