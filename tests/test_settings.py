"""Settings: which source counts, and what is said of a name or value that cannot be right."""

from pathlib import Path

import pytest

from recommender import settings as module
from recommender.errors import InvalidSettings
from recommender.settings import Settings, default_home, load_settings

ROOT = Path(__file__).parent.parent


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def write(home: Path, text: str | bytes) -> Path:
    home.mkdir(exist_ok=True)
    path = home / "morefrom.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(home: Path, environment: dict[str, str] | None = None, **options: object) -> str:
    with pytest.raises(InvalidSettings) as caught:
        load_settings(home, environment or {}, options)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_defaults(home: Path) -> None:
    settings = load_settings(home, {})

    assert settings == Settings(home=home)
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.versions_dir == home / "models" / "versions"
    assert settings.serving_dir == home / "models" / "serving"
    assert settings.catalogue_url == f"sqlite:///{home}/data/catalogue.db"
    assert not home.exists()


def test_options_before_environment_before_file(home: Path) -> None:
    write(home, 'site_name = "File"\nport = 1\nworkers = 7\nlanguage = "ru"')
    environment = {"MOREFROM_SITE_NAME": "Environment", "MOREFROM_PORT": "2", "PORT": "9"}

    settings = load_settings(home, environment, {"port": 3})

    assert (settings.site_name, settings.port, settings.workers) == ("Environment", 3, 7)
    assert settings.language == "ru"


def test_home_is_named_by_the_command_line_or_the_environment(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    environment = {"MOREFROM_HOME": str(other)}

    assert load_settings(home, environment).home == home
    assert load_settings(None, environment).home == other
    assert load_settings(None, {"MOREFROM_HOME": ""}).home == default_home()


def test_home_is_absolute(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home.parent)
    monkeypatch.setenv("HOME", str(home.parent))

    for spelling in ("home", "./other/../home", "~/home"):
        assert load_settings(Path(spelling), {}).home == home


def test_default_home_is_the_checkout_or_a_folder_of_the_user(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert default_home() == ROOT
    monkeypatch.setattr(module, "__file__", str(home / "lib" / "recommender" / "settings.py"))
    monkeypatch.setenv("HOME", str(home))
    assert default_home() == home / ".morefrom"


def test_preview_begins_at_the_home(home: Path) -> None:
    for preview in ("data/sample.jsonl", str(home / "data" / "sample.jsonl")):
        write(home, f'preview = "{preview}"')
        assert load_settings(home, {}).preview == home / "data" / "sample.jsonl"


@pytest.mark.parametrize("name", ["port_number", "PORT", "home", "Home", ""])
def test_unknown_names_in_the_file(home: Path, name: str) -> None:
    path = write(home, f'"{name}" = 1')

    sentence = refusal(home)

    assert sentence.startswith(f"{path}: setting “{name}” is unknown; known settings are ")
    assert "site_name" in sentence
    assert "home" not in sentence.partition("known settings are")[2]


@pytest.mark.parametrize("name", ["PORT_NUMBER", "SITE", "X"])
def test_unknown_names_in_the_environment(home: Path, name: str) -> None:
    sentence = refusal(home, {f"MOREFROM_{name}": "1"})

    assert sentence.startswith(f"environment variable MOREFROM_{name}: setting “{name.lower()}”")


def test_other_variables_are_none_of_our_business(home: Path) -> None:
    environment = {"MOREFROMX": "1", "X_MOREFROM_PORT": "1", "morefrom_port": "1"}
    environment |= {f"MOREFROM_{name}": "x" for name in module.NOT_SETTINGS - {"HOME"}}

    assert load_settings(home, environment) == Settings(home=home)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "0"),
        ("port", "65536"),
        ("port", "http"),
        ("port", ""),
        ("workers", "0"),
        ("workers", "257"),
        ("workers", "1.5"),
        ("language", "English"),
        ("language", "EN"),
        ("site_name", ""),
        ("site_name", "x" * 101),
        ("poll_interval_s", "0"),
        ("poll_interval_s", "nan"),
        ("poll_interval_s", "inf"),
        ("unknown_article", "500"),
        ("max_age_s", "-1"),
        ("max_body_chars", "10"),
        ("memory", "8"),
        ("memory", "8 GB"),
        ("memory", "8Q"),
        ("memory", "-8G"),
        ("memory", "255M"),
        ("memory", "0.2g"),
        ("memory", ""),
    ],
)
def test_impossible_values_wherever_they_stand(home: Path, name: str, value: str) -> None:
    told = f": setting “{name}” has the value '{value}': " if len(value) < 70 else f"“{name}” has"

    assert refusal(home, {f"MOREFROM_{name.upper()}": value}).startswith("environment")
    assert told in refusal(home, {f"MOREFROM_{name.upper()}": value})
    assert told in refusal(home, **{name: value})
    assert refusal(home, **{name: value}).startswith("command line")
    path = write(home, f'{name} = "{value}"')
    assert told in refusal(home)
    assert refusal(home).startswith(str(path))


@pytest.mark.parametrize(
    ("size", "n_bytes"),
    [
        ("256M", 2**28),
        ("1g", 2**30),
        ("1.5G", 3 * 2**29),
        ("0.5T", 2**39),
        ("300000K", 307_200_000),
    ],
)
def test_sizes_of_memory(home: Path, size: str, n_bytes: int) -> None:
    assert load_settings(home, {"MOREFROM_MEMORY": size}).memory == n_bytes
    assert load_settings(home, {}, {"memory": size}).memory == n_bytes


