"""The one place where settings are named, typed, bounded and explained.

A setting comes from an option of the command line (`--port`), else from the environment
(`MOREFROM_SITE_NAME`), else from `morefrom.toml` in the home folder (`site_name`), else from its
default here. A name that is not below is an error wherever it
stands: a setting that is silently ignored is worse than none.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from recommender.errors import InvalidSettings, shorten
from recommender.setting_values import (
    DATABASE_URL,
    DESK_URL,
    SITE_URL,
    in_bytes,
    random_secret,
    zone_name,
)

ENVIRONMENT_PREFIX = "MOREFROM_"
SETTINGS_FILE = "morefrom.toml"
SECRETS = frozenset({"database_url", "desk_secret", "webhook_url", "webhook_secret"})
"""Settings whose values no sentence repeats, and of which the public app is told none."""

NOT_SETTINGS = frozenset({"HOME", "REAL_DATA", "CHROMIUM"})
"""Names behind the prefix read elsewhere: the home folder, and what the tests use."""


class Settings(BaseModel):
    """What a newsroom may choose. Paths are absolute."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    home: Path = Field(default_factory=lambda: default_home())
    """Folder that holds catalogue and models. Not a key of `morefrom.toml`, which lies in it: set
    it by `--home` or `MOREFROM_HOME`. Default: the checkout, else `~/.morefrom`."""

    site_name: str = Field(default="this site", min_length=1, max_length=100)
    """The site's name as readers know it; the block is headed "More from" and this name."""

    language: str = Field(default="en", pattern=r"^[a-z]{2,3}$")
    """ISO 639 code of articles that do not name a language and whose words do not tell it."""

    database_url: str | None = Field(default=None, repr=False)
    """Address of the catalogue's database, `sqlite:////folder/file.db` or
    `postgresql://user:password@server/database`. Default: the SQLite file `data/catalogue.db` of
    the home. It may hold a password, so no sentence repeats it, and the public app never has it."""

    host: str = "127.0.0.1"
    """Address that the public app listens on; only this machine by default."""

    port: int = Field(default=8000, ge=1, le=65535)
    """Port that the public app listens on."""

    workers: int = Field(default=2, ge=1, le=256)
    """Processes that answer requests; as many as cores is a good number."""

    poll_interval_s: float = Field(default=0.2, ge=0.01, le=60)
    """Seconds between two looks: of the follower into the history, of a worker at the pointer."""

    unknown_article: Literal["recent", "404"] = "recent"
    """Answer for an article that is not known: recent pieces, so that no box is empty, or a 404."""

    max_age_s: int = Field(default=60, ge=0, le=86_400)
    """Seconds for which caches may keep an answer."""

    max_age_young_s: int = Field(default=20, ge=0, le=86_400)
    """The same for an article that is young, whose list still changes by the hour; never longer
    than `max_age_s`."""

    young_hours: float = Field(default=24, ge=0, le=8_784)
    """Hours for which an article is young."""

    max_age_unknown_s: int = Field(default=10, ge=0, le=86_400)
    """Seconds for which caches may keep an answer for an unknown article or an error."""

    surrogate_header: Literal["none", "Surrogate-Key", "Cache-Tag", "Edge-Cache-Tag"] = "none"
    """Header that names what an answer shows, for a CDN that forgets by name: `Surrogate-Key` is
    Fastly's, `Cache-Tag` Cloudflare's, `Edge-Cache-Tag` Akamai's."""

    live_search: bool = True
    """Whether a worker searches the whole archive where filters leave too little of what is stored;
    without, it needs less memory, and such an answer says that it may not be complete."""

    answer_cache_mb: int = Field(default=16, ge=0, le=4096)
    """Megabytes of ready answers that each worker keeps, to give again to the same question; 0
    keeps none."""

    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    """Port on which the follower serves `/metrics` for Prometheus. Default: none, it does not."""

    metrics_host: str = "127.0.0.1"
    """Address that `/metrics` listens on; only this machine by default, whatever `host` is."""

    log_format: Literal["text", "json"] = "text"
    """How processes that serve write their log: sentences for a terminal, or one JSON object a
    line, which says more."""

    desk_host: str = "127.0.0.1"
    """Address that the desk app listens on; only this machine by default."""

    desk_port: int = Field(default=8001, ge=1, le=65535)
    """Port that the desk app listens on."""

    desk_secret: str | None = Field(default=None, min_length=32, max_length=200, repr=False)
    """What the desk's pages seal cookies and forms with: at least 32 random characters, such as
    `openssl rand -base64 32` prints, the same for all of the desk's processes. Whoever changes it
    signs everybody out. Default: none, and the desk serves the CMS alone, and no pages."""

    desk_url: str | None = Field(default=None, pattern=DESK_URL)
    """Address at which editors reach the desk, as in `https://desk.example`, without a path:
    `https` unless it is of this machine. Default: its pages answer on this machine's own names."""

    desk_proxies: int = Field(default=0, ge=0, le=5)
    """Web servers in front of the desk app, each of which adds to `X-Forwarded-For` from whom it
    has a request: so that wrong passwords are counted by who sent them."""

    site_url: str | None = Field(default=None, pattern=SITE_URL)
    """Address of the site, as in `https://news.example`, without a path: where the desk's pages
    find pages and pictures of which articles name the path alone. Default: such pictures are not
    shown."""

    time_zone: str = "UTC"
    """The newsroom's time zone, in which the desk's pages tell times, as in `Europe/Tallinn`."""

    webhook_secret: str | None = Field(default=None, min_length=16, max_length=200, repr=False)
    """What signs the webhook's requests; the other side knows it too."""

    webhook_url: str | None = Field(default=None, pattern=r"^https?://[^\s/]+\S*$", repr=False)
    """Address that the desk app tells of every change of an article. Default: none."""

    max_body_chars: int = Field(default=10_000_000, ge=1_000)
    """Longest text accepted in one field of an article, in characters; longer ones are rejected."""

    memory: int | None = None
    """Bytes that `train` should hold at once while it compares articles, all threads together, at
    least 256M; written as a number with K, M, G or T behind it, as in `8G`, each 1024 times the one
    before. Files that are mapped do not count. Default: half of the machine's memory."""

    sync_limit_share: float = Field(default=0.05, ge=0, le=1)
    """Largest share of the published articles that `import --sync` retracts without `--force`, 0.05
    being 5 %; an export that lacks more is refused. Up to three articles may always go."""

    preview: Path | None = None
    """JSON Lines file of articles whose pages `/preview/` shows, with their pictures in the folder
    `images` beside it; a trial run's stand-in for the site. A relative path begins at the home.
    Default: no such pages."""

    @field_validator("database_url")
    @classmethod
    def _looks_like_a_database(cls, url: str | None) -> str | None:
        if url is not None and not DATABASE_URL.fullmatch(url):
            shapes = "write it like sqlite:////folder/file.db or postgresql://user@server/database"
            raise ValueError(shapes)
        return url

    _checks_secret = field_validator("desk_secret")(random_secret)
    _checks_zone = field_validator("time_zone")(zone_name)
    _reads_size = field_validator("memory", mode="before")(in_bytes)

    @field_validator("webhook_url")
    @classmethod
    def _is_signed(cls, url: str | None, so_far: ValidationInfo) -> str | None:
        if url is not None and so_far.data.get("webhook_secret") is None:
            unsigned = "set “webhook_secret” too, which signs what is sent there"
            raise ValueError(unsigned)
        return url

    @field_validator("preview")
    @classmethod
    def _begin_at_home(cls, preview: Path | None, so_far: ValidationInfo) -> Path | None:
        return preview if preview is None else so_far.data["home"] / preview

    @property
    def versions_dir(self) -> Path:
        """Folder of the immutable bundles, one a model version."""
        return self.home / "models" / "versions"

    @property
    def serving_dir(self) -> Path:
        """Folder of the pointer and the overlay generations, written by the follower alone."""
        return self.home / "models" / "serving"

    @property
    def catalogue_url(self) -> str:
        """Address of the catalogue's database, which may hold a password."""
        return self.database_url or f"sqlite:///{self.home / 'data' / 'catalogue.db'}"


