"""What is picked: the promises that always hold, the ladder, and the words of the reasons."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article, Status, Tag
from recommender.domain.corpus import epoch_us, row_order
from recommender.domain.pick import Origin, Reason, Share
from recommender.domain.url import canonical_url
from recommender.ranking import rerank
from recommender.ranking.bundle import Bundle
from recommender.ranking.overlay import Changes, Overlay
from recommender.ranking.reasons import named_words
from recommender.ranking.rerank import Selection, select
from recommender.ranking.snapshot import Snapshot

MakeBundle = Callable[..., Bundle]
MakeArticle = Callable[..., Article]
NOW = datetime.fromisoformat("2024-05-01T12:00:00Z")
NOW_US = epoch_us(NOW)
IDS = [f"id{number}" for number in range(9)]
TAGS = [Tag("eu", "EU"), Tag("un", "UN"), Tag("nato", "NATO")]
ARTICLE = st.builds(
    Article,
    id=st.sampled_from(IDS),
    title=st.sampled_from(["Grain", "Grain trade", "Trade in grain", "Snow", "Ice"]),
    url=st.none() | st.sampled_from(["https://x.example/1", "https://x.example/2"]),
    tags=st.lists(st.sampled_from(TAGS), unique=True).map(tuple),
    section=st.sampled_from([None, "World", "Analysis"]),
    published_at=st.none() | st.integers(-4, 1).map(lambda days: NOW + timedelta(days=days)),
)
TRAINED = st.lists(ARTICLE, max_size=9, unique_by=lambda held: held.id)
REVISED = st.lists(
    st.builds(replace, ARTICLE, status=st.sampled_from([Status.PUBLISHED, Status.RETRACTED])),
    max_size=4,
    unique_by=lambda held: held.id,
)
STORIES = st.dictionaries(st.sampled_from(IDS), st.sampled_from([1, 2]), max_size=5)


def snapshot_of(bundle: Bundle, revised: Iterable[Article] = ()) -> Snapshot:
    changes = Changes.of(enumerate(revised, start=11), NOW)
    return Snapshot(bundle, Overlay.in_memory(bundle, changes, last_event=99, generated_at=NOW))


def slow_ids(
    snapshot: Snapshot, trained: list[Article], revised: list[Article], query: Article, limit: int
) -> list[tuple[str, str]]:
    """Return id and origin or rung of every pick, by lists alone."""
    gone = {held.id for held in revised}
    opened = [held for held in revised if held.is_open(NOW)]
    today = sorted([held for held in trained if held.id not in gone] + opened, key=row_order)
    by_id = {held.id: held for held in today}
    counted = [tag.slug for held in [*trained, *opened] for tag in held.tags]
    ref = snapshot.find(query.id)
    assert ref is not None
    offers = [("model", snapshot.id_of(other)) for other, _ in snapshot.candidates(ref)]
    for tag in sorted(query.tags, key=lambda tag: counted.count(tag.slug)):
        offers += [("same_tag", held.id) for held in today if tag in held.tags]
    if query.section:
        offers += [("same_section", a.id) for a in today if a.section == query.section]
    offers += [("recent", held.id) for held in today]

    def marks(article_id: str) -> set[object]:
        held, ref = by_id[article_id], snapshot.find(article_id)
        assert ref is not None
        found = {article_id, held.url and canonical_url(held.url), snapshot.story(ref)}
        return found - {None}

    picked: list[tuple[str, str]] = []
    taken = marks(query.id)
    for how, article_id in offers:
        published_at = by_id[article_id].published_at
        past = published_at is None or published_at <= NOW
        if len(picked) < limit and past and not marks(article_id) & taken:
            picked.append((article_id, how))
            taken |= marks(article_id)
    return picked


@given(TRAINED, REVISED, STORIES, st.integers(0, 6))
def test_picks_are_those_of_the_obvious_slow_way(
    make_bundle: MakeBundle,
    trained: list[Article],
    revised: list[Article],
    stories: dict[str, int],
    limit: int,
) -> None:
    snapshot = snapshot_of(make_bundle(trained, stories=stories), revised)
    today = {held.id: held for held in trained} | {held.id: held for held in revised}
    for query in today.values():
        ref = snapshot.find(query.id)
        assert (ref is None) == (query.status is Status.RETRACTED)
        selection = select(snapshot, ref, limit, NOW_US)
        assert selection == select(snapshot, ref, limit, NOW_US)
        check_promises(selection, today, limit)
        if ref is None:
            assert {selected.pick.reason.code for selected in selection.picks} <= {"recent"}
            assert selection.fallback_used
            continue
        assert query.id not in [selected.card.id for selected in selection.picks]
        found = [
            (
                selected.card.id,
                selected.pick.origin
                if selected.pick.origin is Origin.MODEL
                else selected.pick.reason.code,
            )
            for selected in selection.picks
        ]
        assert found == slow_ids(snapshot, trained, revised, query, limit)


def check_promises(selection: Selection, today: dict[str, Article], limit: int) -> None:
    picks = [selected.pick for selected in selection.picks]
    assert len(picks) <= limit
    assert [pick.rank for pick in picks] == list(range(1, len(picks) + 1))
    assert len({pick.article_id for pick in picks}) == len(picks)
    pages = [canonical_url(one.card.url) for one in selection.picks if one.card.url]
    assert len(set(pages)) == len(pages)
    for selected in selection.picks:
        pick = selected.pick
        article = today[pick.article_id]
        assert selected.card.id == pick.article_id
        assert article.is_open(NOW)
        assert article.published_at is None or article.published_at <= NOW
        assert (pick.origin is Origin.FALLBACK) == (pick.score is None)
        assert pick.score is None or 0 < pick.score <= 1
    scores = [pick.score for pick in picks if pick.score is not None]
    assert scores == sorted(scores, reverse=True)
    codes = [pick.reason.code for pick in picks if pick.origin is Origin.FALLBACK]
    assert codes == sorted(codes, key=["same_tag", "same_section", "recent"].index)
    assert picks[: len(scores)] == [pick for pick in picks if pick.origin is Origin.MODEL]


def reasons_for(snapshot: Snapshot, article_id: str, limit: int = 9) -> dict[str, Reason]:
    ref = snapshot.find(article_id)
    assert ref is not None
    selection = select(snapshot, ref, limit, NOW_US)
    return {one.pick.article_id: one.pick.reason for one in selection.picks}


def test_tags_are_named_the_rarest_first_as_the_query_spells_them(
    make_bundle: MakeBundle, make_article: MakeArticle
) -> None:
    articles = [
        make_article("query", "One", ["World", "European Union", "Sanctions"]),
        make_article("other", "Two", ["sanctions", "world", "european_union"]),
        *(make_article(f"w{i}", "Three", ["World"]) for i in range(3)),
        make_article("e", "Four", ["European union"]),
    ]
    reasons = reasons_for(snapshot_of(make_bundle(articles, k=9)), "query")
    assert reasons["other"] == Reason("shared_tags", "Also about Sanctions and European Union")
    assert reasons["e"] == Reason("shared_tags", "Also about European Union")


def test_words_are_named_where_no_tag_is_shared(
    make_bundle: MakeBundle, few: list[Article]
) -> None:
    reasons = reasons_for(snapshot_of(make_bundle(few)), "e")
    assert reasons["c"] == Reason("shared_words", "Also mentions trade")
    untagged = [replace(held, tags=()) for held in few]
    reasons = reasons_for(snapshot_of(make_bundle(untagged)), "a")
    assert reasons["b"] == Reason("shared_words", "Also mentions Kerry and Lavrov")


def test_a_phrase_and_its_words_are_named_once() -> None:
    shares = [
        Share("phrase", "Angela Merkel", 0.3),
        Share("term", "merkel", 0.2),
        Share("term", "Berlin", 0.1),
        Share("term", "snow", 0.1),
    ]
    assert named_words(shares) == ["Angela Merkel", "Berlin"]
    assert named_words(shares[1:2]) == ["merkel"]
    assert named_words([shares[1], shares[3], shares[0]]) == ["snow", "Angela Merkel"]
    assert named_words([shares[2], Share("term", "berlin", 0.1), shares[3]]) == ["Berlin", "snow"]


def test_a_correction_that_drops_a_tag_does_not_take_the_reason_away(
    make_bundle: MakeBundle, make_article: MakeArticle
) -> None:
    one, two = (make_article(word, word, ["Russia"]) for word in ("one", "two"))
    snapshot = snapshot_of(make_bundle([one, two]), [replace(two, tags=())])
    assert reasons_for(snapshot, "one") == {"two": Reason("shared_tags", "Also about Russia")}


def test_the_ladder_says_what_it_is(make_bundle: MakeBundle, make_article: MakeArticle) -> None:
    articles = [
        make_article("a", "One", ["Russia"], section="Analysis"),
        make_article("b", "Two", section="analysis"),
        make_article("c", "Three"),
    ]
    new = make_article("new", "Four", ["russia"], section="Analysis")
    snapshot = snapshot_of(make_bundle(articles), [new])
    ref = snapshot.find("new")
    selection = select(snapshot, ref, 9, NOW_US)
    assert [one.pick.reason for one in selection.picks] == [
        Reason("same_tag", "More on russia"),
        Reason("same_section", "More from Analysis"),
        Reason("recent", "Recent"),
    ]
    assert [one.pick.article_id for one in selection.picks] == ["a", "b", "c"]
    assert (selection.fallback_used, selection.last_event) == (True, 11)


def test_a_full_list_from_the_model_needs_no_ladder(
    make_bundle: MakeBundle, few: list[Article]
) -> None:
    snapshot = snapshot_of(make_bundle(few))
    selection = select(snapshot, snapshot.find("a"), 2, NOW_US)
    assert [one.pick.article_id for one in selection.picks] == ["b", "c"]
    assert (selection.fallback_used, selection.last_event) == (False, 0)


def test_an_unknown_article_gets_what_is_recent(
    make_bundle: MakeBundle, few: list[Article]
) -> None:
    selection = select(snapshot_of(make_bundle(few)), None, 2, NOW_US)
    assert [one.pick.article_id for one in selection.picks] == ["a", "b"]
    assert selection.fallback_used
    empty = select(snapshot_of(make_bundle([])), None, 2, NOW_US)
    assert (empty.picks, empty.fallback_used) == ((), True)


@pytest.mark.parametrize(
    ("revised_id", "limit", "expected"),
    [
        ("a", 1, 11),  # the query itself
        ("b", 1, 11),  # a pick
        ("c", 1, 0),  # behind the last place
        ("c", 2, 11),
    ],
)
def test_the_last_event_is_of_what_was_looked_at(
    make_bundle: MakeBundle, few: list[Article], revised_id: str, limit: int, expected: int
) -> None:
    revised = next(held for held in few if held.id == revised_id)
    for status in (Status.PUBLISHED, Status.RETRACTED):
        if revised_id == "a" and status is Status.RETRACTED:
            continue
        snapshot = snapshot_of(make_bundle(few), [replace(revised, status=status)])
        ref = snapshot.find("a")
        at_least = 11 if expected else 0
        found = select(snapshot, ref, limit, NOW_US).last_event
        assert found == at_least


def test_publication_is_waited_for_to_the_microsecond(
    make_bundle: MakeBundle, make_article: MakeArticle
) -> None:
    articles = [make_article("a", "Same", day=1), make_article("b", "Same", day=0)]
    snapshot = snapshot_of(make_bundle(articles))
    ref = snapshot.find("a")
    assert select(snapshot, ref, 4, NOW_US - 1).picks == ()
    assert len(select(snapshot, ref, 4, NOW_US).picks) == 1


def test_a_million_versions_of_one_story_cannot_stall_an_answer(
    make_bundle: MakeBundle, make_article: MakeArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rerank, "_MAX_LOOKED_AT", 3)
    articles = [make_article(str(day), str(day), day=day) for day in range(9)]
    stories = {str(day): 1 for day in range(8)}
    snapshot = snapshot_of(make_bundle(articles, stories=stories))
    selection = select(snapshot, None, 4, NOW_US)
    assert [one.pick.article_id for one in selection.picks] == ["0"]
