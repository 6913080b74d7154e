"""The demo's posts as a file for `tocsin backtest`: `python -m bot.demo.export > posts.jsonl`."""

import json
import sys
from collections.abc import Iterator

from bot.demo.posts import SamplePost, Script, load


def lines(script: Script) -> Iterator[str]:
    """One JSON object for each post and revision, in order of appearance, as `tocsin backtest` reads them."""
    for post in script.posts:
        yield json.dumps(_row(post), ensure_ascii=False)


def _row(post: SamplePost) -> dict[str, str]:
    # The virtual clock of a backtest is `published`: a revision is known from the moment it appears.
    published = max(post.published, post.step) if post.revision else post.published
    return {
        "id": post.ref,
        "url": _url(post),
        "title": post.title,
        "summary": post.teaser,
        "text": "",
        "published": published.isoformat(),
        "lang": post.lang,
        "source": post.outlet.name,
    }


def _url(post: SamplePost) -> str:
    if post.outlet.format == "bluesky":
        return f"https://bsky.app/profile/{post.outlet.key}.example/post/{post.id}"
    return f"https://{post.outlet.key}.example{post.path}"


def main() -> None:
    """Write all lines to stdout."""
    for line in lines(load()):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
