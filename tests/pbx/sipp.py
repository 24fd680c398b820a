"""SIP phones and callers, played by SIPp and steered by the test: they act when told, not after a time.

SIPp waits in each scenario (`scenarios/*.xml`) for an INFO request; `_nudge` sends it. What SIPp logs is the
state that a test waits for.
"""

import itertools
import socket
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from socket import SOCK_DGRAM
from urllib.parse import quote

from tests.pbx.asterisk import Asterisk
from tests.pbx.configuration import SOUND
from tests.rig.parts import in_asterisk_root
from tests.rig.processes import free_port, receives, running, until, wait_until

SCENARIOS = Path(__file__).parent / "scenarios"
LIFE_LIMIT_S = 3600
WAIT_LIMIT_S = 15.0

_serial = itertools.count(1)


class Sipp:
    """One running SIPp on UDP `port`; its log lines are `STATE CALL-ID`."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, files: "Files") -> None:
        self.process = process
        self.port = port
        self._files = files

    def states(self) -> list[tuple[str, str]]:
        """What happened so far, oldest first: state and Call-ID."""
        whole_lines = _text(self._files.log).rpartition("\n")[0].splitlines()
        return [(state, call_id) for state, _, call_id in (line.partition(" ") for line in whole_lines)]

    def count(self, state: str) -> int:
        """How often `state` was reached so far."""
        return [reached for reached, _ in self.states()].count(state)

    async def wait_for(self, state: str, times: int = 1) -> None:
        """Return as soon as `state` was reached `times` times."""
        try:
            await until(lambda: self.count(state) >= times, state, WAIT_LIMIT_S)
        except TimeoutError as error:
            problems = _text(self._files.errors) + _text(self._files.output)
            raise TimeoutError(f"{error}, after {self.states()}: {problems}") from None

    def _tell(self, call_id: str, order: str, refer_to: str = "") -> None:
        """Let the scenario of this call do `order`. No two are alike, or SIPp takes one for a repetition."""
        number = next(_serial)
        request = (
            f"INFO sip:test@127.0.0.1:{self.port} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK-{uuid.uuid4().hex}",
            f"From: <sip:test@127.0.0.1>;tag={number}",
            "To: <sip:test@127.0.0.1>",
            f"Call-ID: {call_id}",
            f"CSeq: {number} INFO",
            f"Subject: {order}",
            f"Refer-To: {refer_to}",
            "Content-Length: 0",
            "",
            "",
        )
        with socket.socket(socket.AF_INET, SOCK_DGRAM) as sender:
            sender.sendto("\r\n".join(request).encode(), ("127.0.0.1", self.port))


class Phone(Sipp):
    """An agent's phone: rings, and does the rest when told. Serves one test after the other."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, files: "Files") -> None:
        super().__init__(process, port, files)
        self._past: set[str] = set()

    def forget(self) -> None:
        """Begin a new test: calls so far count no more, whatever is still heard of them."""
        self._past |= {call_id for _, call_id in self.states()}

    def states(self) -> list[tuple[str, str]]:
        return [(state, call_id) for state, call_id in super().states() if call_id not in self._past]

    async def rings(self, times: int = 1) -> None:
        """Return when the phone rings, or has rung, for the `times`th time in this test."""
        await self.wait_for("offered", times)

    async def answer(self) -> None:
        """Pick up the latest call; return when the phone system has confirmed it."""
        await self.rings()  # a desk may show the call before the phone has noted it
        await self._act(self._latest("offered"), "answer", "answered")

    def pick_up(self) -> None:
        """Pick up the latest call, whoever else does at this moment."""
        self._tell(self._latest("offered"), "answer")

    async def refuse(self) -> None:
        """Reject the latest call as busy; return when the phone system has confirmed it."""
        await self.rings()  # a desk may show the call before the phone has noted it
        await self._act(self._latest("offered"), "refuse", "refused")

    async def hold(self) -> None:
        """Put the other side on hold (RFC 3264, 8.4); return when the phone system has confirmed it."""
        await self._act(self._latest("answered"), "hold", "held")

    async def resume(self) -> None:
        """Take the other side off hold; return when the phone system has confirmed it."""
        await self._act(self._latest("answered"), "resume", "resumed")

    async def refer(self, extension: str, consultation: "Caller | None" = None) -> None:
        """Transfer by REFER, blind or into `consultation`; return when the phone system let this phone go."""
        replaces = "" if consultation is None else f"?Replaces={consultation.dialog()}"
        target = f"<sip:{extension}@127.0.0.1{replaces}>"
        await self._act(self._latest("answered"), "refer", "ended", target)

    async def hang_up(self, call: int = -1) -> None:
        """End an answered call (the latest; 0: the first); return when the phone system confirmed it."""
        await self._act(self._latest("answered", call), "hang-up", "ended")

    def _latest(self, state: str, call: int = -1) -> str:
        return [call_id for reached, call_id in self.states() if reached == state][call]

    async def _act(self, call_id: str, order: str, after: str, refer_to: str = "") -> None:
        times = self.count(after) + 1
        self._tell(call_id, order, refer_to)
        await self.wait_for(after, times)


