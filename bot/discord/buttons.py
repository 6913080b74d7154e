"""The buttons under an alert. Their ids carry the alert's: they outlive a restart and can be found again."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Protocol, Self, runtime_checkable

import discord

from bot.discord import labels, safe
from bot.discord.labels import ENGLISH, Words

ACTIONS = ("why", "timeline", "not-event", "mute")
TEMPLATE = re.compile(r"tocsin:(?P<action>why|timeline|not-event|mute):(?P<alert>[0-9]{1,19})")
ANSWER = 2000  # characters of a message

Press = discord.Interaction[Any]
Handler = Callable[[Press, int], Awaitable[None]]
"""What a button does: given the press and the alert's id, it answers within three seconds or defers."""

Tell = Callable[[int, int | None], Awaitable[str]]
"""A text about an alert, given its id and the guild's; the guild tells whether the alert is its own."""


@runtime_checkable
class HasHandlers(Protocol):
    """A client that knows what its buttons do. An action without a handler has no button but Why?."""

    handlers: Mapping[str, Handler]


class AlertButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=TEMPLATE):
    """One button, made anew from its id at each press."""

    def __init__(self, action: str, alert_id: int, words: Words = ENGLISH) -> None:
        super().__init__(
            discord.ui.Button(
                label=words.say(labels.BUTTONS[action]),
                custom_id=custom_id(action, alert_id),
                style=discord.ButtonStyle.secondary,
            )
        )
        self.action = action
        self.alert_id = alert_id

    @classmethod
    async def from_custom_id(
        cls,
        interaction: Press,  # noqa: ARG003 - discord.py's signature
        item: discord.ui.Item[Any],  # noqa: ARG003
        match: re.Match[str],
        /,
    ) -> Self:
        """Called by discord.py when an id fits the template."""
        return cls(match["action"], int(match["alert"]))

    async def callback(self, interaction: Press) -> None:
        """Hand the press to the client's handler, or say that there is none."""
        client = interaction.client
        handler = client.handlers.get(self.action) if isinstance(client, HasHandlers) else None
        if handler is None:
            text = ENGLISH.say("This button is not in service.")
            await interaction.response.send_message(text, ephemeral=True)
        else:
            await handler(interaction, self.alert_id)


def custom_id(action: str, alert_id: int) -> str:
    """The id of a button: at most 100 characters, of which this takes 40."""
    return f"tocsin:{action}:{alert_id}"


def alert_row(alert_id: int, handlers: Mapping[str, Handler], words: Words = ENGLISH) -> discord.ui.View:
    """The buttons of one alert. Why? is always there: the message is found again by its id.

    Needs a running event loop.
    """
    row = discord.ui.View(timeout=None)
    for action in ACTIONS:
        if action == "why" or action in handlers:
            row.add_item(AlertButton(action, alert_id, words))
    return row


def alerts_of(message: discord.Message) -> Iterator[int]:
    """The ids of the alerts whose buttons stand under a message."""
    for row in message.components:
        for item in getattr(row, "children", ()):
            match = TEMPLATE.fullmatch(getattr(item, "custom_id", None) or "")
            if match is not None:
                yield int(match["alert"])


def answering(tell: Tell) -> Handler:
    """A handler that answers the presser alone with a text; markdown in it is neutralised line by line."""

    async def handle(interaction: Press, alert_id: int) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        text = await tell(alert_id, interaction.guild_id)
        lines = [safe.escape(line) for line in text.splitlines()]
        said = _short("\n".join(lines)) or ENGLISH.say("There is nothing to tell.")
        await interaction.followup.send(said, ephemeral=True)

    return handle


def _short(text: str) -> str:
    """Whole lines up to the limit of a message."""
    kept: list[str] = []
    room = ANSWER - 2
    for line in text.split("\n"):
        room -= safe.length(line) + 1
        if room < 0:
            return "\n".join(kept) + f"\n{safe.ELLIPSIS}" if kept else text[: ANSWER // 2].rstrip("\\")
        kept.append(line)
    return "\n".join(kept).strip()
