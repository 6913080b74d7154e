"""The one door to the network for posts, as the settings want it."""

from bot import __version__
from config import Settings
from watchers.fetch import Door, Limits


def user_agent(contact: str | None) -> str:
    """Who asks, honestly: the product, its version, and how to reach its operator if he said so."""
    return f"Tocsin/{__version__} ({f'+{contact}' if contact else 'self-hosted news monitor'})"


def make_door(settings: Settings) -> Door:
    """A door, not yet open: use it as an async context manager."""
    total = settings.fetch.timeout.total_seconds()
    usual = Limits()
    return Door(
        user_agent=user_agent(settings.fetch.contact),
        allow=[str(network) for network in settings.fetch.allow],
        limits=Limits(connect=min(usual.connect, total), read=min(usual.read, total), total=total),
    )