class Caller(Sipp):
    """Somebody with one call: hears it ring, talks, hangs up when told."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, files: "Files", call_id: str) -> None:
        super().__init__(process, port, files)
        self.call_id = call_id

    async def hang_up(self) -> None:
        """Give up while it rings, or end the conversation; return when the phone system has confirmed it."""
        after = "ended" if self.count("answered") else "cancelled"
        self._tell(self.call_id, "hang-up")
        await self.wait_for(after)

    async def press(self, key: int) -> None:
        """Press a digit, once in a call that was answered; return when the phone system has confirmed it."""
        self._tell(self.call_id, f"press {key}")
        await self.wait_for("pressed")

    def dialog(self) -> str:
        """The answered call as the phone system would be asked for it (RFC 3891), percent-encoded."""
        answered = next(to for state, to in self.states() if state == "answered")
        theirs = answered.partition("tag=")[2]
        return quote(f"{self.call_id};to-tag={theirs};from-tag={self.call_id}", safe="")


@contextmanager
def run_phone(asterisk: Asterisk, agent: str) -> Iterator[Phone]:
    """The phone of an agent while the block lasts."""
    port = asterisk.ports.phones[agent]
    with _running(asterisk, "phone", port, []) as (process, files):
        yield Phone(process, port, files)


@contextmanager
def run_outside(asterisk: Asterisk) -> Iterator[Phone]:
    """Whoever is called through the trunk, while the block lasts."""
    with _running(asterisk, "phone", asterisk.ports.outside, []) as (process, files):
        yield Phone(process, asterisk.ports.outside, files)


@contextmanager
def run_caller(
    asterisk: Asterisk,
    to: str,
    number: str,
    *,
    name: str | None = None,
    host: str = "127.0.0.1",
    identity: str = "Subject: a call",
) -> Iterator[Caller]:
    """A call to the number `to` while the block lasts.

    `number` and `name` are what the caller claims (the user and display name of From, `host` its host);
    `identity` is more headers, such as P-Asserted-Identity and Privacy.
    """
    port, call_id = free_port(SOCK_DGRAM), f"caller-{uuid.uuid4().hex}"
    keys = {
        "display": "" if name is None else f"{_quoted(name)} ",
        "number": number,
        "host": host,
        "identity": identity,
        "tag": call_id,
    }
    options = ["-m", "1", "-cid_str", call_id, "-s", to]
    options += [word for key, value in keys.items() for word in ("-key", key, value)]
    options.append(f"127.0.0.1:{asterisk.ports.sip}")
    with _running(asterisk, "caller", port, options) as (process, files):
        yield Caller(process, port, files, call_id)


def _quoted(name: str) -> str:
    """A SIP quoted-string (RFC 3261, 25.1)."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@dataclass(frozen=True, slots=True)
class Files:
    """What a SIPp writes: what its scenario logs, what goes wrong, its screen."""

    log: Path
    errors: Path
    output: Path


def _text(file: Path) -> str:
    return file.read_text(errors="replace") if file.exists() else ""


@contextmanager
def _running(
    asterisk: Asterisk, scenario: str, port: int, options: list[str]
) -> Iterator[tuple[subprocess.Popen[bytes], Files]]:
    """SIPp with a scenario while the block lasts, from the moment it receives."""
    name = f"{scenario}-{next(_serial)}"
    files = Files(*(asterisk.outside(f"sipp/{name}.{kind}") for kind in ("log", "err", "out")))
    inside = f"{asterisk.folder}/sipp/{name}"
    text = (SCENARIOS / f"{scenario}.xml").read_text().replace("SOUND", f"{asterisk.folder}/{SOUND}")
    asterisk.outside(f"sipp/{name}.xml").write_text(text)
    logs = ["-trace_logs", "-log_file", f"{inside}.log", "-trace_err", "-error_file", f"{inside}.err"]
    # Everything goes to Asterisk, also the answer to what the test sent.
    address = ["-i", "127.0.0.1", "-bind_local", "-p", str(port), "-rsa", f"127.0.0.1:{asterisk.ports.sip}"]
    command = ["sipp", "-sf", f"{inside}.xml", "-nostdin", "-timeout", f"{LIFE_LIMIT_S}s", *address, *logs]
    # SIGKILL: asked politely it waits for its calls to end.
    with running(in_asterisk_root(*command, *options), files.output, stop=Signals.SIGKILL) as process:
        wait_until(lambda: receives(port), f"SIPp receiving on {port}, its output is {files.output}")
        yield process, files
