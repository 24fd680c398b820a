"""The vendored browser libraries are what the manifest says, unchanged."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
SERVED, TESTS = ROOT / "static" / "vendor", ROOT / "tests" / "vendor"
SAID = {
    "htmx.org": (SERVED / "htmx.min.js", 'this.version="{}"'),
    "uplot": (SERVED / "uPlot.iife.min.js", "(v{})"),
    "axe-core": (TESTS / "axe.min.js", "axe v{}"),
}
"""Where a library says which version it is, and how."""

each_folder = pytest.mark.parametrize("vendor", [SERVED, TESTS], ids=["served", "tests"])


def libraries_of(vendor: Path) -> list[dict[str, Any]]:
    """What the manifest of a folder names."""
    libraries: list[dict[str, Any]] = json.loads((vendor / "manifest.json").read_text())
    return libraries


@each_folder
def test_every_file_has_its_checksum(vendor: Path) -> None:
    for library in libraries_of(vendor):
        for file in library["files"]:
            content = (vendor / file["file"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == file["sha256"], file["file"]


@each_folder
def test_every_file_is_in_the_manifest(vendor: Path) -> None:
    listed = {file["file"] for library in libraries_of(vendor) for file in library["files"]}
    assert {path.name for path in vendor.iterdir()} == listed | {"manifest.json"}


@each_folder
def test_every_library_comes_with_its_licence_and_the_version_named(vendor: Path) -> None:
    for library in libraries_of(vendor):
        sources = [file["source"] for file in library["files"]]
        assert any("LICENSE" in source for source in sources)
        assert library["licence"]
        file, said = SAID[library["name"]]
        assert said.format(library["version"]) in file.read_text()


def test_the_script_that_refreshes_them_refuses_a_library_it_does_not_know() -> None:
    script = ROOT / ".ci" / "vendor"
    assert os.access(script, os.X_OK)
    done = subprocess.run(
        [sys.executable, script, "left-pad=1.0.0"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "names left-pad" in done.stderr
