"""Random policies: small vocabularies, so that lines meet each other and requests meet lines."""

from __future__ import annotations

from hypothesis import strategies as st
from msgspec import structs

from steerco.policy.house import House
from steerco.policy.line import Line
from steerco.policy.reader import Vocabulary
from steerco.policy.table import PowerRequest

ROLES = ("head", "deputy", "member", "secretary")
GROUPS = ("leaders", "everyone")
RELATIONS = ("relation:presiding", "relation:recused")
BODIES = ("board", "group")
OBJECTS = ("meeting", "meeting.ad-hoc", "meeting.ad-hoc.urgent", "task", "meetings")
ACTS = ("convene", "assign", "read")
FACETS = ("to=head", "to=member", "source=direction")
CLAUSES = ("1.1", "1.2", "2.1.a", "H.1", "law:3", "steerco:open")

houses = st.builds(
    House, st.just(frozenset({"H.1"})), st.frozensets(st.sampled_from([("H.1", "1.1"), ("H.1", "law:3")]), max_size=1)
)

closures = st.fixed_dictionaries(
    {role: st.frozensets(st.sampled_from(GROUPS)).map(lambda groups, role=role: groups | {role}) for role in ROLES},
    optional={"leaders": st.just(frozenset({"leaders", "everyone"}))},
)
facet_sets = st.frozensets(st.sampled_from(FACETS), max_size=3)


@st.composite
def lines(draw: st.DrawFn, max_size: int = 12) -> list[Line]:
    one = st.builds(
        Line,
        subject=st.sampled_from((*ROLES, *GROUPS, *RELATIONS, "board")),
        body=st.sampled_from((*BODIES, "*")),
        object=st.sampled_from((*OBJECTS, "*")),
        act=st.sampled_from(ACTS),
        facets=facet_sets,
        allow=st.sampled_from((True, True, True, False)),
        clause=st.sampled_from(CLAUSES),
    )
    found = draw(st.lists(one, min_size=1, max_size=max_size, unique_by=lambda line: line.fields))
    return [Line(*(getattr(a, n) for n in a.__struct_fields__[:7]), "p.csv", i + 1) for i, a in enumerate(found)]


subject_sets = st.frozensets(st.sampled_from((*ROLES, *RELATIONS, "board", "leaders", "stranger")), max_size=4)
requests = st.builds(
    PowerRequest,
    subjects=subject_sets,
    body=st.sampled_from((*BODIES, "*", "elsewhere")),
    object=st.sampled_from((*OBJECTS, "meeting.regular", "other")),
    act=st.sampled_from((*ACTS, "close")),
    facets=facet_sets,
)


@st.composite
def met(draw: st.DrawFn) -> tuple[list[Line], PowerRequest]:
    """A policy, and a request that at least one of its lines is about: what is asked by chance meets hardly any. In half of them
    another line says the contrary."""
    policy = draw(lines())
    line = draw(st.sampled_from(policy))
    if draw(st.booleans()):
        contrary = structs.replace(line, allow=not line.allow, number=len(policy) + 1)
        policy += [contrary] if contrary.fields not in {each.fields for each in policy} else []
    request = PowerRequest(
        subjects=draw(subject_sets) | {line.subject},
        body=line.body if line.body != "*" else draw(st.sampled_from(BODIES)),
        object=draw(st.sampled_from(OBJECTS)) if line.object == "*" else line.object,
        act=line.act,
        facets=draw(facet_sets) | line.facets,
    )
    return policy, request


VOCABULARY = Vocabulary(
    subjects=frozenset((*ROLES, *GROUPS, "board")),
    seats=frozenset(),
    bodies=frozenset(BODIES),
    kinds={"meeting": frozenset({"regular", "ad-hoc"})},
    acts={"meeting": frozenset({"convene"}), "task": frozenset({"assign"})},
    facets={
        "meeting": {},
        "task": {"to": frozenset({"head", "member"}), "source": frozenset({"direction", "none"})},
    },
    relations={"meeting": frozenset({"presiding", "recused"}), "task": frozenset({"recused"})},
    clauses=frozenset(CLAUSES),
)
