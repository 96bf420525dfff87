"""Names that are made when they are asked for are the names of the columns."""

import pytest

from recommender.domain.article import Article, Tag
from recommender.training.config import TrainingConfig
from recommender.training.vectors import ArticleVectorizer

CHINA, RUSSIA = Tag("china", "China"), Tag("russia", "Russia")


@pytest.fixture(scope="module")
def fitted() -> ArticleVectorizer:
    articles = [
        Article(
            f"{row}",
            title=("Grain prices rise", "Ships leave Odessa", "Talks in winter")[row % 3],
            tags=(RUSSIA,) if row % 5 else (CHINA,),
        )
        for row in range(60)
    ]
    return TrainingConfig().vectorizer("en").fit(articles)


def test_each_column_has_its_name(fitted: ArticleVectorizer) -> None:
    keys, labels = fitted.keys(), fitted.labels()

    assert len(keys) == len(labels) == len(fitted.rarity_)
    assert list(keys) == fitted.keys_ == [keys[column] for column in range(len(keys))]
    assert list(labels) == fitted.labels_
    assert len(set(keys)) == len(keys)
    assert {key.partition(":")[0] for key in keys} == {"phrase", "tag", "term"}
    assert labels[keys.index("tag:russia")] == "Russia"
    assert labels[keys.index("phrase:grain price")].lower() in {"grain price", "grain prices"}


@pytest.mark.parametrize("columns", [slice(0, 2), slice(1, None), slice(3, 999), slice(2, 2)])
def test_a_portion_is_a_portion_of_the_list(fitted: ArticleVectorizer, columns: slice) -> None:
    assert fitted.keys()[columns] == fitted.keys_[columns]
