"""A Bluesky account: what a post says with its cards, who wrote it; none is missed, none comes twice."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.web import Web
from tests.watchers.bluesky import BELL, METHOD, TOWER, Account, entry, link_card, quote_card, reposted, stamp
from tests.watchers.lexicons import Lexicons
from tests.watchers.texts import NOW, poll
from watchers import blueskypage
from watchers.bluesky import MAX_PAGES, BlueskyWatcher
from watchers.errors import BadSource, HttpStatus, Malformed
from watchers.fetch import Door
from watchers.post import Batch, FetchedPost

PROFILE = "https://bsky.app/profile/bell.example"
PICTURES = {
    "$type": "app.bsky.embed.images#view",
    "images": [{"thumb": "https://p.example/t", "fullsize": "https://p.example/f", "alt": "A cracked bell"}],
}


@pytest.fixture
def account(server: Web) -> Account:
    """The Bell's account."""
    return Account(server)


async def look(door: Door, account: Account, cursor: Any = None, **options: Any) -> Batch:
    return await poll(
        door, PROFILE, "bluesky", cursor=cursor or {}, options={"base": account.base, **options}
    )


async def only(door: Door, account: Account, one: dict[str, Any], **options: Any) -> FetchedPost:
    account.entries = [one]
    (post,) = (await look(door, account, **options)).posts
    return post


async def test_a_post_has_its_text_page_author_language_and_date(door: Door, account: Account) -> None:
    post = await only(door, account, entry("1", "La cloche sonne.", langs=["fr-CA", "en"]))
    assert (post.text, post.lang, post.author) == ("La cloche sonne.", "fr-CA", "The Bell (@bell.example)")
    assert post.url == "https://bsky.app/profile/bell.example/post/1"
    assert post.guid == f"at://{BELL['did']}/app.bsky.feed.post/1"
    assert post.published == NOW - timedelta(hours=1)


async def test_a_link_card_is_part_of_the_text(door: Door, account: Account) -> None:
    card = link_card("https://bells.example/1", "Bells delayed", "Until later.")
    post = await only(door, account, entry("1", "So it goes:", embed=card))
    assert post.text == "So it goes:\n\nBells delayed\nUntil later.\nhttps://bells.example/1"


async def test_a_quote_keeps_who_said_it_and_where(door: Door, account: Account) -> None:
    quoted = entry("9", "The bells wait.", author=TOWER)
    post = await only(door, account, entry("1", "Oh no.", embed=quote_card(quoted)))
    assert post.author == "The Bell (@bell.example)"
    assert post.text == (
        "Oh no.\n\n@tower.example: The bells wait.\nhttps://bsky.app/profile/tower.example/post/9"
    )


async def test_a_quote_beside_pictures_keeps_both(door: Door, account: Account) -> None:
    record = {
        k: v for k, v in quote_card(entry("9", "The bells wait.", author=TOWER)).items() if k != "$type"
    }
    card = {"$type": "app.bsky.embed.recordWithMedia#view", "media": PICTURES, "record": record}
    post = await only(door, account, entry("1", "", embed=card))
    assert post.text.startswith("A cracked bell\n\n@tower.example: The bells wait.")


async def test_a_quote_of_what_is_gone_is_passed_over(door: Door, account: Account) -> None:
    gone = {"$type": "app.bsky.embed.record#viewNotFound", "uri": "at://x/y/z", "notFound": True}
    card = {"$type": "app.bsky.embed.record#view", "record": gone}
    assert (await only(door, account, entry("1", "Hm.", embed=card))).text == "Hm."


@pytest.mark.parametrize("rkey", ["77", None])
async def test_a_repost_keeps_its_author_and_page_under_an_id_of_its_own(
    door: Door, account: Account, rkey: str | None
) -> None:
    original = entry("9", "The bells wait.", author=TOWER)
    post = await only(door, account, reposted(original, rkey))
    assert (post.author, post.url) == ("@tower.example", "https://bsky.app/profile/tower.example/post/9")
    assert post.guid != original["post"]["uri"]
    assert post.published == NOW - timedelta(hours=1)
    assert not (await look(door, account, reposts=False)).posts


