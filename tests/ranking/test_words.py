"""The compiled loop finds the words that the patterns find, in every script."""

import os
import unicodedata
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recommender.catalogue.readers import formats
from recommender.catalogue.readers.rows import Accepted
from recommender.ranking.letters import SPELLINGS, kinds
from recommender.ranking.text import MAX_TOKEN_CHARS, tokens
from recommender.ranking.words import Words

TELLING = (
    "aZé9_.'’ \n-²Ⅷßİ\u0301\u0e31\u200d\u00ad\ud800ﬁ…中国一กาคำ뉴ㅏ\u1161日"
    "カﾅナのर\u094dहينو\u064bהЖѣ𝒜𠀀😀"
)
"""Letters of each kind, and what may stand between, upon and beside them."""

texts = st.text(st.sampled_from(TELLING)) | st.text()


def words_of(texts: list[str]) -> list[list[str]]:
    found = Words.of(texts)
    data = found.data.tobytes()
    places = zip(found.firsts.tolist(), found.lengths.tolist(), strict=True)
    words = [
        str(data[first : first + length], "utf-8", "surrogatepass") for first, length in places
    ]
    starts = [0, *found.ends.tolist()]
    return [words[first:end] for first, end in pairwise(starts)]


def short(words: list[str]) -> list[str]:
    return [word for word in words if len(word) <= MAX_TOKEN_CHARS]


@given(st.lists(texts, max_size=4))
@example(["U.S.A. and the U.K", "a.b", "Ph.D. e.g. x..y", "it's 'quoted' rock'n'roll' o’clock’"])
@example(["中国经济", "中", "abc中国x中 1中", "U.中.S.", "กา\u0e31ก", "a\u0e31b", "中\u0301国"])
@example(["e\u0301cole", "\u0301a", "x" * MAX_TOKEN_CHARS, "y" * (MAX_TOKEN_CHARS + 1)])
@example(["é" * MAX_TOKEN_CHARS, "é" * (MAX_TOKEN_CHARS + 1), "", " ", "\0a\0"])
def test_words_are_the_tokens(texts: list[str]) -> None:
    assert words_of(texts) == [short(tokens(text)) for text in texts]


def test_no_texts_have_no_words() -> None:
    assert words_of([]) == []


def test_what_may_be_respelt_is_known_by_its_characters() -> None:
    """A text of other characters is in its one normal form, whatever stands beside what."""
    table = kinds()
    plain = [chr(code) for code in range(0x40000) if not table[code] & SPELLINGS]
    rng = np.random.default_rng(0)
    for _ in range(200):
        text = "".join(plain[place] for place in rng.integers(0, len(plain), 500))
        assert unicodedata.is_normalized("NFKC", text)
    joined = {
        decomposed.split()[1]
        for code in range(0x110000)
        if (decomposed := unicodedata.decomposition(chr(code))) and decomposed[0] != "<"
        and " " in decomposed
    }  # fmt: skip
    assert all(table[int(code, 16)] & SPELLINGS for code in joined)


@pytest.mark.parametrize(
    "name",
    [
        "ant_arabic",
        "bbc2225",
        "cctv_xwlb_zh",
        "digitalgov_blog",
        "ecbplus",
        "onetv_en_translated",
        "onetv_ru_headlines_20k",
        "reuters21578",
        "rustate_en_headlines",
        "wikinews_2019_2020",
        "wikitimes_2015_09",
    ],
)
def test_words_of_real_articles_are_the_tokens(name: str) -> None:
    folder = os.environ.get("MOREFROM_REAL_DATA")
    if not folder:
        pytest.skip("MOREFROM_REAL_DATA names no folder of real articles")
    rows = formats.rows(Path(folder) / f"{name}.jsonl.gz", 1_000_000, None)
    articles = [row.article for row in rows if isinstance(row, Accepted)][:3_000]
    texts = [text for one in articles for text in (one.title, one.summary, one.body)]

    assert words_of(texts) == [short(tokens(text)) for text in texts]
