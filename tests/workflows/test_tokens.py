"""Tokens: shown once, kept as a hash, worthless once revoked."""

import hashlib
from pathlib import Path

import pytest

from recommender.errors import InvalidParameter, UnknownToken
from recommender.settings import Settings, load_settings
from recommender.workflows import tokens


@pytest.fixture
def settings(tmp_path: Path, either_database_url: str | None) -> Settings:
    given = {"MOREFROM_DATABASE_URL": either_database_url} if either_database_url else {}
    return load_settings(tmp_path / "home", given)


def test_a_secret_is_recognised_until_it_is_revoked(settings: Settings) -> None:
    cms, feed = (tokens.create(settings, name, "anna") for name in ("cms", "feed"))

    assert tokens.may_be_secret(cms)
    assert cms.startswith(tokens.PREFIX)
    known = tokens.tokens(settings)
    assert [tokens.owner(secret, known) for secret in (cms, feed, "mf_")] == ["cms", "feed", None]

    tokens.revoke(settings, "cms", "ben")

    known = tokens.tokens(settings)
    assert [tokens.owner(secret, known) for secret in (cms, feed)] == [None, "feed"]
    gone, kept = known
    assert (gone.created_by, gone.revoked_by, gone.is_in_force) == ("anna", "ben", False)
    assert gone.revoked_at is not None
    assert gone.created_at <= gone.revoked_at
    assert (kept.name, kept.revoked_at, kept.revoked_by) == ("feed", None, None)


def test_only_the_hash_is_kept(settings: Settings) -> None:
    secret = tokens.create(settings, "cms", "anna")

    (kept,) = tokens.tokens(settings)

    assert kept.sha256 == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in repr(kept)
    assert kept.sha256 not in str(tokens.as_json(kept))
    for file in (settings.home / "data").glob("*") if (settings.home / "data").exists() else ():
        assert secret.encode() not in file.read_bytes()


def test_a_name_is_used_once_and_for_ever(settings: Settings) -> None:
    tokens.create(settings, "cms", "anna")
    tokens.revoke(settings, "cms", "anna")

    with pytest.raises(InvalidParameter, match="no token had before"):
        tokens.create(settings, "cms", "anna")
    for name in ("cms", "none"):
        with pytest.raises(UnknownToken):
            tokens.revoke(settings, name, "anna")


@pytest.mark.parametrize("name", ["", "-x", "a b", "a/b", "é", "a\n", "x" * 65])
def test_names(name: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter):
        tokens.create(load_settings(tmp_path / "home", {}), name, "anna")
