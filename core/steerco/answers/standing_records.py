"""Records that are there already, as the beginning of a way: the one that is asked about, those that it names, those beside it.

They are read in a copy of the committee as it stands. Which record is meant where several are beside it is a guess, by how much
it has in common with the one that is asked about; the kernel performs the way all the same, so that no answer rests on it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from steerco.answers.found_way import NoSuchWay
from steerco.answers.lab import Lab
from steerco.answers.steps import WayStep
from steerco.configuration.regime import PLATFORM
from steerco.kernel.authority import Authority
from steerco.kernel.by_name import called
from steerco.kernel.visibility import among
from steerco.records import Record

DEEPEST = 2
"""So far the records that a record names are followed."""
PERSON = "person"


class StandingRecords:
    """The records of one lab as steps that are done already: those that whoever asks may see."""

    def __init__(self, lab: Lab, asker: str = PLATFORM) -> None:
        self.lab, self.asker = lab, asker
        self.steps: dict[tuple[str, str], WayStep] = {}
        self._rows: dict[WayStep, Any] = {}

    def named(self, type: type[Record], reference: str) -> WayStep | None:
        """Return the record of a type by its id or reference; None where there is none."""
        rows = self._read(type, called(type, self.lab.tenant.id, reference))
        return self._step(type, rows[0], 0) if rows else None

    def beside(self, type: type[Record], of: WayStep) -> WayStep | None:
        """Return the record of a type that names the other, or a record that the other names: the one most like it."""
        near = {step.id for step in (of, *of.refers.values()) if step.id}
        fields = [name for name, column in type.stored().items() if column.info.get("refers") in self.lab.snapshot.types]
        columns = [column for name in fields if (column := getattr(type.table, name, None)) is not None]
        rows = [row for column in columns for row in self._read(type, column.in_(near))]
        return self._step(type, max(rows, key=lambda row: self._alike(row, of)), 1) if rows else None

    def meeting(self, step: WayStep) -> tuple[WayStep, datetime] | None:
        """Return the meeting that a record is or names, and when it begins; None where there is none with a time."""
        times = ((each, getattr(self._rows.get(each), "starts_at", None)) for each in (step, *step.refers.values()))
        return next(((each, time) for each, time in times if time is not None), None)

    def _alike(self, row: Any, of: WayStep) -> int:
        other = self._rows[of]
        shared = row.stored().keys() & other.stored().keys() - {"state"}
        return sum(getattr(row, name) is not None and getattr(row, name) == getattr(other, name) for name in shared)

    def _read(self, type: type[Record], condition: Any) -> list[Any]:
        tenant = self.lab.tenant
        with tenant.store.read(tenant.id) as session:
            rows = list(type.read(session, type.those(tenant.id, condition)))
            seen = among(Authority(tenant, session, self.asker, self.lab.at), type, [row.id for row in rows])
            return [row for row in rows if row.id in seen]

    def _step(self, type: type[Record], row: Any, depth: int) -> WayStep:
        key = (type.record_type, row.id)
        if key not in self.steps:
            if row.told_to("vote", self.lab.day.day) == "doer":
                raise NoSuchWay("on", "secret-vote-not-tried")  # performed on a day to come, it would tell how the vote stands
            action = next(iter(type.acts().values()))
            step = self.steps[key] = WayStep(action, None, date.min, id=row.id, ref=row.ref, state=row.state)
            self._rows[step] = row
            for name, column in type.stored().items() if depth < DEEPEST else ():
                named = self.lab.snapshot.types.get(column.info.get("refers", ""))
                value = getattr(row, name)
                if named is None or value is None or named.record_type == PERSON:
                    continue
                for other in self._read(named, named.table.id == value):
                    step.refers[name] = self._step(named, other, depth + 1)
        return self.steps[key]
