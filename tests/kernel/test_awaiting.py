"""By which acts a record waits: what follows from the declarations of its type."""

from __future__ import annotations

import pytest

from steerco.committee import record_types
from steerco.kernel.awaiting import awaited_acts

WAITS = {
    "absence-request": {"requested": {"consent", "refuse"}},
    "substitution": {"named": {"admit"}},
    "meeting": {"convened": {"reply", "join"}, "open": {"conclude"}},
    "minutes": {"drafted": {"circulate"}, "circulated": {"approve"}},
    "matter": {"raised": {"give-opinion"}, "prepared": {"give-opinion", "put"}, "put": {"give-opinion", "decide"}},
    "programme": {"submitted": {"issue", "return"}},
    "task": {"reported-done": {"confirm", "return"}},
    "transmission": {"sent": {"receive", "refuse"}},
}
NEVER = ("direction", "officer-absence", "authority-delegation", "person", "agency", "office", "appointment")


@pytest.mark.parametrize("type", WAITS)
def test_a_record_waits_for_the_acts_that_answer_it(type: str) -> None:
    found = {state: {action.name for action in acts} for state, acts in awaited_acts(record_types()[type]).items()}
    assert found == WAITS[type]


@pytest.mark.parametrize("type", NEVER)
def test_what_only_its_maker_takes_back_waits_for_nobody(type: str) -> None:
    assert awaited_acts(record_types()[type]) == {}
