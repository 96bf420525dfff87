"""The paragraphs of one article while it is decided which of them are its own words."""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cached_property

from recommender.domain.article import Article
from recommender.training.boilerplate import Hashes, hashes
from recommender.training.folding import fold
from recommender.training.paragraphs import paragraphs

_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*\Z")


class Reason(StrEnum):
    """Why a paragraph is not read for what the article is about."""

    REPEAT = "repeat"
    """It stands in the article already, whole or longer, or is its headline."""

    CAPTION = "caption"
    """It is the caption, credit or alternative text of the picture."""

    BYLINE = "byline"
    """It names the authors."""

    TAGS = "tags"
    """It lists the article's tags."""

    BOILERPLATE = "boilerplate"
    """It stands in many articles of the archive."""

    AUTHOR = "author"
    """It stands in many articles of the same author."""

    TEASER = "teaser"
    """It points to another article of the archive, or heads a list of such."""

    BIOGRAPHY = "biography"
    """It is about the author, at the foot."""


class Body:
    """An article's paragraphs, each kept so far or dropped for a reason.

    Attributes:
        article: whose they are.
        texts: the paragraphs.
        folded: each in its folded form.
        reasons: why each is dropped; None where it is kept.
    """

    def __init__(self, article: Article) -> None:
        self.article = article
        self.texts: Sequence[str] = paragraphs(article.body)
        self.folded = list(map(fold, self.texts))
        self.reasons: list[Reason | None] = [None] * len(self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def hashes(self) -> Hashes:
        """uint64[n], the hash of each folded paragraph."""
        return hashes(self.folded)

    def is_kept(self, place: int) -> bool:
        """Return whether a paragraph has words and nothing speaks against it yet."""
        return self.reasons[place] is None and bool(self.folded[place])

    def kept(self) -> list[int]:
        """Return the places of the paragraphs that are kept and have words."""
        return [place for place in range(len(self)) if self.is_kept(place)]

    def drop(self, place: int, reason: Reason) -> None:
        """Drop a paragraph; a reason given earlier stands."""
        if self.is_kept(place):
            self.reasons[place] = reason

    def keep_some(self) -> None:
        """Take all back but repeats, if no word of the body would be left."""
        if self.kept():
            return
        seen: set[bytes] = set()
        for place, folded in enumerate(self.folded):
            if folded not in seen:
                self.reasons[place] = None
            seen.add(folded)


def ends_sentence(text: str) -> bool:
    """Return whether a paragraph ends as sentences do, and so is no headline of a list."""
    return _SENTENCE_END.search(text) is not None


def unlabelled(text: str) -> str | None:
    """Return what follows a short label and a colon ("Tag: Russia"), None without a label."""
    if ":" not in text and "：" not in text:
        return None
    head, colon, tail = text.replace("：", ":", 1).partition(":")
    is_label = colon and 0 < len(head) <= 24 and len(head.split()) <= 3
    return tail.strip() if is_label and tail.strip() else None
