"""The vendored browser libraries are what the manifest says, unchanged."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
VENDOR = ROOT / "static" / "vendor"
LIBRARIES: list[dict[str, Any]] = json.loads((VENDOR / "manifest.json").read_text())


def test_every_file_has_its_checksum() -> None:
    for library in LIBRARIES:
        for file in library["files"]:
            content = (VENDOR / file["file"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == file["sha256"], file["file"]


def test_every_file_is_in_the_manifest() -> None:
    listed = {file["file"] for library in LIBRARIES for file in library["files"]}
    assert {path.name for path in VENDOR.iterdir()} == listed | {"manifest.json"}


def test_every_library_comes_with_its_licence_and_the_version_named() -> None:
    for library in LIBRARIES:
        sources = [file["source"] for file in library["files"]]
        assert any("LICENSE" in source for source in sources)
        assert library["licence"]
    [htmx] = [library for library in LIBRARIES if library["name"] == "htmx.org"]
    assert f'this.version="{htmx["version"]}"' in (VENDOR / "htmx.min.js").read_text()


def test_the_script_that_refreshes_them_refuses_a_library_it_does_not_know() -> None:
    script = ROOT / ".ci" / "vendor"
    assert os.access(script, os.X_OK)
    done = subprocess.run(
        [sys.executable, script, "left-pad=1.0.0"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "does not name left-pad" in done.stderr
