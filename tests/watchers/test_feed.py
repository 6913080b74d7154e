"""Feeds over the loopback: formats, identity, dates, what is unchanged, and every kind of bad document."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.web import Web
from tests.watchers.texts import NOW, item, poll, rss
from watchers.errors import BadSource, EmptyBody, HttpStatus, Malformed, NotAFeed, TooLarge
from watchers.feed import FeedWatcher
from watchers.fetch import Door

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="https://cloches.example/blog/">
<title>Les Cloches</title><link rel="hub" href="https://hub.example/"/><id>urn:cloches</id>
<entry><id>urn:cloches:2</id><title type="html">Une &lt;b&gt;autre&lt;/b&gt; cloche</title><link href="2"/>
<updated>2026-03-01T09:00:00+01:00</updated><summary>Bref.</summary>
<content type="html">&lt;p&gt;Long texte.&lt;/p&gt;</content>
<author><name>Anne</name></author></entry>
<entry xml:lang="de"><id>urn:cloches:1</id><title>Eine Glocke</title><link href="/1"/>
<published>2026-02-28T09:00:00Z</published><updated>2026-03-01T09:00:00Z</updated></entry>
</feed>"""

RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://bells.example/"><title>Bells</title><link>https://bells.example/</link></channel>
<item rdf:about="https://bells.example/7"><title>Seven</title><link>https://bells.example/7</link>
<dc:date>2026-02-27T00:00:00Z</dc:date><dc:language>nl</dc:language></item></rdf:RDF>"""

OLD = """<?xml version="1.0"?><rss version="0.91"><channel><title>Old</title><link>https://bells.example/</link>
<item><title>Ding</title><link>https://bells.example/ding</link></item></channel></rss>"""


async def test_rss_becomes_posts_oldest_first(door: Door, server: Web) -> None:
    newer = item("Newer &amp;amp; louder", guid="b2", more="<description>Short</description>")
    older = item(
        "Older", guid="b1", date="Sat, 28 Feb 2026 10:00:00 +0100", more="<dc:creator>Ben</dc:creator>"
    )
    batch = await poll(door, server.serve("/", rss(newer, older, channel="<language>en-gb</language>")))
    assert [post.guid for post in batch.posts] == ["b1", "b2"]
    assert batch.posts[0].published == datetime(2026, 2, 28, 9, 0, tzinfo=UTC)
    assert batch.posts[0].author == "Ben"
    assert (batch.posts[1].title, batch.posts[1].summary, batch.posts[1].text) == (
        "Newer & louder",
        "Short",
        "",
    )
    assert (batch.title, batch.lang, batch.changed, batch.warnings) == ("The Bell", "en-gb", True, ())


async def test_atom_keeps_languages_links_and_both_texts(door: Door, server: Web) -> None:
    batch = await poll(door, server.serve("/", ATOM, kind="application/atom+xml"))
    first, second = batch.posts
    assert (first.guid, first.url, first.lang) == ("urn:cloches:1", "https://cloches.example/1", "de")
    assert first.published == datetime(2026, 2, 28, 9, 0, tzinfo=UTC)
    assert (second.url, second.lang, second.author) == ("https://cloches.example/blog/2", "fr", "Anne")
    assert (second.title, second.summary, second.text) == ("Une autre cloche", "Bref.", "<p>Long texte.</p>")
    assert second.published == datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


async def test_rdf_and_old_rss(door: Door, server: Web) -> None:
    (post,) = (await poll(door, server.serve("/rdf", RDF))).posts
    assert (post.guid, post.lang) == ("https://bells.example/7", "nl")
    assert post.published == datetime(2026, 2, 27, tzinfo=UTC)
    (post,) = (await poll(door, server.serve("/old", OLD))).posts
    assert (post.guid, post.published) == ("https://bells.example/ding", None)


async def test_an_unchanged_feed_is_answered_304_and_brings_nothing(door: Door, server: Web) -> None:
    url = server.serve("/", rss(item(), channel="<ttl>30</ttl>"))
    first = await poll(door, url)
    assert first.cursor["etag"]
    again = await poll(door, url, cursor=first.cursor)
    assert (again.posts, again.changed, again.cursor) == ((), False, first.cursor)
    assert again.not_before == NOW + timedelta(minutes=30)


