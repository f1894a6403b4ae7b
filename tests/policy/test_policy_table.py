"""The compiled table answers what Casbin answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy import arbitrary
from tests.policy.equality import assert_equal
from tests.policy.equality import requests as every_request

from steerco.policy.engine import Engine
from steerco.policy.line import Line
from steerco.policy.table import PowerRequest, Table

Closures = dict[str, frozenset[str]]


def ask(table: Table | Engine, r: PowerRequest) -> bool:
    answer = table.allows if isinstance(table, Table) else table.enforce
    return answer(r.subjects, r.body, r.object, r.act, r.facets)


@settings(max_examples=120, deadline=None)
@given(arbitrary.lines(), arbitrary.closures, st.lists(arbitrary.requests, min_size=20, max_size=60))
def test_a_random_policy_means_to_the_table_what_it_means_to_casbin(
    lines: list[Line], closures: Closures, requests: list[PowerRequest]
) -> None:
    table, engine = Table(lines, closures), Engine(lines, closures)
    for request in requests:
        assert ask(table, request) is ask(engine, request), request


@settings(max_examples=8, deadline=None)
@given(arbitrary.lines(max_size=8), arbitrary.closures)
def test_equality_holds_over_the_whole_vocabulary(lines: list[Line], closures: Closures) -> None:
    asked, _ = assert_equal(Table(lines, closures), Engine(lines, closures), arbitrary.VOCABULARY)
    assert asked > 100


def test_the_equality_helper_notices_a_table_of_another_policy() -> None:
    grant = Line("head", "board", "meeting", "convene", frozenset(), True, "1.1")
    with pytest.raises(AssertionError, match="Casbin True, table False"):
        assert_equal(Table([], {}), Engine([grant], {}), arbitrary.VOCABULARY)


def test_an_empty_policy_allows_nothing() -> None:
    nothing = PowerRequest(frozenset({"head"}), "board", "meeting", "convene")
    assert not ask(Table([], {}), nothing)
    assert not ask(Engine([], {}), nothing)


@settings(max_examples=200, deadline=None)
@given(arbitrary.met(), arbitrary.closures, st.randoms(use_true_random=False))
def test_the_order_of_lines_never_counts(met: tuple[list[Line], PowerRequest], closures: Closures, random) -> None:
    lines, request = met
    shuffled = random.sample(lines, len(lines))
    assert ask(Table(lines, closures), request) is ask(Table(shuffled, closures), request)


@settings(max_examples=200, deadline=None)
@given(arbitrary.met(), arbitrary.closures)
def test_every_line_is_sorted_rightly_into_matched_and_others(met: tuple[list[Line], PowerRequest], closures: Closures) -> None:
    lines, r = met
    table = Table(lines, closures)
    found = table.explain(r.subjects, r.body, r.object, r.act, r.facets)
    closed = table.closed(r.subjects)
    about = [line for line in lines if line.concerns(r.body, r.object, r.act, r.facets)]
    assert found.matched
    assert set(found.matched) == {line for line in about if line.subject in closed}
    assert set(found.others) == {line for line in about if line.allow and line.subject not in closed}
    assert found.decisive == (found.matched[0] if found.matched else None)
    assert found.allowed == (bool(found.matched) and all(line.allow for line in found.matched))
    assert set(found.set_aside) == (set() if found.allowed else {line for line in found.matched if line.allow})


@dataclass
class Mutant:
    name: str
    lines: list[Line]


def mutants(lines: list[Line], index: int) -> list[Mutant]:
    line = lines[index]

    def swap(**change: Any) -> list[Line]:
        return [*lines[:index], msgspec.structs.replace(line, **change), *lines[index + 1 :]]

    return [
        Mutant("dropped", [*lines[:index], *lines[index + 1 :]]),
        Mutant("effect", swap(allow=not line.allow)),
        Mutant("facet", swap(facets=line.facets | {"never=true"})),
        Mutant("subject", swap(subject="nobody")),
        Mutant("body", swap(body="nowhere")),
        Mutant("object", swap(object="nothing")),
        Mutant("act", swap(act="never")),
    ]


def alone(lines: list[Line], closures: Closures, r: PowerRequest) -> tuple[list[Line], Line]:
    """The lines less what says the same as the one that decides, and that one."""
    found = Table(lines, closures).explain(r.subjects, r.body, r.object, r.act, r.facets)
    assert found.decisive is not None
    same = {line for line in found.matched if line.allow == found.allowed} - {found.decisive}
    return [line for line in lines if line not in same], found.decisive


@settings(max_examples=300, deadline=None)
@given(arbitrary.met(), arbitrary.closures)
def test_a_mutated_line_turns_what_it_alone_decided(met: tuple[list[Line], PowerRequest], closures: Closures) -> None:
    """The line that decides, alone of its kind, is dropped or spoiled: the answer is what the rest then says, which is no where
    nothing is left, and yes where a ban is turned into a grant."""
    lines, r = met
    lines, decisive = alone(lines, closures, r)
    allowed = ask(Table(lines, closures), r)
    assert allowed is decisive.allow
    granted = any(line.allow for line in Table(lines, closures).explain(r.subjects, r.body, r.object, r.act, r.facets).matched)
    for mutant in mutants(lines, lines.index(decisive)):
        left = not allowed and (granted or mutant.name == "effect")
        assert ask(Table(mutant.lines, closures), r) is left, mutant.name


def test_the_policies_that_are_mutated_are_of_both_kinds() -> None:
    """Grants and bans decide, with and without a line of the other kind beside them: else half of what is held above is not."""
    seen = set()

    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(arbitrary.met(), arbitrary.closures)
    def look(met: tuple[list[Line], PowerRequest], closures: Closures) -> None:
        lines, r = met
        _, decisive = alone(lines, closures, r)
        matched = Table(lines, closures).explain(r.subjects, r.body, r.object, r.act, r.facets).matched
        seen.add((decisive.allow, len({line.allow for line in matched})))

    look()
    assert seen == {(True, 1), (False, 1), (False, 2)}


def test_mutations_of_a_written_policy_are_all_seen() -> None:
    """Over the whole vocabulary, no line of this policy can be spoiled without an answer changing."""
    closures = {"head": frozenset({"head", "leaders"}), "deputy": frozenset({"deputy", "leaders"})}
    lines = [
        Line("leaders", "board", "meeting.ad-hoc", "convene", frozenset(), True, "1.1"),
        Line("head", "board", "meeting", "convene", frozenset(), True, "1.2"),
        Line("deputy", "board", "meeting.ad-hoc", "convene", frozenset(), False, "1.2"),
        Line("head", "*", "task", "assign", frozenset(), True, "2.1.a"),
        Line("member", "group", "task", "assign", frozenset({"to=member", "source=direction"}), True, "2.1.a"),
        Line("relation:recused", "*", "task", "read", frozenset(), False, "H.1"),
        Line("everyone", "*", "*", "read", frozenset(), True, "H.1"),
    ]
    closures |= {"member": frozenset({"member", "everyone"}), "secretary": frozenset({"secretary", "leaders"})}
    table = Table(lines, closures)
    asked = list(every_request(table, arbitrary.VOCABULARY))
    truth = [ask(table, r) for r in asked]
    spoiled = [(index, mutant) for index in range(len(lines)) for mutant in mutants(lines, index)]
    assert len(spoiled) == 7 * len(lines)
    for index, mutant in spoiled:
        table = Table(mutant.lines, closures)
        assert [ask(table, r) for r in asked] != truth, f"line {index}: {mutant.name}"


def test_a_kind_is_no_longer_word() -> None:
    table = Table([Line("head", "*", "meeting", "read", frozenset(), True, "1.1")], {})
    head = frozenset({"head"})
    assert table.allows(head, "board", "meeting.ad-hoc", "read")
    assert not table.allows(head, "board", "meetings", "read")


def test_a_record_without_a_body_falls_under_lines_of_any_body_only() -> None:
    table = Table([Line("head", "board", "task", "read", frozenset(), True, "1.1")], {})
    assert not table.allows(frozenset({"head"}), "*", "task", "read")
    everywhere = Table([Line("head", "*", "task", "read", frozenset(), True, "1.1")], {})
    assert everywhere.allows(frozenset({"head"}), "*", "task", "read")


def test_groups_of_groups_are_followed_to_the_end_as_casbin_does() -> None:
    steps = {"deputy": frozenset({"leaders"}), "leaders": frozenset({"everyone"})}
    lines = [Line("everyone", "*", "task", "read", frozenset(), True, "1.1")]
    request = PowerRequest(frozenset({"deputy"}), "*", "task", "read")
    assert ask(Table(lines, steps), request)
    assert ask(Engine(lines, steps), request)


def test_lines_for_a_list_hold_every_kind_and_the_lines_of_any_type() -> None:
    lines = [
        Line("head", "board", "meeting", "read", frozenset(), True, "1.1"),
        Line("deputy", "board", "meeting.ad-hoc", "read", frozenset(), True, "1.2"),
        Line("relation:author", "*", "*", "read", frozenset(), True, "H.1"),
        Line("head", "board", "task", "read", frozenset(), True, "1.1"),
    ]
    table = Table(lines, {})
    assert table.lines_for("meeting", "read") == (lines[1], lines[0], lines[2])
    assert table.lines_for("minutes", "read") == (lines[2],)
    assert table.lines_for("minutes", "draft") == ()


def test_casbin_names_a_line_that_the_table_matched_too() -> None:
    lines = [
        Line("head", "board", "meeting", "convene", frozenset(), True, "1.1"),
        Line("leaders", "board", "meeting", "convene", frozenset(), False, "1.2"),
    ]
    closures = {"head": frozenset({"head", "leaders"})}
    allowed, line = Engine(lines, closures).enforce_ex(frozenset({"head"}), "board", "meeting", "convene")
    assert not allowed
    assert line == list(lines[1].fields)


@pytest.mark.parametrize("times", [1, 50])
def test_asking_casbin_from_threads_gives_the_same_answers(times: int) -> None:
    from concurrent.futures import ThreadPoolExecutor

    lines = [Line("head", "board", "meeting", "convene", frozenset(), True, "1.1")]
    engines = [Engine(lines, {}) for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: engines[n % 2].enforce({"head"}, "board", "meeting", "convene"), range(4 * times)))
    assert all(answers)
