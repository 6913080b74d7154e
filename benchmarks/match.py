"""What a post costs the watches: `python -m benchmarks.match`, beside the bare automaton on the same needles.

Posts of 2,000 characters of invented prose; watches of one invented word. CPU, medians of 5 runs.
"""

import json
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from ahocorasick_rs import AhoCorasick

from matching.compiled import CompiledWatches
from matching.decision import WatchQuery
from matching.post import Post

RUNS, POSTS, LENGTH = 5, 200, 2_000
SIZES = (10, 1_000, 10_000)
_SYLLABLES = [a + b for a in "bdklmrst" for b in ("a", "e", "i", "o", "u", "é")]


def main() -> None:
    """Print the table, then the same as JSON."""
    dice = random.Random(7)
    texts = [_prose(dice) for _ in range(POSTS)]
    rows = []
    print(f"{'watches':>8} {'hits':>6} {'ms a post':>10} {'bare automaton ms':>18} {'ratio':>6}")
    for size in SIZES:
        words = [_word(dice) + "x" for _ in range(size)]
        for share in (0.0, 0.1):
            row = _measure(size, words, _seeded(texts, words, share, dice), share)
            rows.append(row)
            print(f"{size:>8} {share:>6.0%} {row['ms']:>10.3f} {row['floor_ms']:>18.3f} {row['ratio']:>6.1f}")
    print(json.dumps(rows))


def _measure(size: int, words: list[str], texts: list[str], share: float) -> dict[str, float]:
    compiled = CompiledWatches([WatchQuery(n, 0, word, word) for n, word in enumerate(words)])
    automaton = AhoCorasick(words)
    posts = [
        Post(str(n), text[:60], datetime(2026, 1, 1, tzinfo=UTC), text=text) for n, text in enumerate(texts)
    ]
    compiled.read(posts[0])
    ours = _median(lambda: [compiled.read(post) for post in posts])
    floor = _median(lambda: [automaton.find_matches_as_indexes(text, overlapping=True) for text in texts])
    return {"watches": size, "hits": share, "ms": ours, "floor_ms": floor, "ratio": ours / floor}


def _median(work: Callable[[], object]) -> float:
    """Milliseconds of CPU a post."""
    spent = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        spent.append((time.process_time() - began) * 1000 / POSTS)
    return statistics.median(spent)


def _seeded(texts: list[str], words: list[str], share: float, dice: random.Random) -> list[str]:
    """The texts, that share of them with one of the words in its first sentence."""
    return [f"{dice.choice(words)} {text}" if dice.random() < share else text for text in texts]


def _prose(dice: random.Random) -> str:
    sentences = []
    while sum(map(len, sentences)) < LENGTH:
        words = [_word(dice) for _ in range(dice.randint(6, 18))]
        sentences.append(" ".join(words).capitalize() + ".")
    return " ".join(sentences)[:LENGTH]


def _word(dice: random.Random) -> str:
    return "".join(dice.choice(_SYLLABLES) for _ in range(dice.randint(2, 5)))


if __name__ == "__main__":
    main()
