"""What a body says that the article says already: twice, or in a field of its own."""

import re
from collections.abc import Iterator

from recommender.domain.article import Article, tag_slug
from recommender.training.body import Body, Reason, unlabelled
from recommender.training.folding import fold

MIN_CUT_BYTES = 40
"""Shortest folded text that is taken for a copy cut off, not for words that trail away."""

_MAX_CUT_COPIES = 8
"""Most copies cut off that are looked for in one article, so that the search stays cheap."""

_BETWEEN_TAGS = re.compile(r"[,;|·•/、，；،]")
_ELLIPSES = ("...", "…")
_MAX_LABEL_CHARS = 40


def drop_repeats(body: Body) -> bool:
    """Drop what the article says already.

    Args:
        body: the paragraphs; those that repeat others or a field are dropped.

    Returns:
        Whether the deck only repeats the body, whole or cut off.
    """
    fields = _fields(body.article)
    slugs = frozenset(tag.slug for tag in body.article.tags)
    longest = _MAX_LABEL_CHARS + max(
        sum(len(slug) + 3 for slug in slugs), max(map(len, fields), default=0)
    )
    seen: set[bytes] = set()
    for place, (text, folded) in enumerate(zip(body.texts, body.folded, strict=True)):
        reason = Reason.REPEAT if folded in seen else fields.get(folded)
        if reason is None and len(text) <= longest:
            reason = _reason_of_line(text, fields, slugs)
        if reason is not None:
            body.drop(place, reason)
        seen.add(folded)
    return _drop_cut_copies(body)


def _fields(article: Article) -> dict[bytes, Reason]:
    """Return the folded texts of the other fields, and what a paragraph is that equals one."""
    found = {fold(article.title): Reason.REPEAT}
    names = (*article.authors, " ".join(article.authors))
    found |= {fold(name): Reason.BYLINE for name in names if len(name.split()) > 1}
    if article.image is not None:
        image = article.image
        texts = (image.caption, image.alt, image.credit, image.caption + image.credit)
        found |= {fold(text): Reason.CAPTION for text in texts}
    found.pop(b"", None)
    return found


def _reason_of_line(text: str, fields: dict[bytes, Reason], slugs: frozenset[str]) -> Reason | None:
    """Return what a short paragraph is behind its label, or behind a byline's first word."""
    tail = unlabelled(text)
    labels = _BETWEEN_TAGS.split(tail or text)
    is_list = tail is not None or len(labels) > 1  # one word by itself may be a heading
    if slugs and is_list and all(tag_slug(label.strip(" \t#.")) in slugs for label in labels):
        return Reason.TAGS
    if tail is not None and (reason := fields.get(fold(tail))) is not None:
        return reason
    words = text.split(maxsplit=1)
    if len(words) > 1 and fields.get(fold(words[1])) is Reason.BYLINE:
        return Reason.BYLINE
    return None


def _drop_cut_copies(body: Body) -> bool:
    """Drop paragraphs that end in an ellipsis and begin as another one; judge the deck likewise.

    Args:
        body: the paragraphs.

    Returns:
        Whether the deck only repeats the body.
    """
    cut = []
    if any(ellipsis in body.article.body for ellipsis in _ELLIPSES):
        cut = [p for p, text in enumerate(body.texts) if _is_cut(text) and body.is_kept(p)]
    deck = body.article.summary
    if not cut and not deck:
        return False
    for place in cut[:_MAX_CUT_COPIES]:
        if any(other != place for other, _ in _continued(body, body.folded[place])):
            body.drop(place, Reason.REPEAT)
    folded = fold(deck)
    is_cut = _is_cut(deck)
    return any(is_cut or is_whole for _, is_whole in _continued(body, folded))


def _is_cut(text: str) -> bool:
    """Return whether a text ends in an ellipsis, and a bracket or quotation mark perhaps."""
    return text.rstrip(" ])»”\"'").endswith(_ELLIPSES)


def _continued(body: Body, folded: bytes) -> Iterator[tuple[int, bool]]:
    """Find where the text of kept paragraphs, read on from one of them, begins with another text.

    Args:
        body: the paragraphs.
        folded: what to find.

    Yields:
        The place of the paragraph, and whether what was found ends where a paragraph does.
    """
    if len(folded) < MIN_CUT_BYTES:
        return
    kept = body.kept()
    joined = b"".join(body.folded[place] for place in kept)
    starts: dict[int, int] = {}
    end = 0
    for place in kept:
        starts[place] = end
        end += len(body.folded[place])
    ends = {*starts.values(), end}
    for place, start in starts.items():
        if joined.startswith(folded, start):
            yield place, start + len(folded) in ends
