"""Feeds that a web page names."""

from watchers.discover import MAX_FEEDS, feeds_of, is_html

PAGE = "https://bells.example/news/today"


def link(href: str, kind: str = "application/rss+xml", rel: str = "alternate") -> str:
    return f'<link rel="{rel}" type="{kind}" href="{href}">'


def test_links_are_absolute_and_come_once() -> None:
    page = (
        link("/feed")
        + link("feed")
        + link("https://bells.example/feed")
        + link("/atom", "application/atom+xml")
    )
    assert feeds_of(page, PAGE) == (
        "https://bells.example/feed",
        "https://bells.example/news/feed",
        "https://bells.example/atom",
    )


def test_the_base_of_the_page_counts() -> None:
    assert feeds_of('<base href="/x/">' + link("feed"), PAGE) == ("https://bells.example/x/feed",)


def test_what_is_no_feed_is_passed_over() -> None:
    page = (
        link("/a", "text/css") + link("/b", rel="stylesheet") + link("javascript:x") + link("") + "<link rel>"
    )
    assert feeds_of(page, PAGE) == ()


def test_relations_and_types_are_read_leniently() -> None:
    page = link("/a", "Application/RSS+XML; charset=utf-8", "Alternate feed")
    assert feeds_of(page, PAGE) == ("https://bells.example/a",)


def test_the_number_of_feeds_is_bounded() -> None:
    assert len(feeds_of("".join(link(f"/{number}") for number in range(50)), PAGE)) == MAX_FEEDS


def test_broken_pages_do_no_harm() -> None:
    assert feeds_of("<link " * 1000 + "<" * 1000, PAGE) == ()
    assert is_html("\n<!DOCTYPE HTML>")
    assert not is_html("<rss>")
