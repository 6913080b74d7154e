"""What may go wrong while posts are brought in, as one tree split by what the caller does about it.

WatcherError               str() says what happened and what to do; it holds no secret
├─ BadSource               the address or an option is wrong: the operator mends it (permanent)
├─ FetchError              the answer did not arrive as hoped
│  ├─ Wait                 not a fault: the host asked for, or is owed, some patience (retry_after is set)
│  ├─ AddressRefused       the name leads to an address that is not public and not allowed
│  ├─ TooManyRedirects     the chain of redirects is too long, loops, or leads nowhere
│  ├─ TooLarge             the body is beyond the limit, before or after decompression
│  ├─ BadEncoding          the body cannot be decompressed
│  ├─ TimedOut             a phase or the whole took too long
│  ├─ Unreachable          no name, no connection, no TLS, or the connection broke
│  │  └─ BadHttp           what came is not HTTP
│  └─ HttpStatus           the server says no (`status`); 410 is permanent
└─ ContentError            the answer arrived and is not what the source promises
   ├─ EmptyBody            there is nothing in it
   ├─ NotAFeed             another kind of document (`feeds`: the feeds that an HTML page names)
   └─ Malformed            the right kind of document, and nothing in it can be read
"""


class WatcherError(Exception):
    """Root. `reason` is a stable slug for logs and statistics.

    `permanent`: trying again is useless until somebody acts; the source is to be paused.
    `retry_after`: seconds during which the source is not to be asked again, or None.
    """

    reason = "error"
    permanent = False

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BadSource(WatcherError):
    """The address or an option is wrong."""

    reason = "bad-source"
    permanent = True


class FetchError(WatcherError):
    """The answer did not arrive as hoped."""

    reason = "fetch-failed"


class Wait(FetchError):
    """The host asked for, or is owed, some patience; no failure of the source."""

    reason = "wait"

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message, retry_after=retry_after)


class AddressRefused(FetchError):
    """The name leads to an address that is not public and not allowed."""

    reason = "address-refused"


class TooManyRedirects(FetchError):
    """The chain of redirects is too long, loops, or leads nowhere."""

    reason = "redirects"


class TooLarge(FetchError):
    """The body is beyond the limit, before or after decompression."""

    reason = "too-large"


class BadEncoding(FetchError):
    """The body cannot be decompressed."""

    reason = "bad-encoding"


class TimedOut(FetchError):
    """A phase or the whole took too long."""

    reason = "timeout"


class Unreachable(FetchError):
    """No name, no connection, no TLS, or the connection broke."""

    reason = "unreachable"


class BadHttp(Unreachable):
    """What came is not HTTP."""

    reason = "bad-http"


class HttpStatus(FetchError):
    """The server says no."""

    def __init__(self, message: str, *, status: int, retry_after: float | None = None) -> None:
        super().__init__(message, retry_after=retry_after)
        self.status = status
        self.reason = f"http-{status}"
        self.permanent = status == 410


class ContentError(WatcherError):
    """The answer arrived and is not what the source promises."""

    reason = "bad-content"


class EmptyBody(ContentError):
    """There is nothing in the body."""

    reason = "empty"


class NotAFeed(ContentError):
    """Another kind of document; `feeds` are the addresses of feeds that an HTML page names."""

    reason = "not-a-feed"

    def __init__(self, message: str, *, feeds: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.feeds = feeds


class Malformed(ContentError):
    """The right kind of document, and nothing in it can be read."""

    reason = "malformed"
