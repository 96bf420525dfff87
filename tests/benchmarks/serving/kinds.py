"""The public app in other servers: why `morefrom serve` runs granian.

gunicorn's threaded workers keep connections alive, its sync workers do not: each request then pays
for a connection of its own.
"""

from tests.benchmarks.serving import servers
from tests.benchmarks.serving.home import Home, shares
from tests.benchmarks.serving.load import Load, put_on
from tests.benchmarks.serving.questions import N_REPEATED
from tests.benchmarks.speed.table import Line, Table, named

KINDS = {
    "gthread": ["--worker-class", "gthread", "--threads", "4", "--keep-alive", "75"],
    "sync": ["--worker-class", "sync"],
}


def measure(home: Home, rounds: int, seconds: int, table: Table) -> None:
    """Print a line for each kind of question and each other server.

    Args:
        home: what is served.
        rounds: how often each side has its turn.
        seconds: of a turn.
        table: to print to.
    """
    if not named("gunicorn"):
        return
    repeated, new = home.paths[:N_REPEATED], home.paths[N_REPEATED:]
    for kind, options in KINDS.items():
        with (
            servers.ours(home.settings) as ours,
            servers.gunicorn(home.settings, options) as other,
        ):
            both = (ours.url, other.url)
            for url in both:
                put_on(url, repeated, seconds)
            again = [[put_on(url, repeated, seconds) for url in both] for _ in range(rounds)]
            first = [
                [put_on(url, share, seconds, once=True) for url in both]
                for share in shares(new, rounds)
            ]
        who = f"{named('gunicorn')} {kind}"
        table.add(_line("a repeated question, in another server", who, again))
        table.add(_line("a first question, in another server", who, first))


def _line(work: str, who: str, turns: list[list[Load]]) -> Line:
    ours, theirs = (Load.middle([turn[side] for turn in turns]) for side in (0, 1))
    told = [
        f"{one.per_s:,.0f}/s" if not one.n_failures else f"{one.n_failures} failed"
        for one in (ours, theirs)
    ]
    return Line(work, told[0], peer=who, theirs=told[1], ratio=f"{ours.per_s / theirs.per_s:.1f}×")