async def test_a_pinned_post_is_not_the_newest(door: Door, account: Account) -> None:
    account.entries = [
        {**entry("1", "Old"), "reason": {"$type": "app.bsky.feed.defs#reasonPin"}},
        entry("2", "New"),
    ]
    assert [post.text for post in (await look(door, account)).posts] == ["New"]


async def test_a_date_of_the_future_gives_way_to_what_the_service_saw(door: Door, account: Account) -> None:
    post = await only(door, account, entry("1", "Hi", createdAt=stamp(NOW + timedelta(days=400))))
    assert post.published == NOW - timedelta(hours=1)


async def test_a_handle_that_leads_nowhere_is_replaced_by_the_did(door: Door, account: Account) -> None:
    lost = {**TOWER, "handle": "handle.invalid"}
    post = await only(door, account, reposted(entry("9", "Hi", author=lost), "7"))
    assert post.url == f"https://bsky.app/profile/{TOWER['did']}/post/9"


async def test_only_what_is_new_comes_the_second_time_oldest_first(door: Door, account: Account) -> None:
    account.entries = [entry(str(number), f"Bell {number}") for number in (2, 1)]
    first = await look(door, account)
    assert [post.text for post in first.posts] == ["Bell 1", "Bell 2"]
    quiet = await look(door, account, first.cursor)
    assert (quiet.posts, quiet.changed, quiet.cursor) == ((), False, first.cursor)
    account.entries = [entry("4", "Bell 4"), entry("3", "Bell 3"), *account.entries]
    third = await look(door, account, quiet.cursor)
    assert [post.text for post in third.posts] == ["Bell 3", "Bell 4"]


async def test_pages_are_read_back_to_what_is_known(door: Door, account: Account) -> None:
    account.size = 3
    account.entries = [entry("0", "Bell 0")]
    first = await look(door, account)
    account.entries = [entry(str(number), f"Bell {number}") for number in range(8, -1, -1)]
    second = await look(door, account, first.cursor)
    assert [post.text for post in second.posts] == [f"Bell {number}" for number in range(1, 9)]
    assert second.warnings == ()


async def test_a_known_post_that_was_deleted_does_not_hide_the_others(door: Door, account: Account) -> None:
    account.entries = [entry("2", "Two"), entry("1", "One")]
    first = await look(door, account)
    account.entries = [entry("3", "Three"), entry("1", "One")]
    assert [post.text for post in (await look(door, account, first.cursor)).posts] == ["Three"]


async def test_a_gap_beyond_the_pages_looked_at_is_told(door: Door, account: Account) -> None:
    account.size = 2
    account.entries = [entry("0", "Bell 0")]
    first = await look(door, account)
    account.entries = [entry(str(number), f"Bell {number}") for number in range(30, -1, -1)]
    account.answers.clear()
    second = await look(door, account, first.cursor)
    assert len(account.answers) == MAX_PAGES
    assert "missed" in second.warnings[0]


async def test_the_first_poll_reads_one_page(door: Door, account: Account) -> None:
    account.size = 2
    account.entries = [entry(str(number), "Bell") for number in range(9)]
    assert len((await look(door, account)).posts) == 2


async def test_an_entry_that_is_not_as_promised_is_counted_and_the_rest_is_read(
    door: Door, account: Account
) -> None:
    account.entries = [{"post": {"uri": 5}}, entry("1", "Fine")]
    batch = await look(door, account)
    assert len(batch.posts) == 1
    assert "1 posts cannot be read" in batch.warnings


async def test_an_unknown_account_is_told_by_name(door: Door, account: Account) -> None:
    with pytest.raises(HttpStatus, match=r"no account nobody\.example"):
        await poll(door, "https://bsky.app/profile/nobody.example", "bluesky", options={"base": account.base})


