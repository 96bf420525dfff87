"""What an experiment may change, each setting with its meaning; a file of them makes a model.

Experiments differ by their file in `models/configs/`, never by copied code. Every setting is
written into the manifest of the version trained with it.
"""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from recommender.errors import InvalidSettings, UnreadableFile, shorten
from recommender.training.cleaning import TextCleaner
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

    tags: float = Field(default=1.5, ge=0, le=100)
    """Among the words of the tags: an article that names China is close to one tagged with it."""


class TermSettings(BaseModel):
    """Which words and phrases become coordinates of the vectors."""

    model_config = _STRICT

    min_df: int = Field(default=1, ge=1)
    """Fewest articles that a word must stand in. A word in a single article matches nothing, but
    makes that article longer; leaving it out makes short articles look closer than they are."""

    max_df: float = Field(default=0.5, gt=0, le=1)
    """Greatest share of the articles that a word may stand in; it never drops one that stands in
    20 articles or fewer."""

    phrase_weight: float = Field(default=0.7, ge=0, le=10)
    """Weight of two neighbouring words as one coordinate, beside each word's own; 0 for none."""

    phrase_min_df: int = Field(default=2, ge=1)
    """Fewest articles that a phrase must stand in."""


class TagSettings(BaseModel):
    """What an editor's tag adds beside its words."""

    model_config = _STRICT

    weight: float = Field(default=1.0, ge=0, le=100)
    """Weight of a tag as a coordinate of its own, times the logarithm of its rarity."""


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


class TrainingConfig(BaseModel):
    """A whole training configuration: the tables of a file in `models/configs/`."""

    model_config = _STRICT

    fields: FieldWeights = FieldWeights()
    terms: TermSettings = TermSettings()
    tags: TagSettings = TagSettings()
    cleaning: CleaningSettings = CleaningSettings()

    n_candidates: int = Field(default=100, ge=50, le=1_000)
    """Candidates stored an article. What an answer drops (retracted, repeated) is made up from
    these, so it is a multiple of what a page shows."""

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
            language=language,
        )


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
