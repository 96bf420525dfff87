"""Questions asked again, and questions asked for the first time, beside an app that does nothing.

Both run in the same server with as many workers, and take turns. In the rounds of the first kind
the same few questions are asked over and over; in those of the other no question is ever asked
twice, so no answer has been kept: as it is after a promotion. (What a publication leaves alone is
measured in `outliving`.)
"""

from collections.abc import Sequence
from urllib.request import urlopen

from tests.benchmarks.serving import servers
from tests.benchmarks.serving.home import Home, shares
from tests.benchmarks.serving.load import Load, put_on
from tests.benchmarks.speed.table import Line, Table, named

N_REPEATED = 100
REPEATED_ASKED, FIRST_ASKED = 3.0, 0.6
PEER = "constant Flask app, "


def measure(home: Home, rounds: int, seconds: int, table: Table) -> None:
    """Print the lines of both kinds.

    Args:
        home: what is served.
        rounds: how often each side has its turn.
        seconds: of a turn.
        table: to print to.
    """
    repeated, new = home.paths[:N_REPEATED], home.paths[N_REPEATED:]
    with servers.ours(home.settings) as ours:
        n_bytes = answer_bytes(ours.url, repeated)
        with servers.peer(home.settings, n_bytes) as peer:
            both = (ours.url, peer.url)
            for url in both:
                put_on(url, repeated, seconds)  # every worker has answered each of them
            again = [[put_on(url, repeated, seconds) for url in both] for _ in range(rounds)]
            first = [
                [put_on(ours.url, share, seconds, once=True), put_on(peer.url, share, seconds)]
                for share in shares(new, rounds)
            ]
    table.add(Line(f"Answers of {n_bytes / 1e3:.1f} kB, {len(home.paths):,} articles"))
    for line in lines("a repeated question", again, REPEATED_ASKED, is_p99_asked=True):
        table.add(line)
    for line in lines("a question asked for the first time", first, FIRST_ASKED):
        table.add(line)


def answer_bytes(url: str, paths: Sequence[str]) -> int:
    """Return how long an answer is on average."""
    sizes = []
    for path in paths:
        with urlopen(f"{url}{path}", timeout=10) as response:
            sizes.append(len(response.read()))
    return round(sum(sizes) / len(sizes))


def lines(
    work: str, turns: Sequence[Sequence[Load]], asked: float, *, is_p99_asked: bool = False
) -> list[Line]:
    """Return the lines of requests a second, of the slowest, and of failures.

    Args:
        work: what was done.
        turns: ours and the peer's, round by round.
        asked: how many times the peer's requests a second.
        is_p99_asked: whether the slowest may be no slower than the peer's.
    """
    ours, peer = (Load.middle([turn[side] for turn in turns]) for side in (0, 1))
    who = PEER + named("flask")
    ratio, slower = ours.per_s / peer.per_s, ours.p99_s / peer.p99_s
    faster = Line(
        work,
        f"{ours.per_s:,.0f}/s",
        f"at least {asked:g}×",
        ratio >= asked,
        who,
        f"{peer.per_s:,.0f}/s",
        f"{ratio:.2f}×",
    )
    p99 = Line(
        "  the slowest (p99)",
        f"{ours.p99_s * 1e3:.2f} ms",
        "no slower" if is_p99_asked else "",
        slower <= 1 if is_p99_asked else None,
        who,
        f"{peer.p99_s * 1e3:.2f} ms",
        f"{slower:.2f}×",
    )
    failures = Line("  failures", str(ours.n_failures), "none", ours.n_failures == 0)
    return [faster, p99, failures]
