"""What some articles have in common, as people name them: a tag, a section, or just their ids."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self
from unicodedata import category

from recommender.domain.article import MAX_ID_LENGTH, Tag, tag_slug
from recommender.domain.lasting import is_id
from recommender.errors import InvalidField

MAX_TRAITS = 100
"""Names on one side of a rule at most."""

Key = tuple[str, str]
"""A trait as it is compared: `tags`, `sections` or `articles`, and the slug or the id."""


@dataclass(frozen=True, slots=True)
class Traits:
    """Articles that have one of these at least; with none named, every article.

    Attributes:
        tags: labels, compared as tags are.
        sections: names, compared as tags are.
        articles: ids.
    """

    tags: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.tags or self.sections or self.articles)

    def __iter__(self) -> Iterator[Key]:
        """Yield each as it is compared."""
        for name in ("tags", "sections"):
            yield from ((name, tag_slug(one)) for one in getattr(self, name))
        yield from (("articles", one) for one in self.articles)

    def __add__(self, other: "Traits") -> "Traits":
        """Return the articles of either."""
        return Traits(
            *(
                tuple(dict.fromkeys(getattr(self, one.name) + getattr(other, one.name)))
                for one in fields(Traits)
            )
        )

    def __str__(self) -> str:
        """Return them in words: `articles tagged “Quiz”, or in the section “Games”`."""
        parts = [
            f"{words} {' or '.join(f'“{one}”' for one in names)}"
            for words, names in (
                ("tagged", self.tags),
                ("in the section", self.sections),
                ("with the id", self.articles),
            )
            if names
        ]
        return f"articles {', or '.join(parts)}" if parts else "all articles"

    def to_values(self) -> dict[str, list[str]]:
        """Return them as JSON values, without what names nothing."""
        held = {one.name: list(getattr(self, one.name)) for one in fields(self)}
        return {name: names for name, names in held.items() if names}

    @classmethod
    def from_values(cls, field: str, values: object) -> Self:
        """Return the traits that `to_values` made values of.

        Args:
            field: under which name they stand, for the error.
            values: what may be them.

        Raises:
            InvalidField: if they are not.
        """
        known = {one.name for one in fields(cls)}
        if not isinstance(values, Mapping) or not known >= values.keys():
            raise InvalidField(field, values, "lists of names by " + ", ".join(sorted(known)))
        for key, names in values.items():
            if not _are_names(names, is_id if key == "articles" else _is_label):
                place = f"{field}.{key}"
                expected = f"at most {MAX_TRAITS} different names, each one line"
                raise InvalidField(place, names, expected)
        return cls(**{key: tuple(names) for key, names in values.items()})


NO_TRAITS = Traits()
"""Of all articles."""


def keys_of(article_id: str, tags: Iterable[Tag], section: str | None) -> set[Key]:
    """Return all that an article has.

    Args:
        article_id: its id.
        tags: its tags.
        section: its section, or None.
    """
    keys = {("tags", tag.slug) for tag in tags} | {("articles", article_id)}
    if section:
        keys.add(("sections", tag_slug(section)))
    return keys


def _are_names(names: Any, is_name: Callable[[object], bool]) -> bool:
    return (
        isinstance(names, list | tuple)
        and len(names) <= MAX_TRAITS
        and all(map(is_name, names))
        and len(set(names)) == len(names)
    )


def _is_label(found: object) -> bool:
    """Return whether something can be the name of a tag or a section.

    Joiners within words, as Persian and emoji have them, are no characters that can be printed; so
    a name is not held to what an id is held to.
    """
    return (
        isinstance(found, str)
        and 0 < len(found) <= MAX_ID_LENGTH
        and found == found.strip()
        and not any(category(one) in {"Cc", "Cs"} for one in found)
        and tag_slug(found) != ""
    )
