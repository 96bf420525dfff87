"""A file of settings makes a model, or one sentence says why not."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from recommender.errors import InvalidSettings, UnreadableFile, WrongInput
from recommender.training.config import TrainingConfig, load_config

DEFAULT = Path(__file__).parents[2] / "models" / "configs" / "default.toml"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "experiment.toml"


def names(model: type[BaseModel]) -> dict[str, Any]:
    return {
        name: names(field.annotation)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        else None
        for name, field in model.model_fields.items()
    }


def keys(values: dict[str, Any]) -> dict[str, Any]:
    return {key: keys(value) if isinstance(value, dict) else None for key, value in values.items()}


def test_default_file_says_the_defaults_and_names_every_setting() -> None:
    assert load_config(DEFAULT) == load_config(None) == TrainingConfig()
    assert keys(tomllib.loads(DEFAULT.read_text(encoding="utf-8"))) == names(TrainingConfig)


def test_every_setting_has_its_meaning() -> None:
    def silent(model: type[BaseModel]) -> list[str]:
        found = []
        for name, field in model.model_fields.items():
            kind = field.annotation
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found += silent(kind)
            elif not field.description:
                found.append(name)
        return found

    assert silent(TrainingConfig) == []


def test_what_is_not_named_has_its_default(file: Path) -> None:
    file.write_text("n_candidates = 60\n[fields]\nsummary = 3\n", encoding="utf-8")

    config = load_config(file)

    assert (config.n_candidates, config.fields.summary) == (60, 3.0)
    assert config.fields.title == TrainingConfig().fields.title


@pytest.mark.parametrize(
    ("text", "key", "told"),
    [
        ("n_candidate = 60", "n_candidate", "60"),
        ("[fields]\nheadline = 1", "fields.headline", "1"),
        ("[words]\nmin_df = 1", "words", "min_df"),
        ("n_candidates = 'many'", "n_candidates", "'many'"),
        ("n_candidates = '60'", "n_candidates", "'60'"),
        ("n_candidates = 60.5", "n_candidates", "60.5"),
        ("n_candidates = true", "n_candidates", "True"),
        ("n_candidates = 49", "n_candidates", "49"),
        ("n_candidates = 1001", "n_candidates", "1001"),
        ("fields = 3", "fields", "3"),
        ("[fields]\ntitle = -1", "fields.title", "-1"),
        ("[fields]\nbody = nan", "fields.body", "nan"),
        ("[fields]\nbody = inf", "fields.body", "inf"),
        ("[terms]\nmin_df = 0", "terms.min_df", "0"),
        ("[terms]\nmax_df = 0", "terms.max_df", "0"),
        ("[terms]\nmax_df = 1.5", "terms.max_df", "1.5"),
        ("[terms]\nphrase_weight = true", "terms.phrase_weight", "True"),
        ("[tags]\nweight = [1]", "tags.weight", "[1]"),
    ],
)
def test_unknown_name_or_impossible_value(file: Path, text: str, key: str, told: str) -> None:
    file.write_text(text, encoding="utf-8")

    with pytest.raises(InvalidSettings) as caught:
        load_config(file)

    sentence = str(caught.value)
    assert caught.value.key == key
    assert sentence.startswith(f"{file}: setting “{key}” has the value ")
    assert told in sentence
    assert sentence.endswith("models/configs/default.toml has every setting with its default.")


@pytest.mark.parametrize("content", [b"n_candidates = ", b"\xff\xfe", b"{}", b"a = 1\na = 2"])
def test_file_that_is_not_toml(file: Path, content: bytes) -> None:
    file.write_bytes(content)

    with pytest.raises(UnreadableFile, match="it is not TOML") as caught:
        load_config(file)

    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_file_that_is_not_there(file: Path) -> None:
    for path in (file, file.parent):
        with pytest.raises(WrongInput, match=f"Cannot read {path}: "):
            load_config(path)


def test_vectoriser_has_every_setting(file: Path) -> None:
    file.write_text(
        "[fields]\ntitle = 2\nsummary = 3\nbody = 4\ntags = 5\n"
        "[tags]\nweight = 6\nnamed_weight = 0.11\n"
        "[terms]\nmin_df = 7\nmax_df = 0.8\nmax_rarity = 14\n"
        "phrase_weight = 9\nphrase_min_df = 10\nname_weight = 0.12\nnumber_weight = 0.13\n",
        encoding="utf-8",
    )

    assert load_config(file).vectorizer("ru").get_params() == {
        "title": 2, "summary": 3, "body": 4, "tags": 5, "tag_weight": 6, "min_df": 7,
        "max_df": 0.8, "max_rarity": 14, "phrase_weight": 9, "phrase_min_df": 10, "language": "ru",
        "named_tag_weight": 0.11, "name_weight": 0.12, "number_weight": 0.13,
    }  # fmt: skip
