"""Reads records that came as JSON, one by one or many."""

from collections.abc import Mapping
from typing import Any

from console.api.json_cells import LONGEST_WHY, JsonCells
from console.api.record_kinds import RecordKind
from console.errors import Problem
from console.profile.fields import Forms, iso_forms
from console.profile.kinds import Reading, Record
from console.settings import Settings


class RecordReading:
    """One request's way of reading records. `region` is the country of its national numbers, "" for ours."""

    def __init__(self, kind: RecordKind, settings: Settings, region: str = "") -> None:
        self.kind = kind
        self.region = region
        forms = iso_forms(settings.time_zone, region or settings.region)
        self._home: Forms | None = iso_forms(settings.time_zone, settings.region) if region else None
        self._reading = Reading(forms, settings.currency)

    def record_at(self, ref: str, said: Mapping[str, Any]) -> tuple[Record, list[Problem]]:
        """The record at an address; it need not repeat its key."""
        given = said.get("ref")
        record, problems = self.record({**said, "ref": ref if given is None else given})
        if record.ref not in {ref, ""}:
            why = f'is "{record.ref}", but the address says "{ref}": leave it out, or change the address'
            problems.append(Problem("ref", why[:LONGEST_WHY]))
        return record, problems

    def record(self, said: Mapping[str, Any], path: str = "") -> tuple[Record, list[Problem]]:
        """A record, and what is wrong with it; problems tell where behind `path`."""
        cells = JsonCells(said, self.kind.keys, path, self._home)
        return self.kind.kind.record(self._reading, cells), cells.problems
