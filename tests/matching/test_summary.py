"""Summaries: whole sentences, each from a post."""

from matching.summary import MAX_CHARS, summarise
from tests.matching.texts import post

ENGLISH = post(
    "OpenAI delays its model",
    "OpenAI has delayed its open model. Sam Altman said it needs tests. It is Friday.",
    "en",
)
FRENCH = post(
    "OpenAI reporte",
    "OpenAI a reporté son modèle ouvert. Sam Altman parle de 3 tests à Paris. Rien de plus ici.",
    "fr",
)


def test_takes_whole_sentences_of_the_first_post() -> None:
    assert [line.text for line in summarise([ENGLISH])] == [
        "OpenAI has delayed its open model.",
        "Sam Altman said it needs tests.",
    ]


def test_the_readers_language_comes_first() -> None:
    lines = summarise([ENGLISH, FRENCH], "fr")
    assert lines[0].text == "OpenAI a reporté son modèle ouvert."
    assert lines[0].post_id == FRENCH.id


def test_another_post_adds_new_facts_only() -> None:
    copy = post("Copy", "OpenAI has delayed its open model. Sam Altman said it needs tests.", "en")
    news = post(
        "News", "The model has 120 billion parameters and comes from Berlin, says Ada Lovelace.", "en"
    )
    assert len(summarise([ENGLISH, copy])) == 2
    assert summarise([ENGLISH, copy, news])[2].post_id == "News"
    assert len(summarise([ENGLISH, news, post("More", "Bob Dylan bought 77 guitars in Vienna.", "en")])) == 3


def test_a_post_of_a_title_alone_is_quoted_by_it() -> None:
    assert [line.text for line in summarise([post("OpenAI delays its model")])] == ["OpenAI delays its model"]
    assert summarise([post("")]) == ()
    assert summarise([]) == ()


def test_stays_within_its_length() -> None:
    long = post(
        "T",
        " ".join(f"In {n} the city of Town{n} had {n} people who said {'very ' * 40}much." for n in range(5)),
        "en",
    )
    assert sum(len(line.text) for line in summarise([long])) <= MAX_CHARS


def test_half_sentences_and_button_words_are_left_out() -> None:
    lines = summarise(
        [
            post(
                "T",
                "Read more\nShare\nA half sentence\nOpenAI has delayed its open model today.",
                "en",
            )
        ]
    )
    assert [line.text for line in lines] == ["OpenAI has delayed its open model today."]


def test_no_more_than_three_lines() -> None:
    more = post(
        "More",
        "Bob Dylan bought 77 guitars in Vienna. Eve Curie sold 12 in Madrid. Al Pacino saw 9 in Rome.",
        "en",
    )
    assert len(summarise([ENGLISH, more])) == 3
