"""Settings are laid in order - default, file, .env, environment - and every problem names its place."""

import os
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import ValidationError

from config import ConfigError, ExpectedSpec, Settings, SourceSpec, load
from config.environment import variables
from config.errors import Problem

FILE = """\
[discord]
guild = 1234567890
channel = 99
[fetch]
allow = ["127.0.0.0/8"]
[poll]
max_age = "2d"
[[source]]
kind = "feed"
url = "https://example.org/rss.xml"
every = 60
lookback = "7d"
[[source]]
kind = "page"
url = "https://example.org/"
selector = "h1"
token = "EXAMPLE_TOKEN"
[[event]]
key = "launch"
title = "The launch"
who = ["Acme"]
what = ["rocket"]
status = "scheduled"
since = 2025-06-10
expected = "2025-08"
[[watch]]
name = "launch delayed"
query = "rocket delay"
channel = 7
statuses = ["delayed"]
"""


def write(folder: Path, text: str, name: str = "tocsin.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str = "", environ: dict[str, str] | None = None) -> list[str]:
    write(folder, text)
    with pytest.raises(ConfigError) as caught:
        load(environ or {}, folder)
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return [str(problem) for problem in caught.value.problems]


def test_told_nothing_the_default_file_is_in_force(tmp_path: Path) -> None:
    settings = load({}, tmp_path)
    assert [event.key for event in settings.events] == ["openai-open-weight"]
    assert "open-weight delay" in [watch.query for watch in settings.watches]
    assert len([source for source in settings.sources if source.kind == "feed"]) >= 12
    assert {source.lang for source in settings.sources} == {"en", "fr"}
    assert "bluesky" in [source.kind for source in settings.sources]
    assert settings.discord.token is None
    assert settings.discord.api == "https://discord.com/api/v10"
    assert settings.storage.data == tmp_path / "data"
    assert settings.storage.url.get_secret_value() == f"sqlite:///{tmp_path}/data/tocsin.sqlite3"


def test_the_users_file_is_read_whole(tmp_path: Path) -> None:
    write(tmp_path, FILE)
    settings = load({}, tmp_path)
    assert (settings.discord.guild, settings.discord.channel) == (1234567890, 99)
    assert settings.fetch.allow == (ip_network("127.0.0.0/8"),)
    assert settings.poll.max_age == timedelta(days=2)
    feed, page = settings.sources
    assert feed == SourceSpec(url="https://example.org/rss.xml", every="60", lookback="7d")  # type: ignore[arg-type]
    assert page.options == {"selector": "h1", "token": "EXAMPLE_TOKEN"}
    (event,) = settings.events
    assert event.since == datetime(2025, 6, 10, tzinfo=UTC)
    assert event.expected == ExpectedSpec(at=datetime(2025, 8, 1, tzinfo=UTC), precision="month")
    (watch,) = settings.watches
    assert (watch.channel, watch.statuses) == (7, ("delayed",))


def test_a_list_in_the_file_replaces_the_default_and_leaves_the_others(tmp_path: Path) -> None:
    write(tmp_path, 'watch = []\n[[source]]\nurl = "https://example.org/"\n')
    settings = load({}, tmp_path)
    assert [source.url for source in settings.sources] == ["https://example.org/"]
    assert settings.watches == ()
    assert len(settings.events) == 1
    assert str(settings.origin("source", 0, "url")) == "tocsin.toml:3"
    assert str(settings.origin("source", 0)) == "tocsin.toml:2"
    # Nothing may point into the default list that is no longer in force.
    assert str(settings.origin("watch", 0, "name")) == "tocsin.toml:1"


def test_a_key_in_the_file_replaces_only_itself(tmp_path: Path) -> None:
    write(tmp_path, "[poll]\nmax_age = 5\n")
    settings = load({}, tmp_path)
    assert settings.poll.max_age == timedelta(seconds=5)
    assert settings.poll.min_interval == timedelta(seconds=60)


def test_the_environment_comes_before_dotenv_before_the_file(tmp_path: Path) -> None:
    write(tmp_path, "[poll]\nmax_age = 5\nmin_interval = 5\nconcurrency = 5\n")
    write(tmp_path, "TOCSIN_POLL_MAX_AGE=6\nTOCSIN_POLL_MIN_INTERVAL=6\n", ".env")
    settings = load({"TOCSIN_POLL_MAX_AGE": "7"}, tmp_path)
    assert [value.total_seconds() for value in (settings.poll.max_age, settings.poll.min_interval)] == [7, 6]
    origins = [str(settings.origin("poll", key)) for key in ("max_age", "min_interval", "concurrency")]
    assert origins == ["TOCSIN_POLL_MAX_AGE", ".env:2 TOCSIN_POLL_MIN_INTERVAL", "tocsin.toml:4"]
    assert str(settings.origin("log", "level")) == "built in"


def test_a_variable_may_hold_a_list(tmp_path: Path) -> None:
    settings = load({"TOCSIN_FETCH_ALLOW": "10.0.0.0/8, ::1"}, tmp_path)
    assert [str(net) for net in settings.fetch.allow] == ["10.0.0.0/8", "::1/128"]


def test_an_empty_variable_is_not_set(tmp_path: Path) -> None:
    write(tmp_path, "DISCORD_TOKEN=from-file\n", ".env")
    settings = load({"DISCORD_TOKEN": "", "TOCSIN_CONFIG": ""}, tmp_path)
    assert settings.discord.token
    assert settings.discord.token.get_secret_value() == "from-file"


def test_reading_dotenv_changes_no_environment_and_expands_nothing(tmp_path: Path) -> None:
    write(tmp_path, "DISCORD_TOKEN='a$HOME.${PATH}'\nTOCSIN_LOG_LEVEL=debug\nexport\n", ".env")
    before = dict(os.environ)
    settings = load({}, tmp_path)
    assert dict(os.environ) == before
    assert settings.discord.token
    assert settings.discord.token.get_secret_value() == "a$HOME.${PATH}"


def test_the_file_may_be_named_by_argument_or_variable(tmp_path: Path) -> None:
    write(tmp_path, "[log]\nlevel = 'error'\n", "a.toml")
    write(tmp_path, "[log]\nlevel = 'debug'\n", "b.toml")
    write(tmp_path, "[log]\nlevel = 'warning'\n")
    environ = {"TOCSIN_CONFIG": "a.toml"}
    assert load(environ, tmp_path).log.level == "error"
    assert load(environ, tmp_path, Path("b.toml")).log.level == "debug"
    assert load({}, tmp_path).log.level == "warning"


def test_files_are_found_in_home_when_not_here(tmp_path: Path) -> None:
    here, home = tmp_path / "here", tmp_path / "home"
    here.mkdir()
    home.mkdir()
    write(home, "[log]\nlevel = 'debug'\n")
    write(home, "DISCORD_TOKEN=t\n", ".env")
    settings = load({"TOCSIN_HOME": str(home)}, here)
    assert settings.log.level == "debug"
    assert settings.discord.token
    assert settings.storage.data == home / "data"
    assert settings.origin("log", "level").place == str(home / "tocsin.toml")
    assert load({"TOCSIN_HOME": str(home), "TOCSIN_DATA": "d"}, here).storage.data == here / "d"


def test_secrets_show_nowhere(tmp_path: Path) -> None:
    environ = {
        "DISCORD_TOKEN": "s3cret-token",
        "TOCSIN_DATABASE_URL": "postgresql+psycopg://bot:s3cret-pw@db/tocsin?password=s3cret-too",
        "EXAMPLE_TOKEN": "s3cret-feed",
    }
    settings = load(environ, tmp_path)
    shown = repr(settings) + str(settings) + str(settings.shown()) + settings.model_dump_json()
    assert "s3cret" not in shown
    rows = {keys: value for keys, value, _ in settings.shown()}
    assert rows["storage", "url"] == "postgresql+psycopg://bot:***@db/tocsin?***"
    credential = settings.credential("EXAMPLE_TOKEN")
    assert credential
    assert credential.get_secret_value() == "s3cret-feed"
    assert settings.credential("NOT_SET") is None
    # A source must not be able to name the bot's own secrets.
    assert settings.credential("DISCORD_TOKEN") is None


def test_settings_never_change(tmp_path: Path) -> None:
    settings = load({}, tmp_path)
    with pytest.raises(ValidationError):
        settings.poll = settings.poll  # type: ignore[misc]


def test_what_is_in_force_is_shown_with_its_origin(tmp_path: Path) -> None:
    write(tmp_path, FILE)
    rows = {keys: (value, str(origin)) for keys, value, origin in load({}, tmp_path).shown()}
    assert rows["poll", "max_age"] == ("2d", "tocsin.toml:7")
    assert rows["poll", "concurrency"] == (32, "built in")
    assert rows["source", 1][1] == "tocsin.toml:13"


def test_all_problems_are_told_at_once_each_with_its_place(tmp_path: Path) -> None:
    text = """\
[poll]
min_intervall = 3
colour = 3
[discord]
token = "s3cret"
[[source]]
url = "https://me:s3cret@example.org/"
[[event]]
key = "a b"
who = []
status = "late"
[[watch]]
name = " "
query = "x"
channel = 0
"""
    known = sorted([*variables(), "TOCSIN_CONFIG", "TOCSIN_HOME"])
    write(tmp_path, "nonsense\nTOCSIN_LOG_LEVEL = 'loud\n", ".env")
    found = problems(
        tmp_path, text, {"TOCSIN_POLL_MAX_AGE": "later", "TOCSIN_COLOUR": "red", "TOCSIN_POL_MAX_AGE": "1"}
    )
    assert found == [
        "tocsin.toml:5: discord.token does not belong in a file; set DISCORD_TOKEN in .env",
        ".env:2: cannot be read; write NAME=value",
        f"TOCSIN_COLOUR: unknown variable; known are {', '.join(known)}",
        "TOCSIN_POL_MAX_AGE: unknown variable; did you mean TOCSIN_POLL_MAX_AGE?",
        'TOCSIN_POLL_MAX_AGE: must be seconds or a duration such as "90s", "12h" or "7d"',
        'tocsin.toml:2: poll.min_intervall is not known; did you mean "min_interval"?',
        "tocsin.toml:3: poll.colour is not known; known are min_interval, max_age, concurrency",
        "tocsin.toml:7: source 1: url carries a credential; put it in the environment or .env, "
        "and let the source name that variable",
        "tocsin.toml:9: event 1: key must be 1 to 64 letters, digits, dots, hyphens or underscores",
        "tocsin.toml:8: event 1: title is missing",
        "tocsin.toml:10: event 1: who must name at least one",
        "tocsin.toml:8: event 1: what is missing",
        "tocsin.toml:11: event 1: status should be 'rumoured', 'announced', 'scheduled', 'delayed', "
        "'released', 'suspended', 'resumed', 'cancelled' or 'denied'",
        "tocsin.toml:13: watch 1: name must not be empty",
        "tocsin.toml:15: watch 1: channel should be greater than or equal to 1",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("poll = 3\n", ["tocsin.toml:1: poll must be a table"]),
        ("source = 3\n", ["tocsin.toml:1: source must be a list"]),
        ("source = [3]\n", ["tocsin.toml:1: source 1 must be a table"]),
        ("storage = 3\n", ["tocsin.toml:1: storage must be a table"]),
        ("storge = 3\n", ['tocsin.toml:1: storge is not known; did you mean "storage"?']),
        ("[[watch]]\nnam = 'x'\nname = 'y'\nquery = 'z'\n", [
            'tocsin.toml:2: watch 1: nam is not known; did you mean "name"?']),
        ("[[source]]\nurl = 'https://a/'\n[[source]]\nkind = 'feed'\nurl = 'https://a/'\n", [
            "tocsin.toml:5: source 2: url is the same as that of source 1"]),
        ("[poll]\n\nmax_age = \n", ["tocsin.toml:3: is not TOML: Invalid value"]),
    ],
)  # fmt: skip
def test_a_bad_file_is_explained_by_its_line(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert problems(tmp_path, text) == expected


def test_a_file_that_ends_too_soon_is_named_by_its_last_line(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "a = [\n1,\n")
    assert problem.startswith("tocsin.toml:2: is not TOML: ")


def test_a_table_overridden_by_nonsense_does_not_swallow_its_variable(tmp_path: Path) -> None:
    assert problems(tmp_path, "poll = 3\n", {"TOCSIN_POLL_MAX_AGE": "7d"}) == [
        "tocsin.toml:1: poll must be a table"
    ]


def test_a_named_file_that_is_missing_or_no_text_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^gone.toml: does not exist"):
        load({}, tmp_path, Path("gone.toml"))
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigError, match=r"^folder: cannot be read: Is a directory"):
        load({"TOCSIN_CONFIG": "folder"}, tmp_path)
    (tmp_path / "tocsin.toml").write_bytes(b"# caf\xe9\n")
    with pytest.raises(ConfigError, match=r"^tocsin.toml: is not UTF-8 \(byte 5\)"):
        load({}, tmp_path)
    (tmp_path / "tocsin.toml").unlink()
    (tmp_path / ".env").write_bytes(b"A=\xff\n")
    with pytest.raises(ConfigError, match=r"^.env: is not UTF-8"):
        load({}, tmp_path)


def test_every_setting_has_its_variable() -> None:
    named = variables()
    assert named["DISCORD_TOKEN"] == ("discord", "token")
    assert named["TOCSIN_DISCORD_API"] == ("discord", "api")
    assert named["TOCSIN_DATABASE_URL"] == ("storage", "url")
    assert named["TOCSIN_DATA"] == ("storage", "data")
    sections = [name for name, field in Settings.model_fields.items() if field.alias is None]
    assert set(sections) == {section for section, _ in named.values()}
    assert len(set(named.values())) == len(named)


def test_a_problem_says_where_and_what() -> None:
    assert str(Problem("A", "b")) == "A: b"
