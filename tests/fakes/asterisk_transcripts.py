"""AMI streams recorded from a real Asterisk 22, byte for byte, and what each must lead to."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "transcripts" / "asterisk-22"

NAMES = sorted(path.stem for path in FOLDER.glob("*.raw"))


def recorded(name: str) -> bytes:
    """The whole stream as received, greeting and log-in included."""
    return (FOLDER / f"{name}.raw").read_bytes()


def live(name: str) -> bytes:
    """The events of the stream, without greeting, log-in and good-bye."""
    frames = recorded(name).split(b"\r\n\r\n")
    return b"".join(frame + b"\r\n\r\n" for frame in frames if frame.startswith(b"Event: "))


def expected(name: str) -> dict[str, Any]:
    """What the recorded scenario was (`expected.json`)."""
    outcomes: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text())
    return outcomes[name]
