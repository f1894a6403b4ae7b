"""The working days of a plugin, in hands that keep its faults from whoever counts them.

A calendar is asked long after the hook that gave it, inside acts and pages, and far too often for a thread of its own each time:
so an exception and a wrong answer are contained here, and one that hangs is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from steerco.charter.calendar import Calendar, expected
from steerco.extension.quarantine import Fault, Quarantine


@dataclass(frozen=True)
class Watched:
    """A plugin's calendar; ``base`` is the tenant's own, which counts from its first fault on. The plugin is then out of use."""

    mine: Calendar
    base: Calendar
    plugin: str
    where: str
    quarantine: Quarantine

    def is_working(self, day: date) -> bool:
        """Return whether ``day`` is worked."""
        answer = self._asked("is_working", bool, day)
        return self.base.is_working(day) if answer is None else bool(answer)

    def add(self, day: date, n: int) -> date:
        """Return the ``n``-th working day after ``day`` (before it, where negative)."""
        answer: date | None = self._asked("add", date, day, n)
        return self.base.add(day, n) if answer is None else answer

    def is_expected(self, day: date) -> bool:
        """Return whether the days off of that time are only expected."""
        answer = self._asked("is_expected", bool, day)
        return expected(self.base, day) if answer is None else bool(answer)

    def _asked(self, name: str, kind: type, *given: Any) -> Any:
        """Return the plugin's answer; None where it has none, or is out of use by now."""
        if self.plugin in self.quarantine.out:
            return None
        try:
            function = getattr(self.mine, name, None)
            if function is None:  # not every calendar says what it is not sure of
                return None
            answer = function(*given)
        except KeyboardInterrupt:
            raise
        except OverflowError:  # past the last day that there is, which whoever asked named: no fault of the plugin
            return None
        except BaseException as error:  # SystemExit too: it must end nothing but this call
            self._out(name, "raised", f"{type(error).__name__}: {error}")
            return None
        if isinstance(answer, kind) and not isinstance(answer, datetime):  # a time is a date to Python, but none to compare
            return answer
        self._out(name, "wrong-result", f"it answers {kind.__name__}, and this gave {type(answer).__name__}")
        return None

    def _out(self, name: str, code: str, message: str) -> None:
        self.quarantine.put(Fault(self.plugin, f"calendar.{name}", code, message, self.where))
