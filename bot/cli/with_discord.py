"""Discord's part of the composition. Imported only with a token: discord.py costs 0.3 s and 20 MB."""

from bot.cli.supervise import Service, until_cancelled
from bot.cli.switchboard import Switchboard
from bot.discord.buttons import Tell, answering
from bot.discord.client import DiscordClient, run
from bot.discord.ringer import DiscordRinger
from bot.pipeline.ringer import Ringer
from config import Settings
from storage import alerts, stories
from storage.database import Database


def make(database: Database, terminal: Ringer) -> tuple[DiscordClient, Ringer]:
    """A client that is not connected yet, and the ringer that rings through it."""
    client = DiscordClient({"why": answering(_why(database))})
    return client, Switchboard(DiscordRinger(client), terminal)


def service(settings: Settings, client: DiscordClient) -> Service:
    """The connection, for as long as the program runs."""
    assert settings.discord.token is not None
    token, api = settings.discord.token.get_secret_value(), settings.discord.api
    return Service("discord", until_cancelled(lambda: run(client, token, api=api)))


def _why(database: Database) -> Tell:
    """What the button Why? answers: the sentence and the reasons behind an alert of that guild."""

    async def tell(alert_id: int, guild: int | None) -> str:
        alert = await database.read(alerts.get, alert_id)
        if alert is None or alert.guild_id != guild:
            return "This alert is no longer stored."
        evidence = await database.read(stories.evidence_of, alert.story_id, 1)
        sentence = f"\n\u201c{evidence[0].sentence}\u201d" if evidence else ""
        return f"{alert.why}{sentence}"

    return tell
