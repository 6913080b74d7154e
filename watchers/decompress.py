"""Bodies unpacked in bounded steps: no step yields more than STEP bytes, whatever was packed.

One 16 KiB chunk of a gzip bomb unpacks to 17 MB, and brotli and zstd are worse, so that checking
a length after a chunk was decoded is too late.
"""

import sys
import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]  # ships no types

from watchers.errors import BadEncoding

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

STEP = 256 * 1024
MAX_CODINGS = 2  # nobody packs a feed three times, but a bomb is
ACCEPT_ENCODING = "gzip, deflate, br, zstd"
_HINT = "the server packed it wrongly or the transfer was cut; it is tried again"


class Decoder(Protocol):
    """Unpacks one body that arrives in chunks."""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What `chunk` unpacks to, in pieces of at most STEP bytes; raises BadEncoding."""
        ...

    def finish(self) -> None:
        """Raise BadEncoding unless the packed body is complete."""
        ...


class _Deflate:
    """gzip, of one or several members, and deflate, with zlib's header or (as some send it) without."""

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._unpack: zlib._Decompress | None = None
        self._head = b""  # the first byte, while it came alone: two tell whether zlib's header is there

    def _start(self, data: bytes) -> "zlib._Decompress":
        raw = self._wbits == zlib.MAX_WBITS and not _has_zlib_header(data)
        return zlib.decompressobj(-zlib.MAX_WBITS if raw else self._wbits)

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        data, self._head = self._head + chunk, b""
        while data:
            if self._unpack is None:
                if len(data) < 2:
                    self._head = data
                    return
                self._unpack = self._start(data)
            try:
                piece = self._unpack.decompress(data, STEP)
            except zlib.error as error:
                raise BadEncoding(f"the body is no valid gzip or deflate: {_HINT}") from error
            if piece:
                yield piece
            data = self._unpack.unconsumed_tail
            if self._unpack.eof:
                data = self._unpack.unused_data
                if not self._more_members(data):
                    return
                self._unpack = None

    def _more_members(self, rest: bytes) -> bool:
        return self._wbits > zlib.MAX_WBITS and rest.startswith(b"\x1f\x8b")

    def finish(self) -> None:
        if self._head or (self._unpack is not None and not self._unpack.eof):
            raise BadEncoding(f"the packed body ends too early: {_HINT}")


def _has_zlib_header(data: bytes) -> bool:
    return len(data) > 1 and data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0


class _Brotli:
    def __init__(self) -> None:
        self._unpack = brotli.Decompressor()
        self._begun = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        self._begun = self._begun or bool(chunk)
        data = chunk
        while not self._unpack.is_finished():
            try:
                piece = self._unpack.process(data, output_buffer_limit=STEP)
            except brotli.error as error:
                raise BadEncoding(f"the body is no valid brotli: {_HINT}") from error
            if piece:
                yield piece
            data = b""
            if self._unpack.can_accept_more_data():
                return

    def finish(self) -> None:
        if self._begun and not self._unpack.is_finished():
            raise BadEncoding(f"the packed body ends too early: {_HINT}")


class _Zstd:
    def __init__(self) -> None:
        # RFC 9659: no window beyond 8 MiB on the web; it bounds the memory that one body takes.
        self._options = {int(zstd.DecompressionParameter.window_log_max): 23}
        self._unpack: zstd.ZstdDecompressor | None = None

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        data = chunk
        while data or not (self._unpack is None or self._unpack.needs_input or self._unpack.eof):
            if self._unpack is None or self._unpack.eof:
                self._unpack = zstd.ZstdDecompressor(options=self._options)
            try:
                piece = self._unpack.decompress(data, STEP)
            except zstd.ZstdError as error:
                raise BadEncoding(f"the body is no valid zstd: {_HINT}") from error
            if piece:
                yield piece
            data = self._unpack.unused_data if self._unpack.eof else b""

    def finish(self) -> None:
        if self._unpack is not None and not self._unpack.eof:
            raise BadEncoding(f"the packed body ends too early: {_HINT}")


class _Chain:
    """The decoder nearest to the wire first."""

    def __init__(self, outer: Decoder, inner: Decoder) -> None:
        self._outer, self._inner = outer, inner

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        for piece in self._outer.feed(chunk):
            yield from self._inner.feed(piece)

    def finish(self) -> None:
        self._outer.finish()
        self._inner.finish()


def _single(coding: str) -> Decoder:
    if coding in ("gzip", "x-gzip"):
        return _Deflate(zlib.MAX_WBITS | 16)
    if coding == "deflate":
        return _Deflate(zlib.MAX_WBITS)
    if coding == "br":
        return _Brotli()
    if coding == "zstd":
        return _Zstd()
    raise BadEncoding("the server packed the body in a way that was not asked for; tell its keeper")


def decoder(content_encoding: str) -> Decoder | None:
    """The decoder for a Content-Encoding header, or None for a plain body; raises BadEncoding."""
    codings = [part.strip().lower() for part in content_encoding.split(",")]
    codings = [coding for coding in codings if coding not in ("", "identity")]
    if len(codings) > MAX_CODINGS:
        raise BadEncoding(f"the body is packed more than {MAX_CODINGS} times; it is not unpacked")
    found: Decoder | None = None
    for coding in codings:  # listed in the order in which they were applied, so the last is undone first
        found = _single(coding) if found is None else _Chain(_single(coding), found)
    return found
