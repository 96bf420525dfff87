"""What can be wrong with an archive's lists, one sentence each, and what an editor can do."""

from enum import StrEnum
from typing import NamedTuple


class Ailment(StrEnum):
    """A work-list, by the name that stands in addresses."""

    FALLBACK = "fallback"
    FEW = "few"
    HUBS = "hubs"
    NEVER = "never"
    NO_IMAGE = "no-image"
    NO_ALT = "no-alt"
    BROAD_TAGS = "broad-tags"
    SYNONYMS = "synonyms"
    DEAD_PINS = "dead-pins"
    ENDED = "ended"


class Said(NamedTuple):
    """What a work-list is called and means.

    Attributes:
        title: a few words.
        meaning: one sentence on what stands in it.
        remedy: one sentence on what to do.
        counted: what the number beside each article counts; empty for none.
    """

    title: str
    meaning: str
    remedy: str
    counted: str = ""


WORDS: dict[Ailment, Said] = {
    Ailment.FALLBACK: Said(
        "Pages on fallback",
        "The model knows nothing close to these, so their lists hold the newest of a tag, of a "
        "section or of the site.",
        "Tag the article as its story is told elsewhere, or pin what belongs beside it.",
    ),
    Ailment.FEW: Said(
        "Few picks of their own",
        "Some picks are close enough, but not enough to fill the four places of the list; the "
        "newest of a tag or section fill the rest.",
        "Tag the article as its story is told elsewhere, or pin what belongs beside it.",
        "of 4 picks its own",
    ),
    Ailment.HUBS: Said(
        "Shown everywhere",
        "The model puts these into five times as many lists as an average story, so readers meet "
        "them again and again.",
        "Block a piece that belongs under few pages, or leave it if it is the explainer it seems.",
        "lists",
    ),
    Ailment.NEVER: Said(
        "Never shown",
        "No list shows these, nor another telling of the same: other stories are always closer. "
        "The newest stand first.",
        "Pin one under a page that should lead to it; what is meant to fade needs nothing.",
    ),
    Ailment.NO_IMAGE: Said(
        "Cards without a picture",
        "These are shown without a picture. Those in the most lists stand first.",
        "Add a picture in the CMS.",
        "lists",
    ),
    Ailment.NO_ALT: Said(
        "Pictures without alt text",
        "Who listens to the page is told nothing of these pictures. Those in the most lists stand "
        "first.",
        "Describe the picture in the CMS.",
        "lists",
    ),
    Ailment.BROAD_TAGS: Said(
        "Tags that say nothing",
        "So many articles carry these that they no longer tell one story from another.",
        "Use narrower tags for what is new; the model gives these next to no weight by itself.",
        "articles",
    ),
    Ailment.SYNONYMS: Said(
        "Tags that may be one",
        "These look like two names of one thing, by their spelling or by the articles they stand "
        "on.",
        "Merge them, or say that they are two; either is kept in the log.",
        "articles",
    ),
    Ailment.DEAD_PINS: Said(
        "Pins that show nothing",
        "What these pins put forward was retracted, erased, blocked or is not out yet.",
        "Undo the pin, or leave it if the article will be back.",
    ),
    Ailment.ENDED: Said(
        "Ended in the last 30 days",
        "These pins, blocks and rules came to their end; the lists are the model's again.",
        "Make it anew if it should have gone on.",
    ),
}
