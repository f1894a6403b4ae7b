"""Decisions: per capacity, with the clauses that decided, who may instead, and what would turn the answer."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy import arbitrary

from steerco.charter.model import Label
from steerco.policy.capacity import Ask, Capacity, allowed, judge
from steerco.policy.decision import Decision, Grounds, SubjectHolders
from steerco.policy.explain import Alternative, decide
from steerco.policy.line import Line
from steerco.policy.reader import read
from steerco.policy.table import PowerRequest, Table

POLICY = """
p, head,                board, meeting,        convene,  -,                  allow, 1.1
p, deputy,              board, meeting,        convene,  -,                  deny,  3.4
p, leaders,             board, meeting.ad-hoc, prepare,  -,                  allow, 5.1
p, relation:presiding,  *,     meeting,        cancel,   -,                  allow, 8.1
p, leaders,             board, task,           assign,   to=member,          allow, 5.1
p, head,                board, task,           assign,   -,                  allow, 5.2
p, secretary,           board, task,           confirm,  -,                  allow, H.1
p, leaders,             board, task,           confirm,  -,                  allow, H.2
p, leaders,             board, task,           confirm,  -,                  allow, 5.3
p, board,               board, meeting,        open,     -,                  allow, steerco:open
p, relation:recused,    *,     meeting,        convene,  -,                  deny,  H.9
p, head,                board, task,           remind,   -,                  allow, law:3
p, secretary,           board, task,           cancel,   -,                  allow, 6.1
p, secretary,           board, task,           cancel,   -,                  deny,  6.2
"""
CLOSURES = {"head": frozenset({"head", "leaders"}), "deputy": frozenset({"deputy", "leaders"})}
PEOPLE = {"head": ("ms-one",), "deputy": ("mr-two", "ms-three"), "leaders": ("ms-one", "mr-two", "ms-three")}
TABLE = Table(read(POLICY, "policies/x.csv")[0], CLOSURES)


def clauses(id: str) -> Grounds:
    basis = "house" if id.startswith("H.") else "law" if id.startswith("law:") else "clause"
    return Grounds(Label(en=f"what {id} says"), basis, "tenants/x/charter.toml", 7)


def who(subject: str) -> SubjectHolders:
    return SubjectHolders(Label(en=subject.title()), PEOPLE.get(subject, ()))


def own(*subjects: str, body: str = "board", object: str = "meeting", act: str, facets: str = "") -> Ask:
    request = PowerRequest(frozenset(subjects), body, object, act, frozenset(facets.split()))
    return Ask(Capacity("mr-two", frozenset(subjects)), request)


def acting(ask: Ask, *subjects: str, powers: frozenset[str] | None = None) -> Ask:
    capacity = Capacity("ms-one", frozenset(subjects), frozenset(), "head", ("3.3", "4.1"), powers)
    return Ask(capacity, msgspec.structs.replace(ask.request, subjects=frozenset(subjects)))


def decision(*asks: Ask, **kwargs) -> Decision:
    return decide(TABLE, asks, clauses=clauses, who=who, **kwargs)


def cited(d: Decision) -> list[str]:
    return [b.clause for b in d.because]


def test_allowed_by_ones_own_seat() -> None:
    d = decision(own("head", act="convene"), revision=4)
    assert (d.outcome, d.basis, d.capacity, d.acting_for, d.revision) == ("done", "clause", "head", "", 4)
    assert d.allowed
    (reason,) = d.because
    assert (reason.clause, str(reason.gloss), reason.layer) == ("1.1", "what 1.1 says", "clause")
    assert (reason.file, reason.line) == ("policies/x.csv", 2), "a reason leads to the policy line"
    assert d.who_may == ()


def test_allowed_through_a_group_under_the_role_that_is_in_it() -> None:
    d = decision(own("deputy", "board", object="meeting.ad-hoc", act="prepare"))
    assert (d.outcome, d.capacity, cited(d)) == ("done", "deputy", ["5.1"])


def test_allowed_by_a_relation() -> None:
    d = decision(own("member", "relation:presiding", act="cancel"))
    assert (d.outcome, d.capacity, cited(d)) == ("done", "relation:presiding", ["8.1"])
    assert (d.facts.roles, d.facts.relations) == (("member",), ("presiding",))


def test_the_narrower_line_is_decisive_and_the_wider_named_too() -> None:
    d = decision(own("head", object="task", act="assign", facets="to=member source=none"))
    assert cited(d) == ["5.1", "5.2"]
    assert d.facts.facets == ("source=none", "to=member")


def test_the_regulation_goes_before_a_house_rule_whatever_the_order_of_lines() -> None:
    d = decision(own("deputy", object="task", act="confirm"))
    assert (d.basis, cited(d)) == ("clause", ["5.3", "H.2"])


@pytest.mark.parametrize(
    ("ask", "basis"),
    [
        (own("secretary", object="task", act="confirm"), "house"),
        (own("board", act="open"), "platform"),
        (own("head", object="task", act="remind"), "law"),
    ],
)
def test_the_basis_is_that_of_the_first_reason(ask: Ask, basis: str) -> None:
    d = decision(ask)
    assert d.outcome == "done"
    assert d.basis == d.because[0].layer == basis


def test_barred_by_a_deny_line_which_is_named_and_the_grant_it_overrides_is_kept() -> None:
    d = decision(own("head", "deputy", act="convene"))
    assert (d.outcome, d.basis, cited(d)) == ("refused", "clause", ["3.4"])
    assert [(r.clause, r.allow, r.line) for r in d.facts.set_aside] == [("1.1", True, 2)]


def test_a_stranger_is_told_by_which_clause_who_may() -> None:
    d = decision(own("member", object="task", act="confirm"))
    assert (d.outcome, d.basis, cited(d)) == ("refused", "clause", ["5.3", "H.1", "H.2"])
    assert [(w.subject, str(w.label), w.people, w.clause) for w in d.who_may] == [
        ("leaders", "Leaders", ("ms-one", "mr-two", "ms-three"), "5.3"),
        ("secretary", "Secretary", (), "H.1"),
        ("leaders", "Leaders", ("ms-one", "mr-two", "ms-three"), "H.2"),
    ]


def test_only_lines_that_grant_the_very_same_are_named() -> None:
    regular = decision(own("member", object="meeting.regular", act="prepare"))
    assert (regular.basis, regular.because, regular.who_may) == ("no-clause", (), ())
    to_unit = decision(own("member", object="task", act="assign", facets="to=unit"))
    assert cited(to_unit) == ["5.2"]
    elsewhere = decision(own("member", body="group", act="convene"))
    assert elsewhere.basis == "no-clause"


def test_nobody_is_named_who_would_be_barred_as_well() -> None:
    d = decision(own("member", object="task", act="cancel"))
    assert (d.outcome, d.basis, d.who_may) == ("refused", "no-clause", ())


def test_acting_for_the_absent_head_ones_own_bar_does_not_reach_the_heads_power() -> None:
    mine = own("deputy", act="convene")
    assert cited(decision(mine)) == ["3.4"]
    d = decision(mine, acting(mine, "head", powers=frozenset({"meeting.convene"})))
    assert (d.outcome, d.capacity, d.acting_for) == ("done", "head", "head")
    assert cited(d) == ["1.1", "3.3", "4.1"]
    assert d.because[1].file == "tenants/x/charter.toml", "a clause that no line applies leads to the charter"
    assert [(r.clause, r.allow) for r in d.facts.set_aside] == [("3.4", False)]
    assert [(c.person, c.acting_for, c.allowed) for c in d.facts.capacities] == [("mr-two", "", False), ("ms-one", "head", True)]


def test_acting_with_the_principals_relations() -> None:
    mine = own("deputy", act="cancel")
    d = decision(mine, acting(mine, "head", "relation:presiding"))
    assert (d.outcome, d.capacity, d.acting_for, d.facts.relations) == ("done", "relation:presiding", "head", ("presiding",))


def test_ones_own_power_goes_before_anothers() -> None:
    mine = own("deputy", object="task", act="confirm")
    d = decision(mine, acting(mine, "head"))
    assert (d.capacity, d.acting_for) == ("deputy", "")


@pytest.mark.parametrize(
    ("powers", "done"),
    [
        (None, True),
        ({"*"}, True),
        ({"meeting.*"}, True),
        ({"meeting.convene", "task.assign"}, True),
        ({"meeting.cancel"}, False),
        ({"task.*"}, False),
        ({"meeting"}, False),
        (set(), False),
        ({"meeting.ad-hoc.convene"}, True),
        ({"meeting.regular.convene"}, False),
    ],
)
def test_only_the_powers_that_pass_are_acted_with(powers: set[str] | None, done: bool) -> None:
    mine = own("member", object="meeting.ad-hoc", act="convene")
    d = decision(mine, acting(mine, "head", powers=None if powers is None else frozenset(powers)))
    assert d.allowed is done
    if not done:
        assert [(w.subject, w.clause) for w in d.who_may] == [("head", "1.1")], "the principal may, and is named"
        assert cited(d) == ["1.1"]


@pytest.mark.parametrize(
    ("powers", "aims", "done"),
    [
        ({"task.assign;to=member"}, "to=member", True),
        ({"task.assign;to=member"}, "to=member lead=person", True),
        ({"task.assign;to=member"}, "to=secretary", False),
        ({"task.assign;to=member"}, "", False),
        ({"task.*;to=member;lead=person"}, "to=member lead=person", True),
        ({"task.*;to=member;lead=person"}, "to=member", False),
        ({"task.assign;to=secretary", "task.assign"}, "to=member", True),
    ],
)
def test_a_power_narrowed_to_some_facets_passes_for_acts_with_these(powers: set[str], aims: str, done: bool) -> None:
    mine = own("member", object="task", act="assign", facets=aims)
    assert decision(mine, acting(mine, "head", powers=frozenset(powers))).allowed is done


RECUSED = frozenset({"relation:recused"})


def test_a_recusal_follows_the_person_into_every_capacity() -> None:
    mine = own("deputy", "relation:recused", act="convene")
    asks = (mine, acting(mine, "head"))
    assert decision(*asks).allowed, "by itself a deny line stays in its capacity"
    d = decision(*asks, person_wide=RECUSED)
    assert (d.outcome, d.basis) == ("refused", "house")
    assert "H.9" in cited(d)
    assert not allowed(TABLE, asks, RECUSED)


def test_a_recusal_of_the_principal_bars_what_is_done_for_them_and_nothing_else() -> None:
    mine = own("head", act="convene")
    asks = (mine, acting(mine, "head", "relation:recused"))
    assert decision(*asks, person_wide=RECUSED).acting_for == ""
    stranger = own("member", act="convene")
    d = decision(stranger, acting(stranger, "head", "relation:recused"), person_wide=RECUSED)
    assert cited(d) == ["H.9"]


def test_a_recusal_bars_even_where_its_own_capacity_lacks_the_power() -> None:
    mine = own("member", "relation:recused", act="convene")
    assert cited(decision(mine, acting(mine, "head"), person_wide=RECUSED)) == ["H.9"]


def test_only_what_turns_the_answer_would_change_it() -> None:
    mine = own("deputy", act="convene")
    tries = [
        Alternative("absence", "head", (mine, acting(mine, "head"))),
        Alternative("kind", "ad-hoc", (own("deputy", object="meeting.ad-hoc", act="convene"),)),
    ]
    assert [(c.code, c.detail) for c in decision(mine, alternatives=tries).would_change] == [("absence", "head")]
    free = own("head", act="convene")
    turned = Alternative("relation", "recused", (own("head", "relation:recused", act="convene"),))
    assert [c.code for c in decision(free, alternatives=[turned]).would_change] == ["relation"]


def test_a_decision_without_any_capacity_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one capacity"):
        decision()


def test_a_decision_has_the_shape_that_every_edge_shows() -> None:
    shown = json.loads(msgspec.json.encode(decision(own("member", object="task", act="confirm"), revision=2)))
    assert set(shown) == {
        *("outcome", "basis", "because", "capacity", "acting_for", "facts", "who_may", "would_change", "revision", "remarks")
    }
    assert set(shown["because"][0]) == {"clause", "gloss", "line", "layer", "file", "plugin"}
    assert set(shown["who_may"][0]) == {"subject", "label", "people", "clause"}
    assert msgspec.json.decode(msgspec.json.encode(shown), type=Decision).basis == "clause"


def test_a_reason_names_the_plugin_that_brought_it() -> None:
    line = Line("head", "*", "task", "read", frozenset(), True, "1.1", "plugins/x/policy.csv", 3, "x")
    d = decide(Table([line], {}), [own("head", object="task", act="read")], clauses=clauses, who=who)
    assert d.because[0].plugin == "x"


capacities = st.builds(
    Capacity,
    person=st.sampled_from(("a", "b")),
    acting_for=st.sampled_from(("", "b")),
    cites=st.sampled_from(((), ("3.3",))),
    powers=st.sampled_from((None, frozenset({"meeting.*"}), frozenset({"task.assign"}), frozenset())),
)
wide = st.sampled_from((frozenset(), RECUSED, frozenset({"member"})))


@st.composite
def asked(draw: st.DrawFn) -> list[Ask]:
    """One request, seen from one to three capacities with subjects of their own."""
    request = draw(arbitrary.requests)
    found = [Ask(Capacity("a"), request)]
    for capacity in draw(st.lists(capacities, max_size=2)):
        subjects = draw(arbitrary.subject_sets)
        found.append(Ask(capacity, msgspec.structs.replace(request, subjects=subjects)))
    return found


@settings(max_examples=500, deadline=None)
@given(arbitrary.lines(), arbitrary.closures, asked(), wide)
def test_laws_of_reasons(
    lines: list[Line], closures: dict[str, frozenset[str]], asks: list[Ask], person_wide: frozenset[str]
) -> None:
    """Whatever the policy: the reasons bear on the request, nobody is named in vain, and the quick answer is the same."""
    table = Table(lines, closures)
    d = decide(table, asks, clauses=clauses, who=who, person_wide=person_wide)
    r = asks[0].request
    about = [line for line in lines if line.concerns(r.body, r.object, r.act, r.facets)]
    assert d.allowed == allowed(table, asks, person_wide) == judge(table, asks, person_wide).allowed
    assert d.basis == (d.because[0].layer if d.because else "no-clause")
    speaking = {line for a in asks for line in about if line.subject in table.closed(a.request.subjects)}
    places = {(line.clause, line.source.line): line for line in about}
    for reason in d.because:
        line = places.get((reason.clause, reason.line))
        if line is None:
            assert d.allowed
            assert reason.clause in {c for a in asks for c in a.capacity.cites}
        elif d.allowed:
            assert line.allow
            assert line in speaking
        elif line.allow:
            assert any((w.subject, w.clause) == (line.subject, line.clause) for w in d.who_may)
        else:
            assert line in speaking
    granting = {(line.subject, line.clause): line for line in about if line.allow}
    for person in d.who_may:
        assert (person.subject, person.clause) in granting
        assert table.allows(frozenset({person.subject}), r.body, r.object, r.act, r.facets)
    if not d.allowed and not d.because:
        assert not any(table.allows(frozenset({line.subject}), r.body, r.object, r.act, r.facets) for line in about)


@settings(max_examples=300, deadline=None)
@given(arbitrary.lines(), arbitrary.closures, asked())
def test_a_further_capacity_never_takes_away_what_one_gives(
    lines: list[Line], closures: dict[str, frozenset[str]], asks: list[Ask]
) -> None:
    table = Table(lines, closures)
    answers = [judge(table, asks[: n + 1]).allowed for n in range(len(asks))]
    assert answers == sorted(answers)


@settings(max_examples=300, deadline=None)
@given(arbitrary.lines(), arbitrary.closures, asked(), wide)
def test_deciding_again_from_the_facts_gives_the_same_answer(
    lines: list[Line], closures: dict[str, frozenset[str]], asks: list[Ask], person_wide: frozenset[str]
) -> None:
    table = Table(lines, closures)
    d = decide(table, asks, clauses=clauses, who=who, person_wide=person_wide)
    facts = msgspec.json.decode(msgspec.json.encode(d), type=Decision).facts
    again = [
        Ask(
            Capacity(
                c.person,
                acting_for=c.acting_for,
                cites=c.cites,
                powers=None if c.powers is None else frozenset(c.powers),
            ),
            PowerRequest(frozenset(c.subjects), facts.body, facts.object, facts.act, frozenset(facts.facets)),
        )
        for c in facts.capacities
    ]
    assert decide(table, again, clauses=clauses, who=who, person_wide=person_wide) == d