def default_home() -> Path:
    """Return the checkout that this code lies in, or `~/.morefrom` where it came as a wheel."""
    checkout = Path(__file__).resolve().parent.parent
    is_checkout = (checkout / "pyproject.toml").is_file() and (checkout / "Makefile").is_file()
    return checkout if is_checkout else Path.home() / ".morefrom"


def load_settings(
    home: Path | None = None,
    environment: Mapping[str, str] | None = None,
    options: Mapping[str, object] | None = None,
) -> Settings:
    """Read the settings in force.

    Args:
        home: the home folder, where a command line named it.
        environment: variables to read instead of the process's own.
        options: settings that a command line named, by their names here.

    Returns:
        The settings, every value checked.

    Raises:
        InvalidSettings: if a name is unknown, a value is out of range, or the file cannot be read.
    """
    variables = os.environ if environment is None else environment
    place = _resolve(home or Path(variables.get(f"{ENVIRONMENT_PREFIX}HOME") or default_home()))
    sources = {
        str(place / SETTINGS_FILE): _read_file(place / SETTINGS_FILE),
        "environment": _read_environment(variables),
        "command line": dict(options or {}),
    }
    values = {key: value for source in sources.values() for key, value in source.items()}
    try:
        return Settings.model_validate({**values, "home": place})
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        where = next(name for name, source in reversed(sources.items()) if key in source)
        value = "(not shown)" if key in SECRETS else shorten(values.get(key))
        _, is_ours, message = first["msg"].rpartition("Value error, ")
        problem = f"has the value {value}: {message if is_ours else message.lower()}"
        raise InvalidSettings(where, key, problem, "correct it or remove it") from None


def _resolve(home: Path) -> Path:
    try:
        return home.expanduser().resolve()
    except (OSError, RuntimeError) as error:  # nobody of that name, or links in a circle
        problem = f"has the value {shorten(str(home))}: {error}".rstrip(".")
        where, remedy = "--home or MOREFROM_HOME", "name another folder"
        raise InvalidSettings(where, "home", problem, remedy) from None


def _read_file(path: Path) -> dict[str, object]:
    try:
        if not path.is_file():
            return {}
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = f"cannot be read: {error}"
        raise InvalidSettings(str(path), "(whole file)", problem, "mend the file") from None
    for key in values:
        _check_name(key, str(path))
    return values


def _read_environment(variables: Mapping[str, str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for variable, value in variables.items():
        prefix, found, name = variable.partition(ENVIRONMENT_PREFIX)
        if prefix or not found or name in NOT_SETTINGS:
            continue
        _check_name(name.lower(), f"environment variable {variable}")
        values[name.lower()] = value
    return values


def _check_name(key: str, where: str) -> None:
    if key not in Settings.model_fields or key == "home":
        known = ", ".join(sorted(set(Settings.model_fields) - {"home"}))
        raise InvalidSettings(where, key, "is unknown", f"known settings are {known}")
