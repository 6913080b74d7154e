"""The demo's script: outlets and posts, as bot/demo/posts.toml tells them."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib.resources import files
from typing import Any, Literal, get_args

Format = Literal["rss", "atom", "rdf", "json", "bluesky"]


class ScriptError(ValueError):
    """posts.toml contradicts itself; the message names the post."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """A source of the demo. `full` False: its feed carries only the first paragraph of each post."""

    key: str
    name: str
    lang: str
    format: Format
    full: bool


@dataclass(frozen=True, slots=True)
class SamplePost:
    """One post, or one revision of it (`revision`: its outlet carried the same id before).

    `step`: the virtual moment at which its source shows it; `published` and `updated`: what the
    source says. All are aware UTC. `text` is plain, paragraphs parted by an empty line. `link`: the
    `ref` of the post that a social post shows below its text. `reports`: the development it tells,
    None for none; `trap`: why a careless reader would ring for it, None for an ordinary post.
    """

    outlet: Outlet
    id: str
    path: str
    step: datetime
    published: datetime
    updated: datetime | None
    lang: str
    title: str
    text: str
    link: str | None
    reports: str | None
    trap: str | None
    revision: bool

    @property
    def ref(self) -> str:
        """Its name among all posts of all outlets; a revision has the same."""
        return f"{self.outlet.key}:{self.id}"

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text in paragraphs, none of them empty."""
        return tuple(p.strip() for p in self.text.split("\n\n") if p.strip())

    @property
    def teaser(self) -> str:
        """What the source itself carries of the text: all of it, or the first paragraph."""
        return "\n\n".join(self.paragraphs if self.outlet.full else self.paragraphs[:1])


@dataclass(frozen=True)
class Script:
    """All outlets, and all posts in order of appearance."""

    outlets: tuple[Outlet, ...]
    posts: tuple[SamplePost, ...]

    @cached_property
    def steps(self) -> tuple[datetime, ...]:
        """The moments at which something appears, in order, each once."""
        return tuple(sorted({post.step for post in self.posts}))

    def outlet(self, key: str) -> Outlet:
        """The outlet of that key; KeyError when there is none."""
        return {outlet.key: outlet for outlet in self.outlets}[key]

    def standing(self, outlet: Outlet, now: datetime) -> tuple[SamplePost, ...]:
        """What the outlet carries at `now`: each post in its latest revision, newest `published` first."""
        latest = {post.id: post for post in self.posts if post.outlet == outlet and post.step <= now}
        return tuple(sorted(latest.values(), key=lambda post: (post.published, post.step), reverse=True))


def load() -> Script:
    """Read the bundled script; raises ScriptError."""
    with files("bot.demo").joinpath("posts.toml").open("rb") as file:
        return parse(tomllib.load(file))


def parse(data: dict[str, Any]) -> Script:
    """Build a script from the parsed TOML; raises ScriptError for what does not fit together."""
    outlets = {row["key"]: Outlet(**row) for row in data["outlet"]}
    for outlet in outlets.values():
        if outlet.format not in get_args(Format):
            raise ScriptError(f"{outlet.key}: {outlet.format} is no format")
    posts: list[SamplePost] = []
    seen: set[str] = set()
    for row in data["post"]:
        post = _post(row, outlets, seen)
        if posts and post.step < posts[-1].step:
            raise ScriptError(f"{post.ref}: appears before the post above it")
        if post.link is not None and post.link not in seen:
            raise ScriptError(f"{post.ref}: links to {post.link}, which has not appeared")
        seen.add(post.ref)
        posts.append(post)
    return Script(tuple(outlets.values()), tuple(posts))


def _post(row: dict[str, Any], outlets: dict[str, Outlet], seen: set[str]) -> SamplePost:
    where = f"{row['outlet']}:{row['id']}"
    if row["outlet"] not in outlets:
        raise ScriptError(f"{where}: no such outlet")
    outlet = outlets[row["outlet"]]
    step: datetime = row["step"]
    published: datetime = row.get("published", step)
    if step.utcoffset() is None or published.utcoffset() is None:
        raise ScriptError(f"{where}: a moment needs its time zone")
    return SamplePost(
        outlet=outlet,
        id=row["id"],
        path=row.get("path", ""),
        step=step,
        published=published,
        updated=row.get("updated"),
        lang=row.get("lang", outlet.lang),
        title=row["title"],
        text=row["text"].strip(),
        link=row.get("link"),
        reports=row.get("reports"),
        trap=row.get("trap"),
        revision=where in seen,
    )
