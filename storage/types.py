"""Column types that every table shares."""

from datetime import UTC, datetime
from hashlib import blake2b

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, LargeBinary, TypeDecorator

BIG = BigInteger()
"""Discord's snowflakes and whatever else outgrows 32 bits."""

KEY = BigInteger().with_variant(Integer(), "sqlite")
"""A row's own number. SQLite counts up only a column declared INTEGER; it holds 64 bits all the same."""

HASH = LargeBinary(16)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. A naive one is refused at the door: its zone would be a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime refused: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        # SQLite keeps no zone; what we wrote there was UTC.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


UTC_TIME = UtcDateTime()
# none_as_null: an absent value is SQL's NULL, not the JSON text "null".
JSON_VALUE = JSON(none_as_null=True)


def digest(*parts: str) -> bytes:
    """16 bytes that stand for these texts; parts never run into one another."""
    known = blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        known.update(len(data).to_bytes(8, "big"))
        known.update(data)
    return known.digest()
