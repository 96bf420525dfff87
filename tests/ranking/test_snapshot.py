"""The snapshot, against a dictionary of today's articles."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article, Status, Tag, tag_slug
from recommender.domain.corpus import epoch_us, row_order
from recommender.domain.url import canonical_url
from recommender.errors import BrokenBundle, NoChampion
from recommender.ranking.bundle import Bundle
from recommender.ranking.cards import Card
from recommender.ranking.changes import Changes, revisions
from recommender.ranking.dates import published_today
from recommender.ranking.generations import remove_overlays, write_overlay
from recommender.ranking.language_codes import packed
from recommender.ranking.newest import newest
from recommender.ranking.overlay import Overlay
from recommender.ranking.pointer import Pointer, write_pointer
from recommender.ranking.refs import Ref, Trail
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings

MakeBundle = Callable[..., Bundle]
NOW = datetime.fromisoformat("2024-05-01T12:00:00Z")
IDS = [f"id{number}" for number in range(6)]
ARTICLE = st.builds(
    Article,
    id=st.sampled_from(IDS),
    title=st.sampled_from(["Grain", "Trade", "Grain trade", "Trade in grain", "Snow"]),
    url=st.sampled_from([None, "https://x.example/1", "https://x.example/2", "/3"]),
    tags=st.lists(st.sampled_from([Tag("eu", "EU"), Tag("un", "UN")]), unique=True).map(tuple),
    section=st.sampled_from([None, "World", "Analysis"]),
    language=st.sampled_from(["en", "en", "fr"]),
    published_at=st.none() | st.integers(-2, 2).map(lambda days: NOW + timedelta(days=days)),
)
TRAINED = st.lists(ARTICLE, max_size=6, unique_by=lambda held: held.id)
REVISED = st.lists(
    st.builds(
        replace,
        ARTICLE,
        status=st.sampled_from([Status.PUBLISHED, Status.PUBLISHED, Status.RETRACTED]),
        embargoed_until=st.sampled_from([None, None, NOW + timedelta(days=1)]),
    ),
    max_size=6,
)


@dataclass
class Today:
    """What a newsroom would say, without any arrays."""

    trained: dict[str, Article]
    latest: dict[str, tuple[int, Article]]
    revised: list[tuple[int, Article]]

    def touched(self, article_id: str) -> int:
        """Return the last event that changed anything of an article that is shown, or was."""
        closed_by = 0
        for number, held in self.revised:
            if held.id == article_id and held.status is Status.PUBLISHED:
                closed_by = 0
            elif held.id == article_id:
                closed_by = closed_by or number
        return closed_by or self.latest.get(article_id, (0,))[0]

    @property
    def shown(self) -> dict[str, Article]:
        revised = {key: held for key, (_, held) in self.latest.items() if held.is_open(NOW)}
        return {k: held for k, held in self.trained.items() if k not in self.latest} | revised

    def at(self, url: str) -> str | None:
        """Revised articles first, then unchanged ones, then those that were there before."""

        def there(articles: list[Article]) -> list[str]:
            found = [a for a in articles if a.url and canonical_url(a.url) == canonical_url(url)]
            return [held.id for held in sorted(found, key=row_order)]

        revised = [held for key, held in self.shown.items() if key in self.latest]
        unchanged = [held for key, held in self.shown.items() if key not in self.latest]
        moved = there([held for key, held in self.trained.items() if key in self.latest])
        moved = [held.id for held in sorted(revised, key=row_order) if held.id in moved]
        return next(iter([*there(revised), *there(unchanged), *moved]), None)


def world(
    make_bundle: MakeBundle, trained: list[Article], revised: list[Article]
) -> tuple[Snapshot, Today]:
    bundle = make_bundle(trained)
    numbered = list(enumerate(revised, start=11))
    overlay = Overlay.in_memory(
        bundle, Changes.of(revisions(numbered, "en"), NOW), last_event=20, generated_at=NOW
    )
    latest = {held.id: (number, held) for number, held in numbered}
    return Snapshot(bundle, overlay), Today({held.id: held for held in trained}, latest, numbered)


@given(TRAINED, REVISED)
def test_articles_are_found_as_they_are_today(
    make_bundle: MakeBundle, trained: list[Article], revised: list[Article]
) -> None:
    snapshot, today = world(make_bundle, trained, revised)
    for article_id in IDS:
        ref = snapshot.find(article_id)
        expected = today.shown.get(article_id)
        assert (ref is None) == (expected is None)
        if ref is None or expected is None:
            continue
        assert snapshot.card(ref) == Card.of(expected)
        assert snapshot.id_of(ref) == article_id
        assert snapshot.published_us(ref) == epoch_us(expected.published_at)
        assert snapshot.page_of(ref) == (canonical_url(expected.url) if expected.url else "")
        assert snapshot.event(ref) == today.latest.get(article_id, (0,))[0]
        row = snapshot.bundle.articles.row_of_id(article_id)
        assert snapshot.trained_row(ref) == row
        assert snapshot.story(ref) == (None if row is None else snapshot.bundle.stories[row])
    assert snapshot.find() is None


@given(TRAINED, REVISED, st.sampled_from(["https://X.example/1#top", "/3/", "https://x.example/9"]))
def test_addresses_lead_to_whom_they_belong_today(
    make_bundle: MakeBundle, trained: list[Article], revised: list[Article], url: str
) -> None:
    snapshot, today = world(make_bundle, trained, revised)
    ref = snapshot.find(url=url)
    assert (None if ref is None else snapshot.id_of(ref)) == today.at(url)


@given(
    TRAINED,
    REVISED,
    st.sampled_from([None, "eu"]),
    st.sampled_from([None, "World"]),
    st.sampled_from([None, NOW]),
    st.sampled_from([None, "fr"]),
)
def test_newest_is_all_of_today_in_order(
    make_bundle: MakeBundle,
    trained: list[Article],
    revised: list[Article],
    tag: str | None,
    section: str | None,
    until: datetime | None,
    language: str | None,
) -> None:
    snapshot, today = world(make_bundle, trained, revised)
    expected = [
        held.id
        for held in sorted(today.shown.values(), key=row_order)
        if (tag is None or tag in [one.slug for one in held.tags])
        and (tag or section is None or held.section == section)
        and (until is None or held.published_at is None or held.published_at <= until)
        and language in {None, held.language}
    ]
    code = None if language is None else packed(language)
    until_us = None if until is None else epoch_us(until)
    refs = newest(snapshot, tag=tag, section=section, until_us=until_us, language=code)
    assert [snapshot.id_of(ref) for ref in refs] == expected


@given(TRAINED, REVISED)
def test_rows_of_the_bundle_are_what_became_of_them(
    make_bundle: MakeBundle, trained: list[Article], revised: list[Article]
) -> None:
    snapshot, today = world(make_bundle, trained, revised)
    articles = snapshot.bundle.articles
    rows = np.arange(len(articles), dtype=np.int32)
    published_us, is_mixed = published_today(snapshot, rows)
    ids = [articles.id_of(row) for row in rows.tolist()]
    shown = rows[[key in today.shown for key in ids]]
    by_order = [ids[row] for _, row in sorted(zip(snapshot.orders(shown), shown, strict=True))]
    in_order = (today.shown[key] for key in ids if key in today.shown)
    assert by_order == [one.id for one in sorted(in_order, key=row_order)]
    assert is_mixed == any(key in today.latest and key in today.shown for key in ids)
    for row, article_id in enumerate(ids):
        trail = Trail(epoch_us(NOW))
        ref = snapshot.today(row, trail)
        assert ref == snapshot.find(article_id)
        assert trail.last_event == today.touched(article_id)
        if ref is not None:
            assert published_us[row] == epoch_us(today.shown[article_id].published_at)


@given(TRAINED, REVISED)
def test_groups_are_those_of_tag_and_section(
    make_bundle: MakeBundle, trained: list[Article], revised: list[Article]
) -> None:
    snapshot, today = world(make_bundle, trained, revised)
    for article_id, held in today.shown.items():
        ref = snapshot.find(article_id)
        assert ref is not None
        for slug in ("eu", "un", "none"):
            assert (ref in snapshot.tagged(slug)) == (slug in [tag.slug for tag in held.tags])
        for section in ("World", "Analysis"):
            expected = tag_slug(held.section or "") == tag_slug(section)
            assert (ref in snapshot.in_section(section)) == expected


def test_a_long_list_is_not_read_to_its_end(
    make_bundle: MakeBundle, make_article: Callable[..., Article], now: datetime
) -> None:
    articles = [make_article(f"{day:04}", "Same", ["Russia"], day=day) for day in range(300)]
    bundle = make_bundle(articles[:1])  # scoring all pairs is not what is tried here
    overlay = Overlay.in_memory(
        bundle,
        Changes.of(revisions(enumerate(articles, 11), "en"), now),
        last_event=400,
        generated_at=now,
    )
    snapshot = Snapshot(bundle, overlay)
    trail = Trail(epoch_us(NOW))
    refs = list(islice(newest(snapshot, tag="russia", trail=trail), 3))
    assert refs == [Ref(True, 0), Ref(True, 1), Ref(True, 2)]
    assert trail.last_event == 13
    assert len(snapshot.tagged("russia")) == 301  # the corrected one counts twice


def test_an_address_that_two_shared_is_left_to_the_one_that_stayed(
    make_bundle: MakeBundle, make_article: Callable[..., Article]
) -> None:
    newer = make_article("newer", url="/shared", day=1)
    older = make_article("older", url="/shared", day=2)
    snapshot, _ = world(make_bundle, [newer, older], [replace(newer, url="/own")])
    for url, expected in (("/shared", "older"), ("/own", "newer")):
        ref = snapshot.find(url=url)
        assert ref is not None
        assert snapshot.id_of(ref) == expected
    snapshot, _ = world(make_bundle, [newer, older], [replace(older, url=None)])
    assert snapshot.find(url="/shared") == snapshot.find("newer")


def test_an_address_that_two_share_leads_to_the_newer_one_though_the_older_was_corrected(
    make_bundle: MakeBundle, make_article: Callable[..., Article]
) -> None:
    newer = make_article("newer", url="/shared", day=1)
    older = make_article("older", url="/shared", day=2)
    snapshot, _ = world(make_bundle, [newer, older], [replace(older, title="Corrected")])
    assert snapshot.find(url="/shared") == snapshot.find("newer")


def test_what_was_taken_away_before_a_pick_is_noted_and_what_comes_after_is_not(
    make_bundle: MakeBundle, make_article: Callable[..., Article]
) -> None:
    trained = [make_article(str(day), day=day) for day in range(6)]
    gone = [replace(trained[day], status=Status.RETRACTED) for day in (4, 1)]
    snapshot, _ = world(make_bundle, trained, gone)  # events 11 and 12
    trail = Trail(epoch_us(NOW))
    found = newest(snapshot, trail=trail)
    noted = [(snapshot.id_of(ref), trail.last_event) for ref in found]
    assert [article_id for article_id, _ in noted] == ["0", "2", "3", "5"]
    assert noted[0][1] == 0
    assert noted[1][1] == noted[3][1] == 12


class TestOpening:
    """Opening what a pointer names, while the follower works."""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return Settings(home=tmp_path)

    @pytest.fixture
    def bundle(
        self,
        settings: Settings,
        save_bundle: Callable[..., tuple[Path, str]],
        few: list[Article],
    ) -> Bundle:
        return Bundle.open(*save_bundle(settings.versions_dir, few))

    def publish(self, settings: Settings, bundle: Bundle, title: str) -> Pointer:
        changes = Changes.of(revisions([(11, Article("new", title=title))], "en"), NOW)
        name, sha256 = write_overlay(
            settings.serving_dir, bundle, changes, last_event=11, generated_at=NOW
        )
        at = "2026-01-02T03:04:05.678+00:00"
        pointer = Pointer(bundle.version, bundle.manifest_sha256, name, sha256, 11, at)
        write_pointer(settings.serving_dir, pointer)
        return pointer

    def titles(self, snapshot: Snapshot) -> list[str]:
        return [snapshot.card(ref).title for ref in newest(snapshot)]

    def test_nothing_promoted(self, settings: Settings) -> None:
        with pytest.raises(NoChampion):
            Snapshot.open(settings)

    def test_the_pointer_is_followed(self, settings: Settings, bundle: Bundle) -> None:
        pointer = self.publish(settings, bundle, "First")
        first = Snapshot.open(settings)
        assert first.pointer == pointer
        assert self.titles(first)[-1] == "First"
        self.publish(settings, bundle, "Second")
        second = Snapshot.open(settings, first)
        assert self.titles(second)[-1] == "Second"
        assert second.bundle is first.bundle
        assert Snapshot.open(settings).bundle is not first.bundle
        assert self.titles(first)[-1] == "First"

    def test_a_pointer_that_moves_while_it_is_read(
        self, settings: Settings, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.publish(settings, bundle, "First")
        original = Overlay.open
        moves: list[Pointer] = []

        def opened(*arguments: object) -> Overlay:
            if not moves:  # the follower publishes and sweeps between reading and opening
                moves.append(self.publish(settings, bundle, "Second"))
                remove_overlays(settings.serving_dir, [moves[0].overlay])
            return original(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(Overlay, "open", opened)
        assert self.titles(Snapshot.open(settings))[-1] == "Second"
        remove_overlays(settings.serving_dir, ())
        with pytest.raises(BrokenBundle, match="no such file"):
            Snapshot.open(settings)
