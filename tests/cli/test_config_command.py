"""`tocsin config` shows what is in force and where it came from, and no secret."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Tocsin


def test_every_value_stands_with_its_origin(
    tocsin: Tocsin, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "tocsin.toml").write_text('[poll]\nmax_age = "2d"\n[[source]]\nurl = "https://a.example/"\n')
    (place / ".env").write_text("DISCORD_TOKEN=s3cret\n")
    monkeypatch.setenv("TOCSIN_LOG_LEVEL", "debug")
    done = tocsin("config")
    assert done.code == 0
    rows = dict(line.split("  # ") for line in done.out.splitlines())
    said = {key.strip(): origin for key, origin in rows.items()}
    assert said['poll.max_age = "2d"'] == "tocsin.toml:2"
    assert said['log.level = "debug"'] == "TOCSIN_LOG_LEVEL"
    assert said['discord.token = "**********"'] == ".env:1 DISCORD_TOKEN"
    assert said['source[1] = { kind = "feed", url = "https://a.example/" }'] == "tocsin.toml:3"
    assert "s3cret" not in done.out + done.err


def test_json_is_all_that_stands_on_stdout(tocsin: Tocsin, place: Path) -> None:
    rows = {row["key"]: row for row in json.loads(tocsin("config", "--json").out)}
    assert rows["storage.data"] == {"key": "storage.data", "value": str(place / "data"), "from": "built in"}
    assert rows["event[1]"]["value"]["key"] == "openai-open-weight"


def test_the_file_may_be_named_before_or_after_the_command(tocsin: Tocsin, place: Path) -> None:
    (place / "other.toml").write_text("[log]\nlevel = 'error'\n")
    for arguments in (("--config", "other.toml", "config"), ("config", "--config", "other.toml")):
        assert 'log.level = "error"' in tocsin(*arguments).out
