"""Headlines: words are found where a look at each headline finds them."""

from hypothesis import given
from hypothesis import strategies as st

from recommender.ranking.text import is_unspaced
from recommender.workflows.headlines import Headlines, has_whole_word, has_word
from recommender.workflows.spelling import plain

TEXTS = st.lists(
    st.text(max_size=12)
    | st.lists(
        st.sampled_from(
            ["Orbán", "U.S.", "trade", "trader", "俄罗斯", "制裁", "الحُكومة", "Ё", "\n", "—"]
        ),
        max_size=4,
    ).map(" ".join),
    max_size=8,
)
WORDS = st.sampled_from(["or", "orban", "us", "trade", "trade us", "罗斯", "الحكوم", "е", "x", ""])


@given(TEXTS, WORDS, st.integers(1, 9))
def test_rows_are_those_of_a_look_at_each_headline(texts: list[str], words: str, most: int) -> None:
    headlines = Headlines(texts)
    spelt = [plain(text.replace("\n", " ")) for text in texts]
    assert [headlines[row] for row in range(len(texts))] == spelt
    by_hand = [row for row, one in enumerate(spelt) if words and has_word(one, words)]
    assert headlines.rows_with(words, most).tolist() == by_hand[:most]


@given(st.text(max_size=30))
def test_one_spelling_is_one(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert once == once.strip(" ")
    assert "  " not in once
    assert plain(text.upper()) == once or "ß" in text or not text.isascii()


def test_words_begin_at_words_but_in_writing_without_blanks() -> None:
    assert has_word("us trade talks", "tra")
    assert not has_word("us trade talks", "rade")
    assert has_word("与俄罗斯会谈", "罗斯")
    assert is_unspaced("罗斯")
    assert has_whole_word("us trade talks", "trade")
    assert not has_whole_word("us trade talks", "trad")
