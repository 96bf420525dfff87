"""The Models page: what each version says of itself, two side by side, and which one serves."""

from pathlib import Path

import pytest

from recommender.ranking.cards import Card
from recommender.workflows.promoting import versions
from recommender.workflows.side_by_side import Mark, pair
from recommender.workflows.training import Training, train
from tests.service.desk.conftest import Cms, SignedIn


@pytest.fixture
def two(desk: Cms, tmp_path: Path) -> tuple[str, str]:
    """Return the version that serves, and one that was trained after an article was retracted."""
    desk.post("/v1/articles/a1/retract")
    config = tmp_path / "config.toml"
    trained = train(desk.settings, Training(config, False, "anna", 1), lambda *_: None)
    return versions(desk.settings)[1].id, trained.version


def test_versions_and_the_lists_side_by_side(two: tuple[str, str], signed_in: SignedIn) -> None:
    first, second = two
    viewer = signed_in("viewer")
    page = viewer.get("/desk/models").text
    assert page.index(second) < page.index(first)
    assert "serves" in page
    assert "Have it serve" not in page

    beside = viewer.get(f"/desk/models?first={first}&second={second}")
    assert beside.status_code == 200
    assert "− gone" in beside.text
    assert "Lavrov answers Kerry" in beside.text
    assert "differ." in beside.text


def test_promote_and_roll_back(desk: Cms, two: tuple[str, str], signed_in: SignedIn) -> None:
    first, second = two
    admin = signed_in("admin")

    def serving() -> str:
        return next(one.id for one in versions(desk.settings) if one.is_champion)

    for form in ({"version": second}, {"version": second, "reason": "  "}):
        assert admin.post("/desk/models/promote", form).status_code == 422
    assert admin.post("/desk/models/promote", {"version": "x", "reason": "y"}).status_code == 404
    assert serving() == first
    done = admin.post("/desk/models/promote", {"version": second, "reason": "better"})
    assert (done.status_code, serving()) == (303, second)
    assert f"{second} serves from now on." in admin.get("/desk/models").text
    assert admin.post("/desk/models/roll-back", {"reason": "worse"}).status_code == 303
    assert serving() == first
    told = [one[2:] for one in desk.events()[-2:]]
    assert told == [("person:anna-admin", "better"), ("person:anna-admin", "worse")]


@pytest.mark.parametrize("role", ["viewer", "editor"])
@pytest.mark.usefixtures("desk")
def test_who_may_not(signed_in: SignedIn, role: str) -> None:
    assert signed_in(role).post("/desk/models/roll-back", {"reason": "x"}).status_code == 403


@pytest.mark.usefixtures("desk")
def test_versions_that_are_none(signed_in: SignedIn) -> None:
    response = signed_in("viewer").get("/desk/models?first=<b>&second=../..")
    assert response.status_code == 422
    assert "There is no model version" in response.text
    assert "<b>" not in response.text


def test_nothing_trained_yet(signed_in: SignedIn) -> None:
    assert "Nothing has been trained yet" in signed_in("viewer").get("/desk/models").text


def card(name: str) -> Card:
    return Card(name, name)


def test_marks() -> None:
    a, b, c, d = map(card, "abcd")
    found = pair(a, [a, b, c], [a, c, d])

    assert [(one.mark, one.elsewhere) for one in found.before] == [
        (Mark.SAME, 1), (Mark.GONE, None), (Mark.MOVED, 2)
    ]  # fmt: skip
    assert [(one.mark, one.elsewhere) for one in found.after] == [
        (Mark.SAME, 1), (Mark.MOVED, 3), (Mark.NEW, None)
    ]  # fmt: skip
    assert (found.n_changed, found.differs) == (1, True)
    assert not pair(a, [a, b], [a, b]).differs
