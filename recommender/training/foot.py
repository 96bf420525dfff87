"""What stands at the foot of a page: who wrote it, and what else there is to read."""

import re

from recommender.training.body import Body, Reason, ends_sentence, unlabelled
from recommender.training.boilerplate import MAX_AUTHORS, Boilerplate, Found, hashes
from recommender.training.folding import fold

MIN_HEADLINE_BYTES = 16
"""Shortest folded headline by which a paragraph is known to point to another article: a shorter
one is a heading that any text may have."""

MAX_TEASER_CHARS = 400
MAX_HEADING_CHARS = 60
MAX_BIOGRAPHY_SHARE = 0.5
"""Greatest share of an article's words that is taken for a biography."""

_SHORTEST_NAME = 3
_LATEST_NAME = 40
"""Folded bytes before the name with which a biography begins ("About the author: Dr …")."""


def drop_teasers(body: Body, found: Found, boilerplate: Boilerplate) -> None:
    """Drop what points to other articles of the archive.

    Anywhere, another article's headline with a label before it. At the foot, two or more headlines,
    decks and captions of other articles with at least one headline among them, and the short line
    that heads them.

    Args:
        body: the paragraphs.
        found: what the archive knows of them.
        boilerplate: what the archive knows of others.
    """
    for place in _labelled_headlines(body, boilerplate):
        body.drop(place, Reason.TEASER)
    of_cards = found.headline | found.blurb
    if not found.nothing and of_cards.any():
        run: list[int] = []
        for place in reversed(body.kept()):
            if not of_cards[place] or len(body.folded[place]) < MIN_HEADLINE_BYTES:
                break
            run.append(place)
        if len(run) > 1 and found.headline[run].any():
            for place in run:
                body.drop(place, Reason.TEASER)
    if Reason.TEASER in body.reasons:
        _drop_heading(body)


def drop_biography(body: Body) -> None:
    """Drop paragraphs at the foot that are about the author.

    They are the last ones, each has a name of the author in it, the first of them begins with the
    full name, and nothing before them has the surname. They are no more than half of the article.

    Args:
        body: the paragraphs.
    """
    for author in body.article.authors[:MAX_AUTHORS]:
        names = [name for name in author.split() if len(name) >= _SHORTEST_NAME]
        if len(names) < 2:  # a newsroom, an agency
            continue
        kept = body.kept()
        if not (kept and any(name in body.texts[kept[-1]] for name in names)):
            continue  # told here for nearly all articles, and without an expression for each author
        first = _first_of_biography(body, kept, author, names)
        if first is None:
            continue
        n_chars = [len(body.texts[place]) for place in kept]
        start = kept.index(first)
        if start and sum(n_chars[start:]) <= MAX_BIOGRAPHY_SHARE * sum(n_chars):
            for place in kept[start:]:
                body.drop(place, Reason.BIOGRAPHY)


def _first_of_biography(body: Body, kept: list[int], author: str, names: list[str]) -> int | None:
    any_name = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")
    full_name = fold(author)
    first = None
    for place in reversed(kept):
        if any_name.search(body.texts[place]) is None:
            break
        if full_name in body.folded[place][: _LATEST_NAME + len(full_name)]:
            first = place
    surname = re.compile(rf"(?<!\w){re.escape(names[-1])}(?!\w)")
    before = (place for place in kept if first is not None and place < first)
    return None if any(surname.search(body.texts[place]) for place in before) else first


def _labelled_headlines(body: Body, boilerplate: Boilerplate) -> list[int]:
    if ":" not in body.article.body and "：" not in body.article.body:
        return []
    tails = {
        place: fold(tail)
        for place, text in enumerate(body.texts)
        if len(text) <= MAX_TEASER_CHARS and (tail := unlabelled(text)) is not None
    }
    own = fold(body.article.title)
    places = [p for p, tail in tails.items() if len(tail) >= MIN_HEADLINE_BYTES and tail != own]
    if not places:
        return []
    found = boilerplate.find(hashes(tails[place] for place in places), ())
    return [place for place, is_one in zip(places, found.headline, strict=True) if is_one]


def _drop_heading(body: Body) -> None:
    """Drop a short line below which there is nothing left but a list that was dropped."""
    kept = body.kept()
    if not kept or Reason.TEASER not in body.reasons[kept[-1] + 1 :]:
        return
    last = body.texts[kept[-1]]
    if len(last) <= MAX_HEADING_CHARS and not ends_sentence(last):
        body.drop(kept[-1], Reason.TEASER)
