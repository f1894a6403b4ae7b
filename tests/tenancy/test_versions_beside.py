"""House rules and laws have their day, as the charter has: none speaks before it, and none that acts rest on is rewritten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from tests.databases import STORES
from tests.tenancy.board import HOUSE, LATER, NOW, POLICY, REGULAR, SLUG, TENANT, Content, apply, content

from steerco.configuration.apply_checks import Unsafe
from steerco.configuration.installation import Installation, NotApplied
from steerco.configuration.load import load
from steerco.configuration.snapshot import Snapshot
from steerco.following.replay import replay
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.records import File, Refused
from steerco.store.engine import Store

NEXT = f"tenants/{SLUG}/house-2.toml"
LAW = "law/decree-1.toml"
DECREE = """
[instrument]
id = "1/EXAMPLE-LAW"
kind = "law"
title = { en = "A decree" }
date = 2020-01-01
effective = 2020-07-01

[[clause]]
id = "5"
gloss = { en = "Meetings need five working days' notice." }

[[rule]]
name = "notice"
value = 5
unit = "working-days"
force = "binding"
words = "at least five working days"
cite = ["5"]
"""
PAPER = File("signed.pdf", text="Convene it. The Chair")
RULE = '\n[[rule]]\nname = "entered-for-another"\nvalue = "secretary"\ncite = ["H.1"]\n'


@pytest.fixture(scope="module")
def template() -> Iterator[Store]:
    """The tenant with house rules and a law, and an act that was decided under both."""
    store = STORES.empty()
    tenant = apply(Installation(store), before(), at=NOW)
    perform(tenant, ActRequest("the-chair", "meeting.convene", input=REGULAR, at=NOW))
    yield store
    store.close()


@pytest.fixture
def board(template: Store) -> Iterator[Installation]:
    store = STORES.copy(template)
    yield Installation(store)
    store.close()


def before(*edits: tuple[str, str, str]) -> Content:
    """The files with a law; ``edits`` are made to it, or to the others."""
    texts = {**content((TENANT, "laws = []", 'laws = ["decree-1"]')), LAW: DECREE}
    for path, old, new in edits:
        assert old in texts[path]
        texts[path] = texts[path].replace(old, new) if old else texts[path] + new
    return texts


def adopted(effective: str, *, rule: str = RULE) -> Content:
    """The files with house rules that were adopted later beside the first ones."""
    later = before((TENANT, 'house = "house.toml"', 'house = "house-2.toml"\nformer_house = ["house.toml"]'))
    house = later[HOUSE].replace('id = "house"', 'id = "house-2"').replace("effective = 2020-01-01", f"effective = {effective}")
    return {**later, NEXT: house + rule}


def snapshot(texts: Content) -> Snapshot:
    found = load(SLUG, texts, Installation(STORES.empty()).types)
    assert found.snapshot is not None, found.findings
    return found.snapshot


@pytest.mark.parametrize(
    ("edit", "file", "way"),
    [
        ((HOUSE, "", RULE), HOUSE, "former_house"),
        ((HOUSE, "effective = 2020-01-01", "effective = 2020-02-01"), HOUSE, "former_house"),
        ((LAW, "value = 5", "value = 3"), LAW, "supersedes"),
        ((LAW, "effective = 2020-07-01", "effective = 2021-07-01"), LAW, "supersedes"),
    ],
)
def test_what_acts_were_decided_under_is_not_rewritten(
    board: Installation, edit: tuple[str, str, str], file: str, way: str
) -> None:
    with pytest.raises(Unsafe) as stopped:
        apply(board, before(edit))
    (hazard,) = stopped.value.hazards
    assert (hazard.code, hazard.file) == ("version-rewritten", file)
    assert hazard.line >= 1
    assert "decided under it: 1 act;" in hazard.message
    assert way in hazard.do
    assert Installation(board.store).tenant(SLUG).snapshot.revision == 1
    assert apply(board, before(edit), correct=True, why="the paper says so").snapshot.revision == 2


def test_nor_taken_away(board: Installation) -> None:
    with pytest.raises(Unsafe) as stopped:
        apply(board, before((TENANT, 'laws = ["decree-1"]', "laws = []")))
    assert [(each.code, each.file) for each in stopped.value.hazards] == [("version-removed", LAW)]


def test_who_adopted_them_its_wording_and_the_policy_may_be_set_right(board: Installation) -> None:
    texts = before(
        (HOUSE, "the Chair, for this example", "the Chair"),
        (HOUSE, "The Secretary records persons", "The Secretary enters persons"),
        (LAW, "A decree", "The decree"),
        (POLICY, "allow, H.3", "allow, 1.1"),
    )
    assert apply(board, texts).snapshot.revision == 2


def test_a_later_version_of_the_house_rules_speaks_from_its_day_on(board: Installation) -> None:
    tenant = apply(board, adopted("2021-03-01"))
    entered = {"input": {**REGULAR, "starts_at": "2021-05-10T09:00:00"}, "entered_by": "the-secretary", "evidence": PAPER}
    with pytest.raises(Refused):
        perform(tenant, ActRequest("the-chair", "meeting.convene", at=LATER, **entered))  # type: ignore[arg-type]
    done = perform(tenant, ActRequest("the-chair", "meeting.convene", at=LATER + timedelta(days=60), **entered))  # type: ignore[arg-type]
    assert done.decision.outcome == "done"
    assert replay(board, SLUG).ok


def test_one_version_at_a_time_is_in_force() -> None:
    found = snapshot(adopted("2021-03-01"))

    def beside(*day: int) -> list[str]:
        return [layer.instrument.id for layer in found.regime_on(date(*day)).layers]

    assert beside(2021, 2, 28) == ["house", "1/EXAMPLE-LAW"]
    assert beside(2021, 3, 1) == ["house-2", "1/EXAMPLE-LAW"]
    assert beside(2020, 6, 30) == ["house"]  # the law has no say before its day
    spans = {span.charter.instrument.id: (str(span.since), str(span.until)) for span in found.spans()}
    assert (spans["house"], spans["house-2"]) == (("2020-01-01", "2021-02-28"), ("2021-03-01", "None"))


def test_a_law_ends_where_one_that_supersedes_it_begins() -> None:
    second = DECREE.replace("1/EXAMPLE-LAW", "2/EXAMPLE-LAW").replace("effective = 2020-07-01", "effective = 2022-01-01")
    second = second.replace(
        "\n[[clause]]", '\n[[instrument.supersedes]]\nnumber = "1/EXAMPLE-LAW"\ndate = 2020-01-01\n\n[[clause]]', 1
    )
    found = snapshot({**before((TENANT, '["decree-1"]', '["decree-1", "decree-2"]')), "law/decree-2.toml": second})
    on = {day: [layer.instrument.id for layer in found.regime_on(day).layers] for day in (date(2021, 12, 31), date(2022, 1, 1))}
    assert list(on.values()) == [["house", "1/EXAMPLE-LAW"], ["house", "2/EXAMPLE-LAW"]]


def test_a_line_grants_nothing_before_its_clause_is_in_force(board: Installation) -> None:
    """The one policy of a charter's version may cite what the house rules say only later."""
    texts = adopted("2021-03-01", rule='\n[[clause]]\nid = "H.9"\ngloss = { en = "Members issue directions." }\n')
    texts[POLICY] += "\np, member, committee, task, plan, -, allow, H.9\n"
    tenant = apply(board, texts)
    given = {"title": "Report on the bridge", "to": "agency-a"}
    task = perform(tenant, ActRequest("the-chair", "task.assign", input=given, at=LATER)).id
    with pytest.raises(Refused) as stopped:
        perform(tenant, ActRequest("member-a", "task.plan", on=task, input={"text": "First the piers"}, at=LATER))
    assert "H.9" not in [each.clause for each in stopped.value.decision.because]
    found = snapshot(texts)
    lines = [[line.clause for line in found.regime_on(day).lines] for day in (date(2021, 2, 28), date(2021, 3, 1))]
    assert ["H.9" in each for each in lines] == [False, True]


@pytest.mark.parametrize("clash", [('id = "house-2"', 'id = "house"'), ("effective = 2021-03-01", "effective = 2020-01-01")])
def test_each_version_of_the_house_rules_has_its_own_id_and_day(board: Installation, clash: tuple[str, str]) -> None:
    texts = adopted("2021-03-01")
    texts[NEXT] = texts[NEXT].replace(*clash)
    with pytest.raises(NotApplied) as stopped:
        apply(board, texts)
    assert [(each.code, each.file) for each in stopped.value.findings] == [("same-version", NEXT)]
