"""Unpacking in bounded steps: every coding, every way of cutting it, and bombs."""

import gzip
import tracemalloc
import zlib
from contextlib import suppress

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.web import Web
from watchers.decompress import STEP, decoder, zstd
from watchers.errors import BadEncoding, TooLarge
from watchers.fetch import Door

PLAIN = b"<rss>" + b"Tocsin rings once. " * 500 + b"</rss>"


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZIP": gzip.compress,
    "gzip, identity": gzip.compress,
    "deflate": zlib.compress,
    "deflate ": raw_deflate,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "gzip, br": lambda data: brotli.compress(gzip.compress(data)),
}


def unpack(coding: str, packed: bytes, size: int = 1000) -> bytes:
    found = decoder(coding)
    assert found is not None
    pieces = [piece for at in range(0, len(packed), size) for piece in found.feed(packed[at : at + size])]
    found.finish()
    assert all(0 < len(piece) <= 2 * STEP for piece in pieces)
    return b"".join(pieces)


@pytest.mark.parametrize("coding", PACKERS)
@pytest.mark.parametrize("size", [1, 7, 1_000_000])
def test_every_coding_however_it_arrives(coding: str, size: int) -> None:
    assert unpack(coding, PACKERS[coding](PLAIN), size) == PLAIN


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_packed_body_cut_short_is_told(coding: str) -> None:
    with pytest.raises(BadEncoding):
        unpack(coding, PACKERS[coding](PLAIN)[:-10])


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@given(rubbish=st.binary(min_size=3, max_size=200))
def test_rubbish_is_an_error_or_bytes_and_nothing_else(coding: str, rubbish: bytes) -> None:
    with suppress(BadEncoding):
        assert isinstance(unpack(coding, rubbish), bytes)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_several_members_are_one_body(coding: str) -> None:
    packed = PACKERS[coding](b"first ") + PACKERS[coding](b"second")
    assert unpack(coding, packed) == b"first second"
    assert unpack(coding, packed, size=1) == b"first second"


def test_what_follows_a_gzip_member_and_is_none_is_ignored() -> None:
    assert unpack("gzip", gzip.compress(b"x") + b"\0\0\0\0") == b"x"


def test_an_empty_packed_body_is_an_empty_body() -> None:
    for coding in ("gzip", "deflate", "br", "zstd"):
        assert unpack(coding, b"") == b""


def test_plain_bodies_need_no_decoder() -> None:
    assert decoder("") is None
    assert decoder("identity") is None


@pytest.mark.parametrize("header", ["compress", "gzip, gzip, gzip"])
def test_what_was_not_asked_for_is_refused(header: str) -> None:
    with pytest.raises(BadEncoding):
        decoder(header)


def bomb(coding: str) -> bytes:
    """200 MB of zeros, packed."""
    zeros = bytes(20_000_000)
    if coding == "gzip":
        return gzip.compress(zeros, 9) * 10
    if coding == "br":
        return brotli.compress(zeros * 10, quality=1)
    if coding == "gzip, gzip":
        return gzip.compress(gzip.compress(zeros, 9) * 10)
    return {"deflate": zlib.compress, "zstd": zstd.compress}[coding](zeros * 10)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
async def test_a_bomb_is_given_up_at_the_limit(door: Door, server: Web, coding: str) -> None:
    url = server.serve("/bomb", bomb(coding), headers={"Content-Encoding": coding})
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            await door.get(url)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 12_000_000  # the limit here is 1 MiB


async def test_packed_answers_arrive_unpacked(door: Door, server: Web) -> None:
    for coding in ("gzip", "deflate", "br", "zstd"):
        url = server.serve(f"/{coding}", PACKERS[coding](PLAIN), headers={"Content-Encoding": coding})
        assert (await door.get(url)).body == PLAIN
