"""The end of the demo: what became of every post, and the line that sums it up."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich import box
from rich.table import Table
from rich.text import Text

from bot.demo.posts import SamplePost

RANG, JOINED, SILENT = "rang", "joined", "silent"


@dataclass(frozen=True, slots=True)
class Fate:
    """What the pipeline did with one post or revision.

    `alert`: the number of the alert that it started (`rang`) or is further evidence for; None for a post
    that led to none. `why`: the pipeline's own word on it.
    """

    post: SamplePost
    alert: int | None = None
    rang: bool = False
    why: str = ""

    @property
    def outcome(self) -> str:
        """RANG, JOINED or SILENT."""
        if self.alert is None:
            return SILENT
        return RANG if self.rang else JOINED


STYLES = {RANG: "bold", JOINED: "", SILENT: "dim"}


def table(fates: Iterable[Fate]) -> Table:
    """One row for each fate, in the order given. All text stands in it as it is: no markup is read."""
    title = "What became of every post"
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, padding=0)
    # When room is short rich narrows the columns that may wrap, so it is the cells of these that do not.
    for name in ("day", "source", "", "what became"):
        table.add_column(name, no_wrap=True)
    table.add_column("post", max_width=56)
    table.add_column("trap, or why")
    for fate in fates:
        post = fate.post
        table.add_row(
            f"{post.step:%d %b}",
            Text(post.outlet.name),
            post.lang,
            said(fate),
            _cut(post.title or post.text),
            _cut("; ".join(word for word in (post.trap, fate.why) if word)),
            style=STYLES[fate.outcome],
        )
    return table


def _cut(text: str) -> Text:
    return Text(text, no_wrap=True, overflow="ellipsis")


def said(fate: Fate) -> str:
    """The fate in two or three words."""
    if fate.outcome == RANG:
        return f"rang alert {fate.alert}"
    if fate.outcome == JOINED:
        return f"updated alert {fate.alert}"
    return SILENT


def line(alerts: int, updates: int, posts: int) -> str:
    """The closing line: scripts read it, so its form never changes."""
    return f"{alerts} alerts, {updates} updates, {posts} posts"
