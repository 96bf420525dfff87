"""An article's language is found once, on its whole text, and is the same wherever it is asked."""

from datetime import UTC, datetime
from typing import Any

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article
from recommender.ranking.snapshot import Ref, Snapshot
from recommender.settings import load_settings
from recommender.workflows.follower import Follower
from recommender.workflows.reading import read_article
from recommender.workflows.snapshots import current_snapshot

GERMAN = "Die Regierung hat sich nach langen Verhandlungen auf einen neuen Haushalt geeinigt. "
RUSSIAN = "Правительство внесло в парламент новый бюджет, сообщил министр финансов. "
ARTICLES = (
    Article("de", title="Haushalt 2031", body=GERMAN * 3),
    Article("ru", title="Бюджет", body=RUSSIAN * 3),
    Article("said", title="Haushalt", body=GERMAN * 3, language="nl"),
    Article("thin", title="Budget 2031"),
)
EXPECTED = {"de": "de", "ru": "ru", "said": "nl", "thin": "fr"}


ALL_ALIKE = {
    "de": (
        "Die Ministerin kündigte Gespräche an. Das Gespräch begann am Montag.",
        "gesprach",
        "das",
    ),
    "fr": ("Les négociations ont repris. La négociation sera longue.", "negoci", "les"),
    "ru": ("Переговоры начались, и о переговорах сообщили министры.", "переговор", "и"),
    "uk": ("Після переговорів прем’єр заявив, що угоду підпишуть.", "прем'єр", "що"),
    "ar": ("بدأت المفاوضاتُ اليوم في العاصمة، وقال الوزير إنّ المفاوضات صعبة", "مفاوض", "في"),
    "zh": ("政府官员表示，谈判将在下周继续举行，我们会公布结果。", "谈判", "我们"),
    "ja": ("政府は来週、交渉を再開すると発表した。交渉は続いている。", "交渉", "した"),
    "th": ("รัฐบาลประกาศว่าจะเจรจาต่อในสัปดาห์หน้า", "เจ", None),
}
"""Texts that do not say their language; a term that only its rules make, and a stop word."""


def test_each_article_is_analysed_by_the_rules_of_the_language_that_was_found(
    newsroom: Any,
) -> None:
    newsroom.store(
        *(Article(f"{key}{n}", body=text) for key, (text, *_) in ALL_ALIKE.items() for n in (1, 2))
    )
    terms = newsroom.bundle(newsroom.train().version).terms

    for language, (_, term, stop_word) in ALL_ALIKE.items():
        assert terms.column_of(f"term:{term}") is not None, language
        assert stop_word is None or terms.column_of(f"term:{stop_word}") is None, language


def languages(snapshot: Snapshot) -> dict[str, str]:
    refs = {key: snapshot.find(article_id=key) for key in EXPECTED}
    return {key: snapshot.language(ref) for key, ref in refs.items() if ref is not None}


def test_the_language_is_the_same_in_bundle_overlay_and_text(newsroom: Any) -> None:
    settings = load_settings(newsroom.settings.home, {"MOREFROM_LANGUAGE": "fr"})
    newsroom = type(newsroom)(settings)
    newsroom.store(*ARTICLES)
    newsroom.promote()
    now = datetime.now(UTC)
    with Catalogue.open(settings.catalogue_url) as catalogue:
        trained = current_snapshot(settings, catalogue, now)
        assert languages(trained) == EXPECTED
        assert {read_article(settings, key).language for key in EXPECTED} == set(EXPECTED.values())

        newsroom.store(*(Article(one.id, f"{one.title}!", body=one.body, language=one.language)
                         for one in ARTICLES))  # fmt: skip
        Follower(settings, catalogue).step(now)
        followed, revised = Snapshot.open(settings), current_snapshot(settings, catalogue, now)
    assert languages(followed) == languages(revised) == EXPECTED
    ref = followed.find(article_id="de")
    assert isinstance(ref, Ref)
    assert ref.in_overlay
    assert followed.card(ref).language is None  # the newsroom did not say