async def test_an_unchanged_body_is_known_without_validators_and_despite_its_own_dates(
    door: Door, server: Web
) -> None:
    def body(built: str) -> str:
        return rss(item(), channel=f"<lastBuildDate>{built}</lastBuildDate><pubDate>{built}</pubDate>")

    url = server.serve("/", body("Sun, 01 Mar 2026 10:00:00 GMT"), validators=False)
    first = await poll(door, url)
    server.serve("/", body("Sun, 01 Mar 2026 10:05:00 GMT"), validators=False)
    again = await poll(door, url, cursor=first.cursor)
    assert (again.posts, again.changed) == ((), False)
    server.serve("/", rss(item(date="Sun, 01 Mar 2026 10:05:00 GMT")), validators=False)
    assert (await poll(door, url, cursor=again.cursor)).changed


async def test_a_changed_item_keeps_its_identity(door: Door, server: Web) -> None:
    url = server.serve("/", rss(item("Bells to ring")))
    first = await poll(door, url)
    server.serve("/", rss(item("Bells will not ring", date="Sun, 01 Mar 2026 11:00:00 GMT")))
    second = await poll(door, url, cursor=first.cursor)
    assert first.posts[0].guid == second.posts[0].guid
    assert second.posts[0].title == "Bells will not ring"


async def test_identity_falls_back_to_the_link_and_then_to_the_text_but_never_to_the_date(
    door: Door, server: Web
) -> None:
    url = server.serve("/", rss(item(guid=None), item(guid=None, link=None)))
    first = {post.guid for post in (await poll(door, url)).posts}
    assert "https://bells.example/1" in first
    assert any(guid.startswith("blake2b:") for guid in first)
    server.serve("/", rss(item(guid=None, date=None), item(guid=None, link=None, date=None)))
    assert {post.guid for post in (await poll(door, url)).posts} == first


async def test_an_item_with_nothing_but_a_text_is_a_post(door: Door, server: Web) -> None:
    bare = item(None, None, None, None, "<description>The bells are silent.</description>")
    (post,) = (await poll(door, server.serve("/", rss(bare)))).posts
    assert (post.title, post.url, post.published, post.summary) == ("", None, None, "The bells are silent.")


@pytest.mark.parametrize(
    "date",
    [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Sat, 31 Dec 1994 23:59:59 GMT",
        "Mon, 01 Mar 2027 10:00:00 GMT",
        "Mon, 02 Mar 2026 12:00:01 GMT",
        "Sun, 99 Mar 2026 10:00:00 GMT",
        "soon",
        "",
    ],
)
async def test_a_date_that_cannot_be_true_is_none(door: Door, server: Web, date: str) -> None:
    (post,) = (await poll(door, server.serve("/", rss(item(date=date))))).posts
    assert post.published is None


async def test_a_date_up_to_a_day_ahead_is_a_clock_in_another_zone(door: Door, server: Web) -> None:
    (post,) = (await poll(door, server.serve("/", rss(item(date="Mon, 02 Mar 2026 11:00:00 GMT"))))).posts
    assert post.published == datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


async def test_links_are_resolved_and_only_web_links_are_kept(door: Door, server: Web) -> None:
    items = (
        item(link="/a?b=1#c", guid="1"),
        item(link="javascript:alert(1)", guid="2"),
        item(link="", guid="3"),
    )
    batch = await poll(door, server.serve("/feeds/all", rss(*items)))
    links = {post.guid: post.url for post in batch.posts}
    assert links["1"] == server.url("/a?b=1#c")
    assert links["2"] is None


async def test_a_guid_that_is_no_address_is_no_link(door: Door, server: Web) -> None:
    bare = "<item><title>Bare</title><guid>bell-9</guid></item>"
    (post,) = (await poll(door, server.serve("/", rss(bare)))).posts
    assert (post.guid, post.url) == ("bell-9", None)


async def test_items_whose_links_differ_only_by_fragment_are_two_posts(door: Door, server: Web) -> None:
    items = [item(guid=None, link=f"https://bells.example/live#{number}") for number in (1, 2)]
    assert len((await poll(door, server.serve("/", rss(*items)))).posts) == 2


async def test_a_feed_that_gives_all_items_one_id_still_has_all_its_posts(door: Door, server: Web) -> None:
    items = [item(f"Bell {n}", f"https://bells.example/{n}", "same") for n in range(3)]
    batch = await poll(door, server.serve("/", rss(*items)))
    assert len({post.guid for post in batch.posts}) == 3
    assert "share one id" in batch.warnings[0]


async def test_two_versions_of_one_item_are_one_post_the_first_being_the_newest(
    door: Door, server: Web
) -> None:
    batch = await poll(door, server.serve("/", rss(item("New text"), item("Old text"))))
    assert [post.title for post in batch.posts] == ["New text"]


@pytest.mark.parametrize(
    ("text", "encoding", "kind"),
    [
        ("Modèle retardé", "utf-8", "text/xml"),
        ("Modèle retardé", "utf-8", "application/rss+xml; charset=iso-8859-1"),
        ("Modèle retardé", "utf-8", "text/html; charset=windows-1252"),
        ("Modèle retardé", "iso-8859-1", "application/rss+xml; charset=utf-8"),
        ("Modèle retardé", "iso-8859-1", "application/rss+xml; charset=iso-8859-1"),
        ("Modèle retardé", "utf-16", "application/rss+xml; charset=utf-16"),
        ("Modèle retardé", "utf-8", "application/rss+xml; charset=nonsense"),
    ],
)
async def test_a_wrong_charset_spoils_no_text(
    door: Door, server: Web, text: str, encoding: str, kind: str
) -> None:
    body = rss(item(text)).replace('encoding="UTF-8"', f'encoding="{encoding}"').encode(encoding)
    (post,) = (await poll(door, server.serve("/", body, kind=kind))).posts
    assert post.title == text


async def test_a_web_page_is_refused_with_the_feeds_that_it_names(door: Door, server: Web) -> None:
    page = """<!DOCTYPE html><html><head><link rel="stylesheet" href="/x.css">
    <link rel="alternate" type="application/rss+xml" href="/feed.xml">
    <link rel="alternate" type="application/feed+json; charset=utf-8" href="/feed.json"></head></html>"""
    url = server.serve("/", page, kind="text/html")
    with pytest.raises(NotAFeed, match="not a feed; it names") as caught:
        await poll(door, url)
    assert caught.value.feeds == (server.url("/feed.xml"), server.url("/feed.json"))
    with pytest.raises(NotAFeed, match="names none"):
        await poll(door, server.serve("/bare", "<html><body>Hello</body></html>", kind="text/html"))


@pytest.mark.parametrize("body", ["just text", "<svg xmlns='http://www.w3.org/2000/svg'/>", "\0\1\2\3"])
async def test_another_kind_of_document_is_refused(door: Door, server: Web, body: str) -> None:
    with pytest.raises(NotAFeed, match="neither RSS"):
        await poll(door, server.serve("/", body))


@pytest.mark.parametrize("body", ["", "  \n "])
async def test_an_empty_answer_is_told(door: Door, server: Web, body: str) -> None:
    with pytest.raises(EmptyBody):
        await poll(door, server.serve("/", body))


async def test_a_feed_without_items_is_no_error(door: Door, server: Web) -> None:
    batch = await poll(door, server.serve("/", rss()))
    assert (batch.posts, batch.changed, batch.title) == ((), True, "The Bell")


async def test_a_feed_that_breaks_off_gives_its_whole_items_and_is_asked_for_again(
    door: Door, server: Web
) -> None:
    whole = rss(item(guid="1"), item(guid="2", link="https://bells.example/2"))
    url = server.serve("/", whole[: whole.rindex("<guid") + 20])
    batch = await poll(door, url)
    assert [post.guid for post in batch.posts] == ["1"]
    assert "breaks off" in batch.warnings[0]
    assert not {"etag", "last_modified", "body_hash"} & set(batch.cursor)
    server.serve("/", whole)
    assert len((await poll(door, url, cursor=batch.cursor)).posts) == 2


async def test_a_feed_that_is_not_well_formed_is_read_with_a_warning(door: Door, server: Web) -> None:
    batch = await poll(door, server.serve("/", rss(item("Ding & dong <b>bell"), item(guid="2"))))
    assert len(batch.posts) == 2
    assert "not well-formed" in batch.warnings[0]


async def test_a_feed_broken_before_its_first_item_is_told(door: Door, server: Web) -> None:
    with pytest.raises(Malformed, match="broken"):
        await poll(door, server.serve("/", rss(item())[:330]))


async def test_ten_thousand_items_are_bounded_to_the_newest(door: Door, server: Web) -> None:
    items = [item(f"Bell {n}", f"https://bells.example/{n}", str(n), None) for n in range(3000)]
    server.serve("/", rss(*items))
    batch = await poll(door, server.url("/"))
    assert [post.guid for post in batch.posts] == [str(n) for n in reversed(range(1000))]
    assert "3000 items" in batch.warnings[0]


async def test_a_feed_beyond_the_limit_is_refused(door: Door, server: Web) -> None:
    with pytest.raises(TooLarge):
        await poll(door, server.serve("/", rss(item("x" * 1_100_000))))


async def test_an_entity_bomb_and_an_outer_entity_do_nothing(door: Door, server: Web) -> None:
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    head = (
        f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "ha">{bomb}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    )
    document = rss(item("&a9;", guid="1"), item("&f;", guid="2")).partition("?>")[2]
    batch = await poll(door, server.serve("/", head + document))
    assert all(len(post.title) < 100 and "root" not in post.title for post in batch.posts)


async def test_wishes_of_the_feed_become_the_earliest_next_poll(door: Door, server: Web) -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in (12, 13, 14))
    url = server.serve("/", rss(item(), channel=f"<skipHours>{hours}</skipHours>"))
    batch = await poll(door, url)
    assert batch.not_before == datetime(2026, 3, 1, 15, 0, tzinfo=UTC)
    assert (await poll(door, url, cursor=batch.cursor)).not_before == batch.not_before
    fresh = server.serve("/fresh", rss(item()), headers={"Cache-Control": "max-age=600"})
    assert (await poll(door, fresh)).not_before is not None
    assert (await poll(door, server.serve("/free", rss(item())))).not_before is None


async def test_a_permanent_redirect_is_reported(door: Door, server: Web) -> None:
    target = server.serve("/new", rss(item()))
    old = server.redirect("/old", "/new", 301)
    first = await poll(door, old)
    assert first.moved_to == target
    assert (await poll(door, old, cursor=first.cursor)).moved_to == target
    assert (await poll(door, server.redirect("/away", "/new", 302))).moved_to is None


async def test_a_status_that_says_no_leaves_as_itself(door: Door, server: Web) -> None:
    with pytest.raises(HttpStatus, match="404"):
        await poll(door, server.url("/nothing"))


async def test_a_credential_is_sent_and_never_shown(door: Door, server: Web) -> None:
    url = server.serve("/", rss(item(link="")))
    await poll(door, url, secret="Bearer hush")
    assert server.asked[-1].headers["Authorization"] == "Bearer hush"
    slotted = f"{url}?token={{secret}}"
    batch = await poll(door, slotted, secret="hush")
    assert server.asked[-1].path == "/?token=hush"
    assert "Authorization" not in server.asked[-1].headers
    assert "hush" not in repr(batch)
    with pytest.raises(HttpStatus) as caught:
        await poll(door, server.url("/gone?token={secret}"), secret="hush")
    assert "hush" not in str(caught.value)


def test_a_feed_is_checked_before_it_is_stored() -> None:
    checked = FeedWatcher().check(" https://bells.example/rss#x ", {"credential": "BELLS"})
    assert (checked.url, checked.options) == ("https://bells.example/rss", {"credential": "BELLS"})
    with pytest.raises(BadSource, match="known: `credential`"):
        FeedWatcher().check("https://bells.example/rss", {"credentials": "x"})
    with pytest.raises(BadSource, match="must be text"):
        FeedWatcher().check("https://bells.example/rss", {"credential": 5})
    with pytest.raises(BadSource, match="secret"):
        FeedWatcher().check("https://bells.example/rss?token=hush", {})
