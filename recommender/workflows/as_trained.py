"""How a bundle reads articles: as its training read them, with what it had learnt and was told."""

from recommender.domain.article import Article
from recommender.domain.synonyms import Synonyms
from recommender.ranking.bundle import Bundle
from recommender.ranking.languages import language_of_article
from recommender.training.cleaning import Reading
from recommender.training.config import TrainingConfig


class AsTrained:
    """Reads articles as one bundle does."""

    def __init__(self, bundle: Bundle) -> None:
        """Take what it knows.

        Args:
            bundle: any, trained here.
        """
        config = TrainingConfig.model_validate(bundle.metadata["config"])
        self._language = bundle.language
        self._synonyms = Synonyms.from_values(bundle.metadata.get("synonyms", {}))
        self._cleaner = config.cleaner().with_boilerplate(bundle.boilerplate)

    def read(self, article: Article) -> Reading:
        """Return an article as it is counted, its tags folded, and why the rest of it is not.

        Args:
            article: as the catalogue has it.
        """
        return self._cleaner.read(self._synonyms.fold(article))

    def language_of(self, article: Article) -> str:
        """Return the ISO 639 code of the language by whose rules an article's words are read.

        Args:
            article: as the catalogue has it.
        """
        return language_of_article(article, self._language)
