"""What an experiment may change, each setting with its meaning; a file of them makes a model.

Experiments differ by their file in `models/configs/`, never by copied code. Every setting is
written into the manifest of the version trained with it.
"""

import json
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from recommender.errors import InvalidSettings, UnreadableFile, shorten
from recommender.ranking.budgeted import Budget
from recommender.training.cleaning import TextCleaner
from recommender.training.stories import Likeness
from recommender.training.vectors import ArticleVectorizer

_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class FieldWeights(BaseModel):
    """What one occurrence of a word counts for, by where it stands; 0 leaves the field out."""

    model_config = _STRICT

    title: float = Field(default=1.5, ge=0, le=100)
    """In the headline: somewhat more than in the text, for it names what the article is about."""

    summary: float = Field(default=1.2, ge=0, le=100)
    """In the deck."""

    body: float = Field(default=1.0, ge=0, le=100)
    """In the text: the unit of the other three."""

    tags: float = Field(default=1.0, ge=0, le=100)
    """Among the words of the tags, whose parts may say more than the whole."""


class TermSettings(BaseModel):
    """Which words and phrases become coordinates of the vectors."""

    model_config = _STRICT

    min_df: int = Field(default=2, ge=1)
    """Fewest articles that a word must stand in. A word in a single article matches nothing, it
    only makes that article longer: with 1, much of what short articles say counts against them."""

    max_df: float = Field(default=0.5, gt=0, le=1)
    """Greatest share of the articles that a word may stand in; it never drops one that stands in
    20 articles or fewer."""

    max_rarity: float = Field(default=4.6, gt=0, le=20)
    """Greatest rarity that counts, of words, phrases and tags: ln(articles / those that have it).
    4.6 makes all alike that stand in fewer than one article in 100; more of it finds the same event
    again, less the same topic. An archive of a few hundred articles knows nothing rarer."""

    name_weight: float = Field(default=0.1, ge=0, le=10)
    """What a word that is always written with a capital weighs more, as names are: 0.1 is a tenth.
    Much of it finds events and their people, and loses the topic."""

    number_weight: float = Field(default=0.4, ge=0, le=10)
    """What a number weighs more."""

    phrase_weight: float = Field(default=0.8, ge=0, le=10)
    """Weight of two neighbouring words as one coordinate, beside each word's own; 0 for none."""

    phrase_min_df: int = Field(default=2, ge=1)
    """Fewest articles that a phrase must stand in."""


class TagSettings(BaseModel):
    """What an editor's tag adds beside its words."""

    model_config = _STRICT

    weight: float = Field(default=1.3, ge=0, le=100)
    """Weight of a tag as a coordinate of its own, times the logarithm of its rarity."""

    named_weight: float = Field(default=0.8, ge=0, le=1)
    """What a tag counts for where a text names it and no editor set it; 1 as if one had."""


class FactorSettings(BaseModel):
    """What else makes two articles a better pair, as factors that lower the score of the others.

    Where a date, an author or a section is unknown, the factor is 1.
    """

    model_config = _STRICT

    closeness_half_life_days: float = Field(default=365.0, ge=0, le=36_500)
    """Days between two publications after which half of what closeness in time counts is lost."""

    closeness_least: float = Field(default=0.8, gt=0, le=1)
    """The factor for articles that are very far apart in time; 1 to leave time out."""

    company_least: float = Field(default=0.4, gt=0, le=1)
    """The factor for articles that have none of their nearest in common; 1 to leave that out."""

    length_power: float = Field(default=0.1, ge=0, le=1)
    """How much shorter articles lose: those with half as much to say as the one being read, or as
    an average one, keep 0.5 to this power; 0 to leave length out."""

    other_author: float = Field(default=1.0, gt=0, le=1)
    """The factor for articles by another first author; 1 to leave authors out."""

    other_section: float = Field(default=1.0, gt=0, le=1)
    """The factor for articles in another section; 1 to leave sections out."""


class CleaningSettings(BaseModel):
    """What is left out of the texts before their words are counted; the catalogue keeps all."""

    model_config = _STRICT

    repeats: bool = True
    """Leave out what an article says already: a paragraph twice, a deck or paragraph that is the
    beginning of another, the headline, byline, tags, and caption or credit of the picture."""

    foot: bool = True
    """Leave out the author's biography, and headlines and decks of other articles, at the foot."""

    boilerplate_share: float = Field(default=0.01, ge=0, le=1)
    """Share of the articles in which a paragraph must stand, and at least five, to be left out of
    all; one author's also where a twentieth of that author's articles have it, and at least three.
    0 leaves in what other articles say too."""


