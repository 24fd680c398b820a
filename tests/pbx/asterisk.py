"""A real Asterisk for one test run: own configuration, folders and ports, in the Debian that holds it."""

import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from socket import SOCK_DGRAM
from urllib.parse import quote

from tests.pbx.configuration import AGENTS, QUEUES, SOUND, Ports, configuration
from tests.rig.parts import ASTERISK_ROOT, in_asterisk_root, present
from tests.rig.processes import free_port, running, wait_for_port, wait_until

FOLDERS = ("etc", "lib", "spool", "run", "log", "sipp")
COMMAND_LIMIT_S = 20

TENTH_OF_A_SECOND = b"\xd5" * 800
"""Of G.711 u-law; that something is heard counts, not what."""


@dataclass(frozen=True, slots=True)
class Asterisk:
    """A running Asterisk. `folder` is its own folder as seen from inside its Debian."""

    folder: str
    ports: Ports
    user: str
    secret: str

    def link(self, name: str = "main", secret: str | None = None, port: int | None = None) -> str:
        """The link for the setting `LINESIDE_PBX`; a `secret` may be wrong, a `port` a detour."""
        password = quote(secret or self.secret, safe="")
        return f"ami://{self.user}:{password}@127.0.0.1:{port or self.ports.ami}?name={name}"

    def outside(self, path: str) -> Path:
        """Where `path` of the run's own folder lies, seen from outside."""
        return ASTERISK_ROOT / self.folder.lstrip("/") / path

    def command(self, words: str) -> str:
        """What the console of Asterisk prints for a command."""
        done = subprocess.run(
            in_asterisk_root("/usr/sbin/asterisk", "-C", f"{self.folder}/etc/asterisk.conf", "-rx", words),
            capture_output=True,
            text=True,
            timeout=COMMAND_LIMIT_S,
            check=False,
        )
        return done.stdout

    def is_booted(self) -> bool:
        return "fully booted" in self.command("core waitfullybooted").lower()

    def logged_in(self) -> int:
        """How many are logged in to the manager interface."""
        return int(self.command("manager show connected").splitlines()[-1].split()[0])

    def channels(self) -> list[str]:
        """The names of all channels."""
        return [line.partition("!")[0] for line in self.command("core show channels concise").splitlines()]

    def is_idle(self) -> bool:
        """No channel is left."""
        return "\n0 active channels" in "\n" + self.command("core show channels count")

    def hang_up_everything(self) -> None:
        """End all calls, so that the next test begins with an idle phone system."""
        if not self.is_idle():
            self.command("channel request hangup all")
            wait_until(self.is_idle, "Asterisk without a call")


@contextmanager
def run_asterisk(queues: Collection[str] = QUEUES) -> Iterator[Asterisk]:
    """Asterisk with these queues while the block lasts; its folder goes with it."""
    with prepared_asterisk(queues) as asterisk, started(asterisk):
        yield asterisk


@contextmanager
def prepared_asterisk(queues: Collection[str] = QUEUES) -> Iterator[Asterisk]:
    """Everything that an Asterisk of its own needs, while the block lasts: `started` runs it."""
    folder = Path(tempfile.mkdtemp(prefix="lineside-", dir=ASTERISK_ROOT / "tmp"))
    try:
        for name in FOLDERS:
            (folder / name).mkdir()
        asterisk = Asterisk(f"/tmp/{folder.name}", _choose_ports(), "lineside", secrets.token_urlsafe(12))
        _write_configuration(asterisk, queues)
        yield asterisk
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def started(asterisk: Asterisk) -> Iterator[subprocess.Popen[bytes]]:
    """The process of a prepared Asterisk while the block lasts; may be killed, and started again."""
    log = asterisk.outside("log/console.log")
    command = [*present("asterisk"), "-C", f"{asterisk.folder}/etc/asterisk.conf", "-f", "-n"]
    # SIGKILL: an orderly shutdown may hang, and there is nothing to save.
    with running(command, log, stop=Signals.SIGKILL) as process:
        wait_for_port(process, asterisk.ports.ami, log)
        wait_until(asterisk.is_booted, f"Asterisk fully booted, its log is {log}")
        yield process


def _choose_ports() -> Ports:
    phones = {agent: free_port(SOCK_DGRAM) for agent in AGENTS}
    rtp = 20_000 + secrets.randbelow(100) * 100
    return Ports(free_port(), free_port(SOCK_DGRAM), rtp, free_port(SOCK_DGRAM), phones)


def _write_configuration(asterisk: Asterisk, queues: Collection[str]) -> None:
    modules = next(ASTERISK_ROOT.glob("usr/lib/*/asterisk/modules"))
    inside = "/" + str(modules.relative_to(ASTERISK_ROOT))
    names = (asterisk.user, asterisk.secret)
    files = configuration(asterisk.folder, inside, asterisk.ports, *names, queues=queues)
    for name, text in files.items():
        asterisk.outside(f"etc/{name}").write_text(text)
    asterisk.outside(SOUND).write_bytes(TENTH_OF_A_SECOND)
