"""How right the alerts are: `python -m benchmarks.quality [NEWS_DIR]`, by default on ../shared/data/news.

Runs `tocsin backtest` as a user would and scores it: developments rung, alerts too many (extra), alerts
about something else (false), reports that joined their own alert (attached) or another (misattached);
for pairs of posts, precision, recall and F1 of "these two share an alert" under the watch *.
"""

import gzip
import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
NEWS = HERE.parent / "shared" / "data" / "news"
FIGURES = ("developments", "rung", "extra", "false", "reports", "attached", "misattached")


def main() -> None:
    """Print the table, then the same as JSON."""
    news = Path(sys.argv[1]) if len(sys.argv) > 1 else NEWS
    if not (news / "events.toml").is_file():
        raise SystemExit(f"{news} holds no labelled news (events.toml, posts.jsonl.gz, labels-*.jsonl)")
    began = time.perf_counter()
    rows = [*_events(news, "posts.jsonl.gz", "events.toml"), *_events(news, "fr.jsonl", "events-fr.toml")]
    seconds = time.perf_counter() - began
    pairs = _pairs(news)
    print(f"{'event':22}" + "".join(f"{name:>13}" for name in FIGURES))
    for row in rows:
        print(f"{row['event']:22}" + "".join(f"{row[name]:>13}" for name in FIGURES))
    print(f"pairs: precision {pairs['precision']:.3f}, recall {pairs['recall']:.3f}, F1 {pairs['f1']:.3f}")
    print(f"both event runs took {seconds:.1f} s")
    print(json.dumps({"events": rows, "pairs": pairs}))


def _events(news: Path, posts: str, events: str) -> Iterator[dict[str, Any]]:
    told = _backtest(news / posts, "--events", str(news / events))
    seen = set(_ids(news / posts))
    for key in dict.fromkeys(one["event"] for one in told):
        labels = news / (f"labels-{key}.jsonl" if "fr" not in events else "labels-fr.jsonl")
        if labels.is_file():
            yield {"event": key} | score([one for one in told if one["event"] == key], _lines(labels), seen)


def score(told: list[dict[str, Any]], labels: Iterable[dict[str, Any]], seen: set[str]) -> dict[str, int]:
    """The figures of one event; `labels` as in the data's README. A post without a label is not about it."""
    about = {
        one["id"]: one["development"]
        for one in labels
        if one["relevance"] == "about" and one["development"] != "none" and one["id"] in seen
    }
    passing = {one["id"] for one in labels if one["relevance"] == "mention"}
    rung: set[str] = set()
    meant: dict[int, str | None] = {}
    members: dict[int, set[str]] = defaultdict(set)
    extra = false = 0
    for one in told:
        members[one["alert"]] |= set(one["posts"])
        if one["action"] == "alert":
            development = meant[one["alert"]] = about.get(one["post"])
            false += development is None
            extra += development in rung
            rung |= {development} if development else set()
    attached = sum(
        any(meant.get(a) == d and p in posts for a, posts in members.items()) for p, d in about.items()
    )
    misattached = sum(
        about.get(post) != meant[alert] and post not in passing
        for alert, posts in members.items()
        if meant.get(alert) is not None
        for post in posts
    )
    found = (len(set(about.values())), len(rung), extra, false, len(about), attached, misattached)
    return dict(zip(FIGURES, found, strict=True))


def _pairs(news: Path) -> dict[str, float]:
    alerts: dict[str, set[int]] = defaultdict(set)
    for one in _backtest(news / "posts.jsonl.gz", "--watch", "*"):
        for post in one["posts"]:
            alerts[post].add(one["alert"])
    right = wrong = missed = 0
    for pair in _lines(news / "pairs.jsonl"):
        shared = bool(alerts[pair["a"]] & alerts[pair["b"]])
        right += shared and pair["same"]
        wrong += shared and not pair["same"]
        missed += pair["same"] and not shared
    precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(1e-9, precision + recall),
    }


def _backtest(posts: Path, *options: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "bot.cli", "backtest", str(posts), *options, "--json"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True, timeout=900)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _ids(posts: Path) -> list[str]:
    raw = posts.read_bytes()
    text = gzip.decompress(raw) if posts.suffix == ".gz" else raw
    return [json.loads(line)["id"] for line in text.splitlines() if line.strip()]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    main()
