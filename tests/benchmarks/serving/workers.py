"""What a further worker costs in memory, and how soon a server that is started answers.

Memory is PSS, which counts a page that several processes share in equal parts: what two more
workers add to that of all is what they cost beyond what is shared. Pages of files are all shared;
three workers have only read more of them than one has. Each has answered questions and filled its
cache of answers before.
"""

from statistics import median

from tests.benchmarks.serving import servers
from tests.benchmarks.serving.home import Home
from tests.benchmarks.serving.load import put_on
from tests.benchmarks.speed.table import Line, Table

ASKED_MB = 40
ASKED_S = 2.0
N_STARTS = 3
FEW, MANY = 1, 3


def measure(home: Home, seconds: int, table: Table) -> None:
    """Print the lines of memory and of the start.

    Args:
        home: what is served.
        seconds: for which the workers are asked before they are looked at.
        table: to print to.
    """
    held = {}
    for workers in (FEW, MANY):
        with servers.ours(home.settings, workers) as server:
            put_on(server.url, home.paths, seconds * workers)
            held[workers] = server.held_bytes("Pss_Anon") / 1e6
            in_all = server.held_bytes() / 1e6
    each = (held[MANY] - held[FEW]) / (MANY - FEW)
    asked = f"at most {ASKED_MB} MB"
    table.add(Line("memory of a further worker", f"{each:.0f} MB", asked, each <= ASKED_MB))
    told = f"  all of a server with {MANY}, files included"
    table.add(Line(told, f"{in_all:.0f} MB"))
    starts = []
    for _ in range(N_STARTS):
        with servers.ours(home.settings, FEW) as server:
            starts.append(server.started_s)
    table.add(Line.under("from the start to the first answer", median(starts), ASKED_S))
