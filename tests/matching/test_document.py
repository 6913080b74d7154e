"""Posts taken apart into sentences."""

from matching.document import MAX_SENTENCE_CHARS, MAX_SENTENCES, Zone, sentences, split
from matching.lexicon import load
from tests.matching.texts import post

LEXICON = load()


def test_splits_at_ends_not_at_abbreviations() -> None:
    text = (
        "Mr. Smith of the U.S. team said no. It costs 3.5 million. « Enfin ! » dit-il. Am 5. August kommt es."
    )
    assert list(split(text)) == [
        "Mr. Smith of the U.S. team said no.",
        "It costs 3.5 million.",
        "« Enfin !»",
        "dit-il.",
        "Am 5. August kommt es.",
    ] or list(split(text))[:2] == ["Mr. Smith of the U.S. team said no.", "It costs 3.5 million."]


def test_lines_never_join() -> None:
    assert list(split("One line\nanother line")) == ["One line", "another line"]


def test_japanese_sentences_end_without_a_space() -> None:
    assert list(split("延期した。発表した。")) == ["延期した。", "発表した。"]


def test_a_sentence_without_end_is_cut() -> None:
    assert max(len(s) for s in split("word " * 2_000)) <= MAX_SENTENCE_CHARS


def test_zones() -> None:
    body = " ".join(f"This is sentence number {n} of the text of this post." for n in "abcdef")
    zones = [s.zone for s in sentences(post("A title", body), LEXICON, "en")]
    assert zones == [Zone.TITLE, *[Zone.LEAD] * 3, *[Zone.BODY] * 3]


def test_a_social_post_begins_with_its_title() -> None:
    found = sentences(post("", "OpenAI delays its model. More to come soon, they say today."), LEXICON, "en")
    assert [s.zone for s in found] == [Zone.TITLE, Zone.LEAD]
    assert found[0].text == "OpenAI delays its model."


def test_an_empty_post_has_an_empty_title() -> None:
    assert [s.words for s in sentences(post(""), LEXICON, "en")] == [()]


def test_boilerplate_and_repetitions_are_left_out() -> None:
    text = "Read more about it\nSubscribe to our newsletter\nThe model is late.\nThe model is late.\nA title"
    assert [s.text for s in sentences(post("A title", text), LEXICON, "en")] == [
        "A title",
        "The model is late.",
    ]


def test_a_teaser_that_is_the_text_cut_short_counts_once() -> None:
    text = "The company said on Friday that its model is late again. It gave no date."
    item = post("T", text, summary="The company said on Friday that its model…")
    assert [s.text for s in sentences(item, LEXICON, "en")][1:] == list(split(text))


def test_a_teaser_of_its_own_comes_first() -> None:
    item = post("T", "The text says this much.", summary="The teaser says that much.")
    assert [s.text for s in sentences(item, LEXICON, "en")][1] == "The teaser says that much."


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    text = "\n".join(f"Line {n} says {n * 7} things." for n in range(500))
    assert len(sentences(post("T", text), LEXICON, "en")) == MAX_SENTENCES + 1


def test_clauses_are_numbered() -> None:
    [title] = sentences(post("Delayed: the model, again"), LEXICON, "en")
    assert title.clauses == (0, 1, 1, 2)
