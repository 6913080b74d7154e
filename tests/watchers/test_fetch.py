"""The door on a real loopback server: conditional requests, redirects, limits, failures by name."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from tests.fakes.web import Web
from tests.watchers.conftest import AGENT, QUICK
from watchers.errors import (
    BadEncoding,
    BadSource,
    HttpStatus,
    TimedOut,
    TooLarge,
    TooManyRedirects,
    Unreachable,
    Wait,
)
from watchers.fetch import Door, Limits, Validators


async def test_an_answer_comes_with_body_validators_and_an_honest_name(door: Door, server: Web) -> None:
    answer = await door.get(server.serve("/feed", "hello"))
    assert (answer.status, answer.body, answer.not_modified) == (200, b"hello", False)
    assert answer.validators.etag is not None
    sent = server.asked[0].headers
    assert sent["User-Agent"] == AGENT
    assert sent["Accept-Encoding"] == "gzip, deflate, br, zstd"
    assert "Cookie" not in sent


async def test_an_unchanged_document_is_not_sent_again(door: Door, server: Web) -> None:
    url = server.serve("/feed", "hello", headers={"Cache-Control": "max-age=60"})
    first = await door.get(url)
    again = await door.get(url, validators=first.validators)
    assert (again.status, again.body, again.not_modified) == (304, b"", True)
    assert again.fresh_until is not None


async def test_a_304_that_nobody_asked_for_is_an_error(door: Door, server: Web) -> None:
    with pytest.raises(HttpStatus, match="304"):
        await door.get(server.serve("/feed", status=304))


async def test_a_304_with_a_body_is_asked_again_without_condition(door: Door, server: Web) -> None:
    async def wrong(request: web.Request) -> web.StreamResponse:
        if "If-None-Match" not in request.headers:
            return web.Response(body=b"all of it")
        assert request.transport is not None
        request.transport.write(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello")
        request.transport.close()
        return web.Response(status=500)

    answer = await door.get(server.handle("/wrong", wrong), validators=Validators(etag='"x"'))
    assert (answer.body, answer.not_modified) == (b"all of it", False)
    assert len(server.asked) == 2


async def test_cookies_are_not_kept(door: Door, server: Web) -> None:
    url = server.serve("/feed", "hello", headers={"Set-Cookie": "who=me; Path=/"})
    await door.get(url)
    await door.get(url)
    assert "Cookie" not in server.asked[1].headers


@pytest.mark.parametrize(
    ("status", "permanent"), [(401, False), (403, False), (404, False), (410, True), (500, False)]
)
async def test_a_status_that_says_no_is_told_by_number(
    door: Door, server: Web, status: int, permanent: bool
) -> None:
    with pytest.raises(HttpStatus, match=str(status)) as caught:
        await door.get(server.serve("/feed", "no", status=status))
    assert (caught.value.reason, caught.value.permanent) == (f"http-{status}", permanent)


@pytest.mark.parametrize("form", ["120", "date"])
async def test_retry_after_binds_in_both_forms(server: Web, form: str) -> None:
    now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    value = form if form != "date" else "Sun, 01 Mar 2026 12:02:00 GMT"
    url = server.serve("/feed", status=429, headers={"Retry-After": value})
    async with Door(user_agent=AGENT, allow=["127.0.0.1/32"], limits=QUICK, now=lambda: now) as door:
        with pytest.raises(HttpStatus) as caught:
            await door.get(url)
        assert caught.value.retry_after == 120
        with pytest.raises(Wait) as waiting:
            await door.get(url)
        assert 100 < (waiting.value.retry_after or 0) <= 120
        await door.get(server.serve("/other", "an exempt host is closed for one address only"))
    assert len(server.asked) == 2


async def test_only_permanent_redirects_move_a_source(door: Door, server: Web) -> None:
    server.serve("/new", "here")
    server.redirect("/temporary", "/new", 307)
    moved = await door.get(server.redirect("/old", "/new", 301))
    assert (moved.body, moved.moved_to) == (b"here", server.url("/new"))
    partly = await door.get(server.redirect("/older", "/temporary", 308))
    assert (partly.url, partly.moved_to) == (server.url("/new"), server.url("/temporary"))
    assert (await door.get(server.url("/temporary"))).moved_to is None


async def test_redirects_that_circle_or_go_on_are_given_up(door: Door, server: Web) -> None:
    server.redirect("/a", "/b")
    with pytest.raises(TooManyRedirects, match="circle"):
        await door.get(server.redirect("/b", "/a"))
    for number in range(7):
        server.redirect(f"/{number}", f"/{number + 1}")
    server.asked.clear()
    with pytest.raises(TooManyRedirects):
        await door.get(server.url("/0"))
    assert len(server.asked) == 6  # the first and five redirects


@pytest.mark.parametrize("target", ["", "ftp://example.org/", "http://me:pw@example.org/", "http://[bad/"])
async def test_a_redirect_to_nowhere_names_no_secret(door: Door, server: Web, target: str) -> None:
    with pytest.raises(TooManyRedirects) as caught:
        await door.get(server.redirect("/a", target))
    assert "pw" not in str(caught.value)


async def test_own_headers_do_not_follow_a_redirect_to_another_origin(door: Door, server: Web) -> None:
    async with Web() as other:
        target = other.serve("/feed", "there")
        server.serve("/here", "here")
        secret = {"Authorization": "Bearer abc"}
        await door.get(server.redirect("/away", target), headers=secret)
        await door.get(server.redirect("/near", "/here"), headers=secret)
        assert "Authorization" not in other.asked[0].headers
        assert other.asked[0].headers["User-Agent"] == AGENT
        assert [ask.headers.get("Authorization") for ask in server.asked] == ["Bearer abc"] * 3


async def test_a_body_beyond_the_limit_is_not_read_to_its_end(door: Door, server: Web) -> None:
    with pytest.raises(TooLarge, match="10 bytes"):
        await door.get(server.serve("/declared", b"x" * 11), max_bytes=10)
    with pytest.raises(TooLarge):
        await door.get(server.endless("/endless", b"x" * 65536))
    assert (await door.get(server.serve("/exact", b"x" * 10), max_bytes=10)).body == b"x" * 10


async def test_a_server_that_falls_silent_times_out(door: Door, server: Web) -> None:
    with pytest.raises(TimedOut, match="silent"):
        await door.get(server.hang("/before"))
    with pytest.raises(TimedOut, match="silent"):
        await door.get(server.hang("/within", b"<rss>"))


async def test_slow_bytes_meet_the_total_deadline(server: Web) -> None:
    limits = Limits(connect=1, read=1, total=0.3)
    async with Door(user_agent=AGENT, allow=["127.0.0.1/32"], limits=limits) as door:
        begun = time.monotonic()
        with pytest.raises(TimedOut, match=r"0\.3 s"):
            await door.get(server.endless("/drip", b"x", pause=0.05))
        assert time.monotonic() - begun < 2


async def test_the_deadline_is_one_for_all_redirects(server: Web) -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        number = int(request.path[1:])
        return await _after(0.15, web.Response(status=302, headers={"Location": f"/{number + 1}"}))

    for number in range(6):
        server.handle(f"/{number}", slow)
    limits = Limits(connect=1, read=1, total=0.4)
    async with Door(user_agent=AGENT, allow=["127.0.0.1/32"], limits=limits) as door:
        with pytest.raises(TimedOut):
            await door.get(server.url("/0"))
    assert len(server.asked) <= 3


async def _after(seconds: float, response: web.Response) -> web.Response:
    """A server that takes its time: the delay is what is tested, not a way to wait for something."""
    await asyncio.sleep(seconds)
    return response


async def test_a_body_cut_short_is_no_answer(door: Door, server: Web) -> None:
    with pytest.raises(Unreachable, match="broke"):
        await door.get(server.cut("/cut", b"<rss>", declared=100))


async def test_nobody_listening_is_unreachable_and_not_a_timeout(door: Door, server: Web) -> None:
    async with Web() as gone:
        url = gone.url("/")
    with pytest.raises(Unreachable, match="no connection"):
        await door.get(url)


async def test_an_unknown_name_is_told_by_name(door: Door) -> None:
    with pytest.raises(Unreachable, match=r"no-such-name\.invalid is not known"):
        await door.get("http://no-such-name.invalid/feed?token=abc")


async def test_https_where_http_is_spoken_is_told(door: Door, server: Web) -> None:
    with pytest.raises(Unreachable, match="TLS"):
        await door.get(f"https://127.0.0.1:{server.port}/")


async def test_what_is_not_http_is_told(door: Door, server: Web) -> None:
    async def rubbish(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(b"SSH-2.0-OpenSSH_9.9\r\n")
        request.transport.close()
        return web.Response()

    with pytest.raises(Unreachable, match="HTTP"):
        await door.get(server.handle("/", rubbish))


async def test_an_unasked_packing_is_refused(door: Door, server: Web) -> None:
    with pytest.raises(BadEncoding):
        await door.get(server.serve("/feed", b"x", headers={"Content-Encoding": "compress"}))


@pytest.mark.parametrize(
    "url", ["", "feed", "ftp://example.org/", "file:///etc/passwd", "http://", "http://[x/"]
)
async def test_what_is_no_web_address_is_refused_before_any_request(door: Door, url: str) -> None:
    with pytest.raises(BadSource):
        await door.get(url)


async def test_errors_show_no_query_values(door: Door, server: Web) -> None:
    with pytest.raises(HttpStatus) as caught:
        await door.get(server.url("/x?token=hush&a=b"))
    assert "hush" not in str(caught.value)
    assert "token=…" in str(caught.value)


async def test_proxies_of_the_environment_are_ignored(server: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Web() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
        async with Door(user_agent=AGENT, allow=["127.0.0.1/32"], limits=QUICK) as door:
            assert (await door.get(server.serve("/feed", "direct"))).body == b"direct"
        assert not proxy.asked


async def test_freshness_is_told_as_a_time(server: Web) -> None:
    now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    url = server.serve("/feed", "x", headers={"Cache-Control": "public, max-age=600", "Age": "100"})
    async with Door(user_agent=AGENT, allow=["127.0.0.1/32"], now=lambda: now) as door:
        assert (await door.get(url)).fresh_until == now + timedelta(seconds=500)
