"""When a later article is taken for the same story as another.

While a training compares all articles it looks at their words (`training.stories`), and says from
which similarity on articles of the same days were one story. Of later articles only that is asked.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from recommender.domain.corpus import DAY_US, UNDATED_US
from recommender.ranking.rows import MILLION


class Twins(NamedTuple):
    """How alike two articles must be.

    Attributes:
        similarity: millionths, at least.
        within_us: microseconds between the two publications, at most; of an undated one nobody
            knows.
    """

    similarity: int
    within_us: int

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> Self:
        """Return what a training found.

        Args:
            metadata: what it says of itself; where it says nothing, no two articles are alike.
        """
        days = metadata.get("config", {}).get("stories", {}).get("days", 0)
        return cls(int(metadata.get("story_similarity", MILLION + 1)), round(days * DAY_US))

    def are(self, similarity: int, one_us: int, other_us: int) -> bool:
        """Return whether two articles are taken for one story.

        Args:
            similarity: of the two, millionths.
            one_us: when one was published, microseconds since 1970 or `UNDATED_US`.
            other_us: when the other was.
        """
        if similarity < self.similarity:
            return False
        return UNDATED_US in {one_us, other_us} or abs(one_us - other_us) <= self.within_us
