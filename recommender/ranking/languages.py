"""Which language an article is written in: what the newsroom says, else what its words tell.

The script is found first. Where several languages share it, each gets one vote for every one of its
short words, and some for every letter that few others have; the newsroom's own language begins with
a head start. Only the beginning is read, and more of it only where that tells little; where the
words tell too little, groups of letters vote too; where nothing tells, the newsroom's own language
it is.

The votes of all languages for a word are one long number, sixteen bits each, so that a single sum
counts them for every language at once: some 15 µs an article. (py3langid, which learns from
characters, was considered: far slower, one more dependency, and it cannot be told which language a
newsroom expects.)
"""

import struct
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat

from recommender.domain.article import Article
from recommender.ranking.language_codes import same_code
from recommender.ranking.scripts import LATIN, ONE_LANGUAGE, script_of
from recommender.ranking.telltale_letters import GROUPS, INDISPENSABLE, LETTERS
from recommender.ranking.telltale_words import WORDS

_OPENING_CHARS = 250
_MOST_CHARS = 4_000
"""How much of a text is read: the latter where the former tells little."""

_HEAD_START = 2
_HEAD_START_OF_COMMONEST = 1
"""Votes before a word is read: of the newsroom's language, or else of the script's commonest."""

_FEWEST_VOTES = 4
_LEAST_LEAD = 2
"""A language with fewer votes, or fewer more than the next, is looked at more closely."""

_MAX_LETTER_VOTES = 3
"""However often a letter or group comes, so that one foreign name does not decide."""

_HEADLINE_CHARS = 80
"""A text as long as this has the commonest letters of its language."""

_WORD_TO_GROUP = 3
"""A word or a letter tells as much as so many groups of letters, where those vote too."""

_FEWEST_WORDS = 4
"""Fewer Latin words tell nothing in a newsroom that writes in another script: names of brands."""

_COMMONEST = {
    LATIN: "en", "cyrillic": "ru", "arabic": "ar", "devanagari": "hi", "hebrew": "he",
}  # fmt: skip
"""What a text is taken for of which nothing but the script is known."""

_UNTOLD = {"bs": "hr", "sh": "sr", "ms": "id"}
"""Languages that no list tells from another: as the newsroom's own they have the other's votes."""

_UNLISTED = {
    "cyrillic": frozenset({"ab", "ba", "ce", "cv", "ky", "mn", "os", "tg", "tt"}),
    "arabic": frozenset({"sd", "ug"}),
    "devanagari": frozenset({"bho", "mai", "sa"}),
    "hebrew": frozenset({"lad"}),
    "bn": frozenset({"as"}),
    "bo": frozenset({"dz"}),
    "am": frozenset({"ti"}),
    "zh": frozenset({"yue"}),
}
"""Languages without lists, by script; all that are not named here are written in Latin letters."""

_FOLDED = {"’": "'", "ي": "ی", "ى": "ی", "ك": "ک", "ـ": ""}
_APART = str.maketrans(dict.fromkeys('\u200c()«»„“”"¿¡،؛,;:!?.…', " "))


def language_of_article(article: Article, default: str) -> str:
    """Return the language that an article is written in.

    Args:
        article: whole, with its body; only the beginning is read.
        default: ISO 639 code, where nothing tells.
    """
    if stated := same_code(article.language):
        return stated
    text = f"{article.title}\n{article.summary}\n{article.body[:_MOST_CHARS]}"
    return language_of(text, article.language, default)


def language_of(text: str, stated: str | None, default: str) -> str:
    """Return the language by whose rules a text is analysed.

    Args:
        text: the article's words; only the beginning is read.
        stated: what the newsroom says, an ISO 639 code, or None.
        default: the newsroom's own language.

    Returns:
        `stated`, else what the text tells, else `default`, as one code for each language.
    """
    default = same_code(default) or default
    return (
        same_code(stated)
        or _detect(text[:_OPENING_CHARS], default)
        or (_detect(text[:_MOST_CHARS], default) if len(text) > _OPENING_CHARS else None)
        or _detect(text[:_OPENING_CHARS], default, closely=True)
        or default
    )


