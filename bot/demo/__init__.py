"""What `tocsin demo` replays: our own sample posts, the loopback server that shows them, and a clock.

    posts.toml   the outlets and their posts, in order of appearance
    posts.py     reads them                              -> Script
    outlets.py   a source as it stands at a moment       -> the bytes of its feed, the HTML of its pages
    bluesky.py   the same for the Bluesky account        -> an answer of app.bsky.feed.getAuthorFeed
    server.py    serves both on 127.0.0.1, with ETag and 304
    replay.py    turns the clock from step to step; after each, every source is polled once
    closing.py   the table and the line at the end
    export.py    the same posts as a file for `tocsin backtest`

Nothing here knows the pipeline: bot/cli/replaying.py brings the two together.
"""