class StorySettings(BaseModel):
    """When two articles tell one story, which no list shows twice."""

    model_config = _STRICT

    rewritten: float = Field(default=0.7, gt=0, le=1)
    """Share of what one article says, weighed by rarity, that another of the same hour must say too
    to be a rewrite of it, or a longer version; it rises evenly to `copied` after `days`."""

    copied: float = Field(default=0.98, gt=0, le=1)
    """Share of what either of two articles says that both must say, to be one story whenever they
    appeared; where a date is missing, `rewritten` of it is enough."""

    days: float = Field(default=3.0, gt=0, le=365)
    """Days within which all rewrites of one story are published."""

    def likeness(self) -> Likeness:
        """Return how alike articles of one story are by this configuration."""
        return Likeness(self.rewritten, self.copied, self.days)


class FloorSettings(BaseModel):
    """Which candidates are too far from an article to be shown as related to it."""

    model_config = _STRICT

    noise_quantile: float = Field(default=0.999, gt=0.5, lt=1)
    """Share of random pairs of unrelated articles, of one language and length, that a candidate
    must be closer than; in an archive of fewer than 1,000 articles a lower share does."""

    similarity: float = Field(default=0.0, ge=0, le=1)
    """One floor for all articles in place of that, as `morefrom tune` learns it; 0 for none."""


_BUDGETED_ARTICLES = 100_000
"""Size of the archive that `SearchSettings.postings` is said for."""


class SearchSettings(BaseModel):
    """How the nearest articles are found: all of them, or within a budget nearly all."""

    model_config = _STRICT

    exact_up_to: int = Field(default=150_000, ge=0)
    """Articles up to which none is missed: some minutes on two cores. An exact search takes twice
    the time an article where there are twice as many; beyond this it has a budget."""

    postings: int = Field(default=60_000, ge=1)
    """Postings looked at for an article of an archive of 100,000: the rarest words' first. For
    others it grows in proportion."""

    listed: float = Field(default=2.5, ge=1, le=100)
    """Articles that are then compared in full, for each place in a list."""

    def budget(self, n_articles: int) -> Budget | None:
        """Return the budget of an archive, None for an exact search.

        Args:
            n_articles: in the archive.
        """
        if n_articles <= self.exact_up_to:
            return None
        growth = n_articles / _BUDGETED_ARTICLES
        return Budget(max(1, round(self.postings * growth)), self.listed)


class TrainingConfig(BaseModel):
    """A whole training configuration: the tables of a file in `models/configs/`."""

    model_config = _STRICT

    fields: FieldWeights = FieldWeights()
    terms: TermSettings = TermSettings()
    tags: TagSettings = TagSettings()
    factors: FactorSettings = FactorSettings()
    cleaning: CleaningSettings = CleaningSettings()
    stories: StorySettings = StorySettings()
    floor: FloorSettings = FloorSettings()
    search: SearchSettings = SearchSettings()

    n_candidates: int = Field(default=100, ge=50, le=1_000)
    """Candidates stored an article. What an answer drops (retracted, repeated) is made up from
    these, so it is a multiple of what a page shows."""

    older_days: int = Field(default=90, ge=1, le=36_500)
    """Days that an article was published before another, at least, to be background to it."""

    mix_languages: bool = False
    """Whether an article's candidates may be in another language than its own."""

    def cleaner(self) -> TextCleaner:
        """Return the cleaner of texts that this configuration describes, not fitted."""
        return TextCleaner(**self.cleaning.model_dump())

    def vectorizer(self, language: str) -> ArticleVectorizer:
        """Return the vectoriser that this configuration describes, not fitted.

        Args:
            language: ISO 639-1 code for articles whose language nothing tells.
        """
        return ArticleVectorizer(
            **self.fields.model_dump(),
            **self.terms.model_dump(),
            tag_weight=self.tags.weight,
            named_tag_weight=self.tags.named_weight,
            language=language,
        )


def as_toml(config: TrainingConfig) -> str:
    """Return a configuration as the file that `load_config` reads.

    Args:
        config: any.
    """
    values = config.model_dump(mode="json")
    tables = {name: table for name, table in values.items() if isinstance(table, dict)}
    lines = [f"{name} = {json.dumps(values[name])}" for name in values if name not in tables]
    for name, table in tables.items():
        lines += ["", f"[{name}]", *(f"{key} = {json.dumps(one)}" for key, one in table.items())]
    return "\n".join(lines) + "\n"


def load_config(path: Path | None) -> TrainingConfig:
    """Read a training configuration.

    Args:
        path: a TOML file; None for the defaults.

    Returns:
        The configuration, every value checked.

    Raises:
        UnreadableFile: if it cannot be read or is not TOML.
        InvalidSettings: if a name is unknown or a value out of range.
    """
    if path is None:
        return TrainingConfig()
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFile(path, error.strerror or str(error)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableFile(path, f"it is not TOML: {error}") from error
    try:
        return TrainingConfig.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        problem = f"has the value {shorten(first['input'])}: {first['msg'].lower()}"
        remedy = "models/configs/default.toml has every setting with its default"
        raise InvalidSettings(str(path), key, problem, remedy) from None
