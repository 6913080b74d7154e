"""Draws docs/demo.svg from a real run of the demo: .venv/bin/python docs/picture.py"""  # noqa: INP001

import asyncio
import io
import re
import sys
from pathlib import Path
from typing import Any

from rich.panel import Panel
from rich.text import Text

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from bot.cli import logs  # noqa: E402 -- found only once the house is on the path
from bot.cli.replaying import play  # noqa: E402
from bot.terminal.console import Terminal  # noqa: E402

WIDTH = 80


class Keeping(Terminal):
    """A terminal that shows nothing and keeps what was printed to it."""

    def __init__(self) -> None:
        super().__init__(file=io.StringIO(), width=WIDTH)
        self.kept: list[Any] = []

    def print(self, *objects: Any, **_: Any) -> None:
        """Keep the objects."""
        self.kept += objects


def chosen(kept: list[Any]) -> list[Any]:
    """The first line, every alert with how many updates followed it, and the closing line.

    The single updates and the table of all posts would make the picture longer than a page.
    """
    shown: list[Any] = [Text("$ ./run demo", style="bold"), kept[0]]
    updates = 0
    for one in kept[1:]:
        if isinstance(one, Panel):
            shown += _counted(updates)
            shown.append(one)
            updates = 0
        updates += isinstance(one, Text) and " updated" in one.plain
    return [*shown, *_counted(updates), Text(), Text(kept[-1], style="bold")]


def _counted(updates: int) -> list[Text]:
    return [Text(f"  … {updates} updates", style="dim")] if updates else []


def draw(kept: list[Any]) -> str:
    """The picture, without fonts from elsewhere and with a port that does not change from run to run."""
    canvas = Terminal(
        file=io.StringIO(), width=WIDTH, record=True, force_terminal=True, color_system="truecolor"
    )
    for one in chosen(kept):
        canvas.print(one)
    svg = canvas.export_svg(title="tocsin demo", unique_id="tocsin")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code, monospace", "monospace")
    svg = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:40404", svg)
    return re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE)


def main() -> None:
    """Run the demo and write the picture beside this file."""
    logs.set_up("warning")
    terminal = Keeping()
    asyncio.run(play(terminal))
    (HERE / "demo.svg").write_text(draw(terminal.kept), encoding="utf-8")


if __name__ == "__main__":
    main()
