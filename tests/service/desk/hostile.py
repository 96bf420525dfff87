"""Strings that attackers write into fields, and a newsroom that stores all of them everywhere."""

import html
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.readers.fields import to_article
from recommender.domain.article import Article
from recommender.domain.event import EventKind
from recommender.domain.list_rule import RuleKind
from recommender.domain.override import OverrideKind
from recommender.domain.traits import Traits
from recommender.errors import InvalidField
from recommender.settings import Settings
from recommender.workflows import health, health_lists
from recommender.workflows.follower import Follower
from recommender.workflows.overriding import Wish, override
from recommender.workflows.policies import policy_of, put_in_force
from recommender.workflows.promoting import promote
from recommender.workflows.rating import rate
from recommender.workflows.ruling import RuleWish, rule
from recommender.workflows.training import Training, train
from tests.service.payloads import PAYLOADS, UNSAFE_URLS

MORE = (
    "</textarea><script>alert(2)</script>",
    "</select></option><script>alert(2)</script>",
    "</dialog></main></body></html><script>alert(2)</script>",
    "</svg><svg><script href=data:,alert(2) />",
    "<details open ontoggle=alert(2)>",
    "<form action=https://evil.example><button>Sign in again",
    "<object data=javascript:alert(2)></object>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{background:url(//evil.example)}</style>",
    "<a href='/desk/x' hx-get='/desk/people' hx-trigger='load'>x</a>",
    '" hx-on:load="alert(2)" data-x="',
    "<![CDATA[<script>alert(2)</script>]]>",
    "--><script>alert(2)</script><!--",
    "<%= 7 * 7 %><?php echo 49 ?>",
    "{# no #}{{ config.MOREFROM.desk_secret }}{{ ''.__class__.__mro__ }}",
    "%s%n%(secret)s{0.__class__}{reason}",
    '=HYPERLINK("https://evil.example","open")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "x\r\nSet-Cookie: evil=1\r\n\r\n<script>alert(2)</script>",
    "%0d%0aSet-Cookie:%20evil=1",
    "'; DROP TABLE events; --",
    "' OR '1'='1",
    "../../../../etc/passwd",
    "..%2f..%5cwindows",
    "%ED%A0%80%FF%zz%",
    "a\x00b\x01c\x08d\x1b[31me\x7f",
    "\u202eevil\u202d\u2066right\u2069\u200f left",
    "z\u200be\u200dr\u200co\ufeff\u00ad width",
    "مرحبا <b>بالعالم</b> שלום",
    "Ḑ̴̛͚͉̩̇̀i̷̡͙̞̋̕a̶̰̓c̵̝͌r̶̦̈́i̸̞̅t̷̫̕i̶̳͝c̴̱̈s",
    "W" * 400,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f3f3\ufe0f\u200d\U0001f308",
    "\ufffe\uffff\U0001ffff\ue000",
    "NaN, null, undefined, true, 1e999, -0",
    '{"__proto__": {"x": 1}}',
    'tag:"section:is:\\"\\\\',
    'tag:section:is:retracted AND NEAR(x) "*',
    "person:anna-admin",
)
STRINGS: tuple[str, ...] = PAYLOADS + tuple(UNSAFE_URLS[:5]) + MORE
"""All of them; those of `PAYLOADS` are the public app's, too."""

WORST = (PAYLOADS[1], PAYLOADS[7], PAYLOADS[19], *MORE[:1], *MORE[9:11], MORE[20], MORE[27])
"""Those that are tried in each field by itself."""

_BEGAN = datetime(2024, 5, 1, 12, tzinfo=UTC)


def articles() -> Iterator[Article]:
    """Yield an article for each string that has it in every field that takes it."""
    for number, text in enumerate(STRINGS):
        yield _article(number, text)


def _article(number: int, text: str) -> Article:
    """Return an article; fields that the import refuses are left out, one after the other."""
    markup = html.escape(text)  # of prose the import takes the tags out, and none is to be lost
    record: dict[str, object] = {
        "id": f"{number} {text}",
        "title": markup,
        "summary": markup,
        "body": f"{markup} dockers strike in the harbour, owners wait for grain and ships",
        "section": text,
        "authors": [text],
        "tags": ["Shipping", text],
        "url": text if number % 2 else f"https://news.example/{number}/{text}",
        "image": {"url": text, "alt": text, "caption": text, "credit": text},
        "language": text,
        "published_at": (_BEGAN + timedelta(hours=number)).isoformat(),
    }
    others = [
        {"image": {"url": f"/images/{number}.png", "alt": text, "caption": text, "credit": text}},
        {"id": f"plain-{number}"},
    ]
    while True:
        try:
            return to_article(record, 10_000)
        except InvalidField as error:
            field = error.field.partition(".")[0].partition("[")[0]
            instead = next((one for one in others if field in one), None)
            if instead is None:
                del record[field]
            else:
                others.remove(instead)
                record |= instead


def live(settings: Settings, folder: Path) -> list[Article]:
    """Store all of them, and let a newsroom decide, rate and look at its health with them.

    Args:
        settings: of an empty home.
        folder: where a file of settings of the training may stand.

    Returns:
        The articles as they are stored.
    """
    kept = list(articles())
    config = folder / "hostile.toml"
    config.write_text("[floor]\nsimilarity = 0.01\n", encoding="utf-8")
    with Catalogue.open(settings.catalogue_url) as catalogue:
        for one in kept:
            catalogue.upsert([one], f"token:{one.title}", f"{one.title} why")
        for _ in range(2):
            trained = train(settings, Training(config, False, "anna", 1), lambda *_: None)
            promote(settings, trained.version, f"person:{kept[0].title}", kept[5].title)
        for place, text in enumerate(STRINGS):
            said = printable(text)
            other = kept[(place + 1) % len(kept)].id
            wish = Wish(OverrideKind.PIN, other, kept[place].id)
            override(settings, wish, f"person:{said}", said)
            catalogue.append(EventKind.POLICY, said, f"person:{said}", said)
            if place % 7 == 0 and len(kept[place].tags) > 1:
                tag = Traits(tags=(kept[place].tags[1].label,))
                made = RuleWish(RuleKind.NEVER, tag, Traits(sections=(said,)))
                rule(settings, made, f"person:{said}", said)
                rate(settings, kept[place].id, other, "good", f"person:{said}")
        Follower(settings, catalogue).step(datetime.now(UTC))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(health_lists, "HUB_TIMES", 1.5)
        health.examine(settings, lambda *_: None)
    return kept


def printable(text: str) -> str:
    """Return what may stand in a reason or be a name: no control characters, no double blanks."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split()) or "?"


def policy_text(text: str) -> str:
    """Return a policy file with a string in each field."""
    quoted = "".join(f"\\U{ord(one):08x}" for one in text)
    return (
        f'[[rules]]\nname = "{quoted}"\nreason = "{quoted}"\nnever = {{ tags = ["{quoted}"] }}\n'
        f'under = {{ sections = ["{quoted}"] }}\n'
        f'[[assertions]]\nsays = "{quoted}"\nnever = {{ tags = ["{quoted}"] }}\n'
        f'under = {{ sections = ["{quoted}"] }}\n'
    )


def set_policy(settings: Settings, text: str) -> None:
    """Put a policy in force that has a string in each field."""
    put_in_force(settings, policy_of(policy_text(text), "test"), f"person:{text}", text)
