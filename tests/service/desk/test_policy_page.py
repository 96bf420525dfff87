"""The policy on its page, and the buttons that take things off the site."""

import html
from http import HTTPStatus
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.workflows.deciding import last_decision
from recommender.workflows.override_list import overrides
from recommender.workflows.policies import policy_in_force
from service.public.app import create_app
from tests.service.desk.conftest import Cms, SignedIn
from tests.service.desk.test_override_pages import follow

FINE = """
[[rules]]
name = "grain alone"
reason = "the desk met"
never = { tags = ["Trade"] }
under = { tags = ["Russia"] }

[[assertions]]
says = "no trade beside Russia"
under = { tags = ["Russia"] }
never = { tags = ["Trade"] }
"""
FAILING = FINE.replace('never = { tags = ["Trade"] }', 'never = { tags = ["USA"] }', 1)


@pytest.fixture
def served(desk: Cms) -> Cms:
    """Return a newsroom whose follower has carried over what happened."""
    return follow(desk)


def text(response: Any, status: int = HTTPStatus.OK) -> str:
    assert response.status_code == status, response.text
    return html.unescape(str(response.text))


def test_a_file_is_tried_and_put_in_force(served: Cms, signed_in: SignedIn) -> None:
    editor, admin = signed_in("editor"), signed_in("admin")
    assert "No policy is in force" in text(editor.get("/desk/policy"))
    assert "holds" in text(editor.post("/desk/policy/try", {"text": FINE}))
    tried = text(editor.post("/desk/policy/try", {"text": FAILING}))
    assert "no rule keeps out" in tried
    assert 'never = { tags = ["USA"] }' in tried  # what was typed is still there
    assert "promises nothing" in text(editor.post("/desk/policy/try", {"text": ""}))
    wrong = editor.post("/desk/policy/try", {"text": "rule = 7"})
    assert "your text: the file, “rule” is 'unknown'" in text(wrong, HTTPStatus.BAD_REQUEST)

    form = {"text": FINE, "reason": "the desk met"}
    refused = editor.post("/desk/policy/set", form)
    assert refused.status_code == HTTPStatus.FORBIDDEN
    failing = admin.post("/desk/policy/set", {**form, "text": FAILING})
    assert "The policy does not hold" in text(failing, HTTPStatus.BAD_REQUEST)
    assert policy_in_force(served.settings).event == 0

    with Catalogue.open(served.settings.catalogue_url) as catalogue:
        seen = str(last_decision(catalogue))
    done = admin.post("/desk/policy/set", {**form, "seen": seen})
    assert done.status_code == HTTPStatus.SEE_OTHER
    assert policy_in_force(served.settings).rules[0].name == "grain alone"
    late = admin.post("/desk/policy/set", {**form, "seen": seen})
    assert "Somebody was quicker: person:anna-admin changed the sensitivity policy" in text(
        late, HTTPStatus.BAD_REQUEST
    )
    shown = text(editor.get("/desk/policy"))
    assert "person:anna-admin: the desk met" in shown.replace("<bdi>", "")
    assert "no trade beside Russia" in shown


def returned(served: Cms, article_id: str = "a0", path: str = "/v1/related") -> Any:
    follow(served)
    app = create_app(served.settings.model_copy(update={"poll_interval_s": 0.0}))
    response = app.test_client().get(f"{path}?id={article_id}&limit=9")
    assert response.status_code == HTTPStatus.OK
    return response


def shown_ids(served: Cms, article_id: str = "a0") -> set[str]:
    return {one["id"] for one in returned(served, article_id).json["items"]}


def test_the_whole_block_is_stopped_and_shown_again(served: Cms, signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    before = returned(served).json
    assert before["returned"] > 0
    stopped = editor.post("/desk/stop", {"what": "all", "reason": "wrong"})
    assert stopped.status_code == HTTPStatus.SEE_OTHER
    assert "Stopped: the whole block" in text(editor.get("/desk/policy"))
    assert "the whole block" in text(editor.get("/desk/overrides"))

    for article_id in ("a0", "nobody"):
        answer = returned(served, article_id).json
        assert (answer["returned"], answer["items"]) == (0, [])
        assert (answer["requested"], answer["complete"]) == (9, True)
    assert returned(served, path="/v1/related.html").text == ""

    back = editor.post("/desk/resume", {"what": "all", "reason": "right"})
    assert back.status_code == HTTPStatus.SEE_OTHER
    assert returned(served).json["items"] == before["items"]
    assert [one.event.author for one in overrides(served.settings, with_past=True)] == [
        "person:anna-editor"
    ]


@pytest.mark.parametrize(("what", "value"), [("article", "a1"), ("tag", "Russia")])
def test_one_thing_is_stopped(served: Cms, signed_in: SignedIn, what: str, value: str) -> None:
    editor = signed_in("editor")
    assert "a1" in shown_ids(served)
    form = {"what": what, "value": value, "reason": "wrong"}
    editor.post("/desk/stop", form)
    assert value in text(editor.get("/desk/policy"))
    assert "a1" not in shown_ids(served)
    assert shown_ids(served, "a1") == set()
    assert shown_ids(served, "a2")
    editor.post("/desk/resume", form)
    assert "a1" in shown_ids(served)


@pytest.mark.parametrize(
    "form",
    [
        {"what": "all"},
        {"what": "tag", "reason": "x"},
        {"what": "article", "value": "nobody", "reason": "x"},
        {"what": "magic", "value": "x", "reason": "x"},
        {},
    ],
)
def test_what_cannot_be_stopped(served: Cms, signed_in: SignedIn, form: dict[str, str]) -> None:
    editor = signed_in("editor")
    for path in ("/desk/stop", "/desk/resume"):
        assert editor.post(path, form).status_code == HTTPStatus.BAD_REQUEST
    assert overrides(served.settings) == []
    assert signed_in("viewer").post("/desk/stop", {"what": "all", "reason": "x"}).status_code == 403
