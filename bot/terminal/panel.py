"""An alert as a panel that a person likes to read. Pure: a value in, something rich can print out."""

from datetime import datetime

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.pipeline.view import AlertView, Dated, SourceLine
from bot.terminal.clean import clean

WIDTH = 100
SHOWN_SOURCES = 6

LOOKS: dict[str | None, tuple[str, str]] = {
    "rumoured": ("?", "magenta"),
    "announced": ("!", "blue"),
    "scheduled": ("◷", "cyan"),
    "delayed": ("⧗", "yellow"),
    "released": ("✔", "green"),
    "suspended": ("‖", "yellow"),
    "resumed": ("▶", "green"),
    "cancelled": ("✘", "red"),
    "denied": ("≠", "red"),
    None: ("●", "white"),
}
"""Symbol and colour of each status; None: news that no event claims."""


def panel(view: AlertView, width: int = WIDTH) -> Panel:
    """The whole alert: status, title, what changed, the summary with its sources' numbers, the sources."""
    _, colour = LOOKS.get(view.status, LOOKS[None])
    parts: list[RenderableType] = [Text(clean(view.headline), style="bold")]
    if view.change:
        parts.append(Text(clean(view.change), style=colour))
    if view.summary:
        parts += [Text(), *(_summary_line(line.text, line.number) for line in view.summary)]
    if view.sources:
        parts += [Text(), _sources(view)]
    return Panel(
        Group(*parts),
        title=heading(view),
        title_align="left",
        subtitle=_footer(view),
        subtitle_align="left",
        border_style=colour,
        width=min(width, WIDTH),
        padding=(1, 2),
    )


def heading(view: AlertView) -> Text:
    """The status in its colour, whether it is confirmed, and what it is about."""
    symbol, colour = LOOKS.get(view.status, LOOKS[None])
    text = Text(f"{symbol} {(view.status or 'news').upper()}", style=f"bold {colour}")
    if not view.sure:
        text.append(" unconfirmed", style="italic")
    if view.expected:
        text.append(f" · expected {say_expected(view.expected)}", style="not bold")
    text.append(f" · {clean(view.title)}", style="bold default")
    text.no_wrap = True
    return text


def updated(view: AlertView) -> Text:
    """One line for an alert that stands already and whose evidence grew."""
    symbol, colour = LOOKS.get(view.status, LOOKS[None])
    latest = view.sources[-1] if view.sources else None
    text = Text(f"{symbol} updated", style=colour)
    text.append(f" · {clean(view.headline)} · {count(view.source_count, 'source')}", style="default")
    if latest:
        text.append(f", lastly {clean(latest.name)}", style="dim")
    return text


def say_expected(dated: Dated) -> str:
    """An expected date no more exactly than it is known: "5 Aug 2025", "Aug 2025", "summer 2025", "2025"."""
    at = dated.at
    match dated.precision:
        case "year":
            return str(at.year)
        case "season":
            return f"{_season(at)} {at.year}"
        case "month":
            return f"{at:%b} {at.year}"
        case "week":
            return f"week of {at.day} {at:%b} {at.year}"
        case _:
            return f"{at.day} {at:%b} {at.year}"


def count(number: int, noun: str) -> str:
    """ "1 source", "2 sources"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _season(at: datetime) -> str:
    return ("winter", "spring", "summer", "autumn")[at.month % 12 // 3]


def _summary_line(sentence: str, number: int) -> Text:
    return Text(clean(sentence)).append(f" [{number}]", style="dim")


def _sources(view: AlertView) -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for source in view.sources[:SHOWN_SOURCES]:
        grid.add_row(f"[{source.number}]".replace("[", r"\["), _source(source))
    if len(view.sources) > SHOWN_SOURCES:
        grid.add_row("", Text(f"and {len(view.sources) - SHOWN_SOURCES} more", style="dim"))
    return grid


def _source(source: SourceLine) -> Text:
    text = Text(clean(source.name), style="bold")
    if source.lang:
        text.append(f" {clean(source.lang)}", style="cyan not bold")
    if source.published:
        text.append(f" {say_time(source.published)}", style="dim not bold")
    text.append(f"\n{clean(source.title)}", style="not bold")
    if source.url:
        text.append(f"\n{clean(source.url)}", style="dim not bold")
    return text


def say_time(at: datetime) -> str:
    """ "5 Aug 2025, 17:03 UTC" for an aware UTC time."""
    return f"{at.day} {at:%b} {at.year}, {at:%H:%M} UTC"


def _footer(view: AlertView) -> Text:
    parts = [f"first seen {say_time(view.first_seen)}", count(view.source_count, "source")]
    parts += [f"watch {clean(name)}" for name in view.watches]
    return Text(" · ".join(parts), style="dim", no_wrap=True, overflow="ellipsis")