@dataclass(frozen=True)
class _Family:
    """The languages of a script, and who votes for which.

    Attributes:
        codes: of the languages that have lists.
        words: for each short word one vote in the sixteen bits of every language that has it.
        letters: for each telling letter likewise.
        groups: for each group of letters likewise.
        layout: of a sum.
    """

    codes: tuple[str, ...]
    words: Mapping[str, int]
    letters: Mapping[str, int]
    groups: Mapping[str, int]
    layout: struct.Struct

    def votes(
        self, words: Sequence[str], letters: Mapping[str, int], *, closely: bool
    ) -> list[int]:
        """Return each language's votes.

        Args:
            words: of a text, in small letters.
            letters: how often each character stands in it; may be empty where all are ASCII.
            closely: ask the groups of letters too.
        """
        total = sum(map(self.words.get, words, repeat(0)))
        if letters:
            for letter in self.letters.keys() & letters.keys():
                total += min(letters[letter], _MAX_LETTER_VOTES) * self.letters[letter]
        if closely:
            total *= _WORD_TO_GROUP
            spaced = f" {' '.join(words)} "
            for group, vote in self.groups.items():
                total += min(spaced.count(group), _MAX_LETTER_VOTES) * vote
        return list(self.layout.unpack(total.to_bytes(self.layout.size, "little")))


def _detect(sample: str, default: str, *, closely: bool = False) -> str | None:
    """Return the language of a text, or None where it is not told.

    Args:
        sample: a text, or the beginning of one.
        default: the newsroom's own language.
        closely: ask the groups of letters too, and do with a smaller lead.
    """
    letters: Mapping[str, int] = {}
    sample, script = sample.lower(), LATIN
    if not sample.isascii():
        sample = unicodedata.normalize("NFC", sample)
        letters = Counter(sample)
        script = script_of(letters, default)
        sample = _fold(sample).translate(_APART)
    expected = _UNTOLD.get(default, default)
    if default in _UNLISTED.get(script, ()) or (script == LATIN and expected not in _listed()):
        return default
    if script not in WORDS:
        return script or None
    family, words = _family(script), sample.split()
    votes = dict(zip(family.codes, family.votes(words, letters, closely=closely), strict=True))
    is_at_home = expected in votes
    home = expected if is_at_home else _COMMONEST[script]
    votes[home] += _HEAD_START if is_at_home else _HEAD_START_OF_COMMONEST
    for code, letter in INDISPENSABLE.items():
        if code in votes and letter not in letters and len(sample) >= _HEADLINE_CHARS:
            votes[code] = 0
    found = _elected(votes, home, closely=closely)
    if found != home:
        return found
    is_brief = script == LATIN and votes[home] < _FEWEST_VOTES and len(words) < _FEWEST_WORDS
    return default if is_at_home or is_brief else home


def _elected(votes: Mapping[str, int], home: str, *, closely: bool) -> str | None:
    """Return the language with the most votes, or None where its lead is too small.

    Args:
        votes: of each language.
        home: the language that wins where the lead is small and nobody will look again.
        closely: this is the last look.
    """
    second, most = sorted(votes.values())[-2:]
    if not closely and (most < _FEWEST_VOTES or most - second < _LEAST_LEAD):
        return None
    return home if most - votes[home] < _LEAST_LEAD else max(votes, key=votes.__getitem__)


@cache
def _family(script: str) -> _Family:
    codes = tuple(WORDS[script])
    tables = []
    for listed in (WORDS, LETTERS, GROUPS):
        votes: defaultdict[str, int] = defaultdict(int)
        for place, code in enumerate(codes):
            for unit in set(_fold(listed.get(script, {}).get(code, "")).split()):
                votes[unit.replace("_", " ")] += 1 << (16 * place)
        tables.append(dict(votes))  # plain, for it is asked for every word
    words, letters, groups = tables
    return _Family(codes, words, letters, groups, struct.Struct(f"<{len(codes)}H"))


@cache
def _listed() -> frozenset[str]:
    """Return the languages that have lists, or of which it is known that Latin is not theirs."""
    return ONE_LANGUAGE.union(*WORDS.values(), *_UNLISTED.values())


def _fold(text: str) -> str:
    """Return a text with one spelling for letters that are typed in several ways."""
    for letter, folded in _FOLDED.items():
        text = text.replace(letter, folded)
    return text
