"""What an asker wants of all picks: the filters of a question."""

from dataclasses import dataclass

from recommender.domain.corpus import DAY_US
from recommender.ranking.filters import Filter


@dataclass(frozen=True, slots=True)
class Conditions:
    """The filters of a question; those left out let everything pass.

    Of several values of one filter a pick need have one only; of several filters it must pass all.

    Attributes:
        tags: slugs.
        sections: names.
        authors: names.
        languages: ISO 639 codes.
        published_from_us: published at this instant or later, in microseconds since 1970. An
            undated article passes no filter of time.
        published_before_us: published before this instant.
        max_age_days: published so many days ago at most, counted in UTC dates.
        exclude: ids of what the page shows already.
        require_image: whether there must be a picture.
        min_score: the least score of what the model picks, in millionths.
        ladder: whether places that nothing else fills go to the ladder.
    """

    tags: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    published_from_us: int | None = None
    published_before_us: int | None = None
    max_age_days: int | None = None
    exclude: tuple[str, ...] = ()
    require_image: bool = False
    min_score: int = 0
    ladder: bool = True

    @property
    def are_none(self) -> bool:
        """Whether every article passes, whatever becomes of its score."""
        return not (
            self.tags
            or self.sections
            or self.authors
            or self.languages
            or self.exclude
            or self.require_image
            or self.published_from_us is not None
            or self.published_before_us is not None
            or self.max_age_days is not None
        )

    def filter(self, day: int, excluded_rows: tuple[int, ...]) -> Filter:
        """Return them as a filter of a table.

        Args:
            day: the UTC date of the answer, in days since 1970.
            excluded_rows: the table's rows of what is excluded.
        """
        since = [self.published_from_us] if self.published_from_us is not None else []
        if self.max_age_days is not None:
            since.append((day - self.max_age_days) * DAY_US)
        before = self.published_before_us
        return Filter(
            tags=self.tags,
            sections=self.sections,
            authors=self.authors,
            languages=self.languages,
            published_from_us=max(since, default=None),
            published_until_us=None if before is None else before - 1,
            with_image=self.require_image,
            excluded_rows=excluded_rows,
        )


NO_CONDITIONS = Conditions()
"""Of a question without filters."""