def test_what_is_no_size_of_memory_is_told_how_to_write_one(home: Path) -> None:
    assert "write a size like 8G or 500M" in refusal(home, memory="lots")
    assert "expected at least 256M" in refusal(home, memory="1K")
    assert "write a size like 8G" in refusal(home, memory=1_000_000_000)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////srv/news/catalogue.db",
        "sqlite:///catalogue.db",
        "postgres://anna@db/news",
        "postgresql://anna:pass%20word@db.example:5432/news?sslmode=verify-full",
        "postgresql+psycopg:///news?host=/run/postgresql",
    ],
)
def test_addresses_of_databases(home: Path, url: str) -> None:
    assert load_settings(home, {"MOREFROM_DATABASE_URL": url}).catalogue_url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "open-sesame",
        "sqlite://open-sesame.db",
        "mysql://anna:open-sesame@db/news",
        "postgresql://anna:open-sesame@db",
        "postgresql+psycopg2://anna:open-sesame@db/news",
        "postgresql://anna:open sesame@db/news",
    ],
)
def test_what_is_no_address_of_a_database_is_not_repeated(home: Path, url: str) -> None:
    sentence = refusal(home, {"MOREFROM_DATABASE_URL": url})

    assert sentence.startswith("environment: setting “database_url” has the value (not shown): ")
    assert (
        "write it like sqlite:////folder/file.db or postgresql://user@server/database" in sentence
    )
    assert "sesame" not in sentence


def test_a_password_is_not_shown_with_the_settings(home: Path) -> None:
    url = "postgresql://anna:open-sesame@db/news"

    assert "sesame" not in repr(load_settings(home, {"MOREFROM_DATABASE_URL": url}))


@pytest.mark.parametrize("value", ["[1]", "{a = 1}", "2024-05-01", "true"])
def test_values_of_another_type(home: Path, value: str) -> None:
    write(home, f"site_name = {value}")

    assert "“site_name” has the value" in refusal(home)


@pytest.mark.parametrize("content", [b"port = ", b"\xff", b"port = 1\nport = 2", b"[port]\nx = 1"])
def test_file_that_cannot_be_read(home: Path, content: bytes) -> None:
    assert str(write(home, content)) in refusal(home)


@pytest.mark.parametrize("name", ["~nobody-of-that-name/x", "circle"])
def test_home_that_cannot_be(home: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home.parent)
    (home.parent / "circle").symlink_to("circle")

    assert refusal(Path(name)).startswith("--home or MOREFROM_HOME: setting “home” has the value")


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_settings_do_not_change(home: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings(home, {}).port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    "secret",
    [
        "short",
        "a" * 40,
        "abababababababababababababababababab",
        "change-me-change-me-change-me-0815-xyz",
        "0123456789abcdef0123456789ABCDEF",
        "x9K2my-Secret-4wT8qLpZ7vB3nR6yH1",
    ],
)
def test_a_secret_that_can_be_guessed_is_refused_and_not_repeated(home: Path, secret: str) -> None:
    sentence = refusal(home, {"MOREFROM_DESK_SECRET": secret})

    assert "“desk_secret” has the value (not shown): " in sentence
    assert secret not in sentence


def test_a_secret_made_at_random_is_taken_and_never_shown(home: Path) -> None:
    for secret in ("pB1y8mUQ0m1r3b1bq8C9Q2Z6l5Jk3V7w", "3f9c0e7ab5d1826449f0ce1b77a2d8e3"):
        settings = load_settings(home, {"MOREFROM_DESK_SECRET": secret})
        assert settings.desk_secret == secret
        assert secret not in repr(settings)


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("https://news.example", True),
        ("http://127.0.0.1:8000/", True),
        ("https://news.example/world", False),
        ("javascript:alert(1)", False),
        ('https://news.example"onload="x', False),
    ],
)
def test_the_site_has_an_address_without_a_path(home: Path, url: str, is_taken: bool) -> None:
    if is_taken:
        assert load_settings(home, {"MOREFROM_SITE_URL": url}).site_url == url
    else:
        assert "site_url" in refusal(home, {"MOREFROM_SITE_URL": url})


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("https://desk.example", True),
        ("https://desk.example:8443/", True),
        ("http://localhost:8001", True),
        ("http://[::1]:8001", True),
        ("http://desk.example", False),
        ("http://localhost.evil.example", False),
        ("https://desk.example/path", False),
        ("https://user@desk.example", False),
        ("desk.example", False),
    ],
)
def test_the_desk_is_reached_over_https_or_on_this_machine(
    home: Path, url: str, is_taken: bool
) -> None:
    if is_taken:
        assert load_settings(home, {"MOREFROM_DESK_URL": url}).desk_url == url
    else:
        assert "desk_url" in refusal(home, {"MOREFROM_DESK_URL": url})


def test_time_zones_have_names(home: Path) -> None:
    assert load_settings(home, {"MOREFROM_TIME_ZONE": "Europe/Tallinn"}).time_zone
    for name in ("Tallinn", "", "../etc/passwd", "+03:00"):
        assert "write it like Europe/Tallinn" in refusal(home, {"MOREFROM_TIME_ZONE": name})
