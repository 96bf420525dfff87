"""Names of tags: which look like two names of one thing."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.ranking.text import Normaliser
from recommender.training.tag_names import Likeness, Name, alike

ENGLISH = Normaliser("en")


def likeness(one: str, other: str, language: str = "en") -> Likeness:
    normaliser = Normaliser(language)
    return Name.of(one, normaliser).likeness(Name.of(other, normaliser))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("sanction", "Sanctions", Likeness.SAME_WORDS),
        ("E-mail", "email", Likeness.SAME_WORDS),
        ("Viet Nam", "Vietnam", Likeness.SAME_WORDS),
        ("São Paulo", "Sao Paulo", Likeness.SAME_WORDS),
        ("Islamic State of Iraq", "Islamic State in Iraq", Likeness.SAME_WORDS),
        ("Army of the Philippines", "Philippine Army", Likeness.SAME_WORDS),
        ("Russia", "Russian Federation", Likeness.NEAR),
        ("Labor market", "Labour market", Likeness.NEAR),
        ("Netanyahu", "Netanjahu", Likeness.NEAR),
        ("Apple Inc", "Apple", Likeness.NEAR),
        ("U.S.", "United States", Likeness.ABBREVIATION),
        ("USA", "United States of America", Likeness.ABBREVIATION),
        ("EU", "European Union", Likeness.ABBREVIATION),
        ("User-centered design", "Human-centered design", Likeness.ONE_WORD),
        ("Putin", "Vladimir Putin", Likeness.CONTAINED),
        ("Syria", "President of Syria", Likeness.CONTAINED),
        ("Iran", "Iraq", Likeness.NONE),
        ("Austria", "Australia", Likeness.NONE),
        ("North Korea", "South Korea", Likeness.NONE),
        ("crude oil", "palm oil", Likeness.NONE),
        ("f-cattle", "l-cattle", Likeness.NONE),
        ("Election 2024", "Election 2025", Likeness.NONE),
        ("Olympics 2024", "Olympics 20245", Likeness.NONE),
        ("The", "Of", Likeness.NONE),
        ("中国", "中国", Likeness.SAME_WORDS),
        ("!", "?", Likeness.NONE),
    ],
)
def test_likeness(one: str, other: str, expected: Likeness) -> None:
    assert likeness(one, other) is expected
    assert likeness(other, one) is expected


def test_the_newsrooms_language_tells_number() -> None:
    assert likeness("санкция", "Санкции", "ru") is Likeness.SAME_WORDS
    assert likeness("Wahl", "Wahlen", "de") is Likeness.SAME_WORDS


WORDS = ["oil", "palm", "sanction", "sanctions", "labour", "labor", "us", "united", "states", "of"]
LABELS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)


@given(st.lists(LABELS, max_size=8, unique=True))
def test_no_pair_with_anything_in_common_is_missed(labels: list[str]) -> None:
    names = [Name.of(label, ENGLISH) for label in labels]
    found = set(alike(names))

    for a, b in combinations(range(len(names)), 2):
        if names[a].likeness(names[b]) < Likeness.NONE:
            assert (a, b) in found, (labels[a], labels[b])
    assert all(a < b for a, b in found)


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    assert likeness(one, other) is likeness(other, one)
    assert all(isinstance(key, str) for key in Name.of(one, ENGLISH).keys())  # noqa: SIM118 — no mapping
    assert likeness(one, other).label
