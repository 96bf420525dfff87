"""Why a pick is there, in words: tags that say something, else words."""

from collections.abc import Callable
from dataclasses import replace

from recommender.domain.article import Article
from recommender.domain.pick import Reason
from recommender.ranking.bundle import Bundle
from recommender.ranking.reasons import named_words
from recommender.ranking.snapshot import Snapshot
from tests.ranking.lists import PLAIN, picked, snapshot_of

MakeBundle = Callable[..., Bundle]
MakeArticle = Callable[..., Article]


def reasons_for(snapshot: Snapshot, article_id: str) -> dict[str, Reason]:
    return {one.pick.article_id: one.pick.reason for one in picked(snapshot, article_id, 9).picks}


def test_tags_are_named_the_rarest_first_as_the_query_spells_them(
    make_bundle: MakeBundle, make_article: MakeArticle
) -> None:
    articles = [
        make_article("query", "One", ["World", "European Union", "Sanctions"]),
        make_article("other", "Two", ["sanctions", "world", "european_union"]),
        *(make_article(f"w{i}", "Three", ["World"]) for i in range(3)),
        make_article("e", "Four", ["European union"]),
    ]
    reasons = reasons_for(snapshot_of(make_bundle(articles, k=9), (), PLAIN), "query")
    assert reasons["other"] == Reason("shared_tags", "Also about Sanctions and European Union")
    assert reasons["e"] == Reason("shared_tags", "Also about European Union")


def test_a_tag_that_half_the_archive_has_is_named_only_where_nothing_else_is(
    make_bundle: MakeBundle, make_article: MakeArticle
) -> None:
    articles = [
        make_article("query", "Grain trade", ["World", "Egypt"]),
        make_article("words", "Grain", ["World"]),
        make_article("tags", "Snow", ["Egypt", "World"]),
        make_article("nothing", "Ice", ["World"]),
        *(make_article(f"w{i}", f"Other{i}", ["World"]) for i in range(30)),
    ]
    reasons = reasons_for(snapshot_of(make_bundle(articles, k=40), (), PLAIN), "query")
    assert reasons["words"] == Reason("shared_words", "Also mentions Grain")
    assert reasons["tags"] == Reason("shared_tags", "Also about Egypt")
    assert reasons["nothing"] == Reason("shared_tags", "Also about World")


def test_words_are_named_where_no_tag_is_shared(
    make_bundle: MakeBundle, few: list[Article]
) -> None:
    reasons = reasons_for(snapshot_of(make_bundle(few), (), PLAIN), "e")
    assert reasons["c"] == Reason("shared_words", "Also mentions trade")
    untagged = [replace(held, tags=()) for held in few]
    reasons = reasons_for(snapshot_of(make_bundle(untagged), (), PLAIN), "a")
    assert reasons["b"] == Reason("shared_words", "Also mentions Kerry and Lavrov")


def test_a_phrase_and_its_words_are_named_once() -> None:
    labels = ["Angela Merkel", "merkel", "Berlin", "snow"]
    assert named_words(labels) == ["Angela Merkel", "Berlin"]
    assert named_words(labels[1:2]) == ["merkel"]
    assert named_words([labels[1], labels[3], labels[0]]) == ["snow", "Angela Merkel"]
    assert named_words([labels[2], "berlin", labels[3]]) == ["Berlin", "snow"]


def test_a_correction_that_drops_a_tag_does_not_take_the_reason_away(
    make_bundle: MakeBundle, make_article: MakeArticle
) -> None:
    one, two = (make_article(word, word, ["Russia"]) for word in ("one", "two"))
    snapshot = snapshot_of(make_bundle([one, two]), [replace(two, tags=())], PLAIN)
    assert reasons_for(snapshot, "one") == {"two": Reason("shared_tags", "Also about Russia")}