def test_a_page_is_read_entry_by_entry() -> None:
    """The parser itself, which else runs in a process of its own."""
    quoted = entry("9", "The bells wait.", author=TOWER)
    entries = [
        entry("1", "Card", embed=link_card("https://bells.example/", "T", "")),
        entry("2", "Quote", embed=quote_card(quoted), langs=[]),
        entry("3", "Pictures", embed=PICTURES),
        reposted(quoted, None),
        {"post": None},
    ]
    body = json.dumps({"feed": entries, "cursor": "more"}).encode()
    page = blueskypage.parse(body, "bell.example", NOW, reposts=True)
    assert [post.text.partition("\n")[0] for post in page.posts] == [
        "Card",
        "Quote",
        "Pictures",
        "The bells wait.",
    ]
    assert (page.title, page.cursor, page.unread) == ("The Bell (@bell.example)", "more", 1)
    assert len(blueskypage.parse(body, "bell.example", NOW, reposts=False).posts) == 3
    for wrong in (b"<html>", b"[]", b"{}"):
        with pytest.raises(Malformed):
            blueskypage.parse(wrong, "bell.example", NOW, reposts=True)


@pytest.mark.parametrize("body", ["<html>", '{"feed": 5}', "[]"])
async def test_an_answer_that_is_no_feed_is_told(door: Door, server: Web, body: str) -> None:
    server.serve(METHOD, body)
    with pytest.raises(Malformed):
        await poll(door, PROFILE, "bluesky", options={"base": server.url("")})


async def test_a_service_in_trouble_leaves_as_itself(door: Door, server: Web) -> None:
    server.serve(METHOD, status=502)
    with pytest.raises(HttpStatus, match="502"):
        await poll(door, PROFILE, "bluesky", options={"base": server.url("")})


@pytest.mark.parametrize("url", [PROFILE, PROFILE + "/", "@bell.example", "bell.example", " bell.example "])
def test_an_account_may_be_written_in_several_ways(url: str) -> None:
    assert BlueskyWatcher().check(url, {"replies": True}).url == PROFILE


@pytest.mark.parametrize(
    "url", ["", "@bell", "https://example.org/@bell.example", "bell.example/post/1", "did:key:z"]
)
def test_what_is_no_account_is_refused(url: str) -> None:
    with pytest.raises(BadSource, match="Bluesky account"):
        BlueskyWatcher().check(url, {})


def test_options_are_checked() -> None:
    with pytest.raises(BadSource, match="true or false"):
        BlueskyWatcher().check("bell.example", {"replies": "yes"})
    with pytest.raises(BadSource, match="no option `limit`"):
        BlueskyWatcher().check("bell.example", {"limit": 5})


@pytest.mark.shared
async def test_the_service_of_these_tests_answers_as_the_lexicons_say(
    door: Door, account: Account, shared: Path
) -> None:
    lexicons = Lexicons(shared / "data" / "apis" / "lexicons")
    quoted = entry("9", "The bells wait.", author=TOWER, langs=["en"])
    record = {k: v for k, v in quote_card(quoted).items() if k != "$type"}
    account.size = 3
    account.entries = [
        entry("1", "Card", embed=link_card("https://bells.example/", "T", "D")),
        entry("2", "Quote", embed=quote_card(quoted)),
        entry(
            "3",
            "",
            embed={"$type": "app.bsky.embed.recordWithMedia#view", "media": PICTURES, "record": record},
        ),
        reposted(quoted, "7"),
    ]
    await look(door, account)
    lexicons.check_output("app.bsky.feed.getAuthorFeed", account.answers[0])
    for one in account.entries:
        lexicons.check_record(one["post"]["record"])
    with pytest.raises(AssertionError):
        lexicons.check_output("app.bsky.feed.getAuthorFeed", {"feed": [{"post": {}}]})
