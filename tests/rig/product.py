"""The real product as its users run it: commands and processes, with settings in the environment only."""

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import CompletedProcess, Popen, run
from typing import Any

import httpx

from tests.rig.processes import free_port, running, wait_until

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery staple"
COMMAND_LIMIT_S = 60
KNOWN_AFTER_S = 2.5
"""By then every process has read what a command changed (`console.db.revision.follow`)."""


Command = tuple[list[str], str]
"""The words of a `lineside` command, and what it reads from standard input."""


class Product:
    """An installation in a folder of its own. `settings` are given without their prefix."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.port = free_port()
        self.two_processes = "REDIS_URL" in settings
        system = {name: value for name, value in os.environ.items() if not name.startswith("LINESIDE_")}
        ours = {f"LINESIDE_{name}": value for name, value in settings.items()}
        self._environment = {**system, **ours, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self._token = ""
        self.database_url = settings.get("DATABASE_URL", "")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def try_command(self, *words: str, text: str = "") -> CompletedProcess[str]:
        """Run `lineside WORDS` with `text` as its input, whatever comes of it."""
        return self._run("console", *words, text=text)

    def command(self, *words: str, text: str = "") -> str:
        """Run `lineside WORDS`, which must succeed; return what it printed."""
        return _succeeded(self.try_command(*words, text=text))

    def change(self, *words: str) -> str:
        """Run a command that changes what running processes keep in memory; return when they know it. Each
        looks once a second, and none says so."""
        said = self.command(*words)
        time.sleep(KNOWN_AFTER_S)
        return said

    def commands(self, *commands: Command) -> str:
        """Run many commands as fast as one; all must succeed."""
        return _succeeded(self._run("tests.rig.commands", text=json.dumps(commands)))

    def _run(self, module: str, *words: str, text: str) -> CompletedProcess[str]:
        return run(
            [sys.executable, "-m", module, *words],
            input=text,
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=COMMAND_LIMIT_S,
            check=False,
        )

    def file(self, name: str, text: str) -> str:
        """Write a file for a command to read; return its path."""
        path = self.folder / name
        path.write_text(text)
        return str(path)

    @contextmanager
    def running(self, ready: str = "/readyz") -> Iterator[Popen[bytes]]:
        """Run the processes while the block lasts, from the moment that the address `ready` says so.

        Gives the process that serves.

        Fails at the end when a process has logged an exception that nobody handled.
        """
        logs = [self.folder / f"{name}.log" for name in ("listen", "serve")]
        with ExitStack() as life:
            if self.two_processes:
                life.enter_context(self._process(logs[0], "listen"))
            serving = life.enter_context(self._process(logs[1], "serve", "--port", str(self.port)))
            wait_until(lambda: self._answers(ready), f"{ready} of the product, its logs are {logs}")
            yield serving
        for log in logs:
            if log.exists() and "Traceback" in log.read_text():
                raise AssertionError(
                    f"{log.name} tells of an unhandled exception:\n{log.read_text()[-5000:]}"
                )

    @contextmanager
    def _process(self, log: Path, *words: str) -> Iterator[Popen[bytes]]:
        with running(_command(*words), log, cwd=self.folder, env=self._environment) as process:
            yield process

    def _answers(self, path: str) -> bool:
        try:
            return httpx.get(self.url + path, timeout=5).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def api(self, path: str, **parameters: str) -> Any:
        """What `GET /api/v1/PATH` answers, with every right to read."""
        if not self._token:
            scopes = ("calls:read", "records:read", "board:read")
            words = [word for scope in scopes for word in ("--scope", scope)]
            self._token = self.command("token", "add", "tests", *words).split()[-1]
        headers = {"Authorization": f"Bearer {self._token}"}
        answer = httpx.get(f"{self.url}/api/v1/{path}", params=parameters, headers=headers, timeout=10)
        if answer.status_code != httpx.codes.OK:
            raise RuntimeError(f"GET {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def call(self, call_id: str) -> dict[str, Any]:
        """The record of a call."""
        found: dict[str, Any] = self.api(f"calls/{call_id}")
        return found

    def ended_call(self, call_id: str) -> dict[str, Any]:
        """The record of a call as soon as it says that the call has ended."""
        wait_until(
            lambda: self.call(call_id)["state"] == "ended",
            f"the record of {call_id} to end",
            limit_s=10,
        )
        return self.call(call_id)


def add_agent(
    email: str,
    name: str,
    interface: str,
    line: int,
    queues: str,
    *,
    extension: str | None = None,
    role: str = "agent",
) -> Command:
    """The command that adds an agent, or somebody else with a phone, who logs in with PASSWORD."""
    options = ["--name", name, "--role", role, "--interface", interface, "--line", str(line)]
    options += ["--extension", extension] if extension else []
    return ["user", "add", email, *options, "--queues", queues, "--password-stdin"], PASSWORD


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "console", *words]


def _succeeded(done: CompletedProcess[str]) -> str:
    if done.returncode:
        raise RuntimeError(f"{done.args} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout
