"""The shape of the program, read from its sources: circles of files, imports against the order of rooms, class names that stand
in several files, and functions with many parameters.

Imports inside functions and under ``TYPE_CHECKING`` count like any other.
"""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRACT = "Rooms import one way"
MOST_SHARED_CLASS_NAMES = 10
MOST_PARAMETERS = 8
MANY_PARAMETERS = {
    "steerco.cli.acts.commands.explain": "one parameter is one option of the command",
    "steerco.cli.acts.do_act.act": "one parameter is one option of the command",
    "steerco.committee.members.appointment.appoint": "the parameters are the fields of the action's input",
    "steerco.committee.work.checking.open_": "the parameters are the fields of the action's input",
    "steerco.committee.work.guidance.issue": "the parameters are the fields of the action's input",
    "steerco.committee.work.commendation.propose": "the parameters are the fields of the action's input",
    "steerco.committee.members.authority_delegation.grant": "the parameters are the fields of the action's input",
    "steerco.committee.documents.document.draft": "the parameters are the fields of the action's input",
    "steerco.committee.documents.document.edit": "the parameters are the fields of the action's input",
    "steerco.committee.work.inspection.open_": "the parameters are the fields of the action's input",
    "steerco.committee.work.issue.raise_": "the parameters are the fields of the action's input",
    "steerco.committee.decisions.matter.raise_": "the parameters are the fields of the action's input",
    "steerco.committee.members.mobilisation.order": "the parameters are the fields of the action's input",
    "steerco.committee.members.portfolio.assign": "the parameters are the fields of the action's input",
    "steerco.committee.work.proposal.file": "the parameters are the fields of the action's input",
    "steerco.committee.work.report.call": "the parameters are the fields of the action's input",
    "steerco.committee.work.review.draft": "the parameters are the fields of the action's input",
    "steerco.committee.members.secondment.nominate": "the parameters are the fields of the action's input",
    "steerco.committee.members.team.form": "the parameters are the fields of the action's input",
    "steerco.committee.meetings.meeting_agenda.propose_item": "the parameters are the fields of the action's input",
    "steerco.committee.meetings.meeting_calling.convene": "the parameters are the fields of the action's input",
    "steerco.committee.meetings.meeting_calling.plan": "the parameters are the fields of the action's input",
    "steerco.committee.work.task.assign": "the parameters are the fields of the action's input",
    "steerco.configuration.installation.Installation.apply": "one parameter is one option of `steerco tenant apply`",
    "steerco.store.log.append": "the columns of an event",
}
"""Functions with more parameters than others may have, each with the reason."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> Mapping[str, ast.Module]:
    """Return the syntax tree of each module of core and of the plugins, by dotted name; templates for new plugins are none."""
    trees = {}
    for root in (ROOT / "core", ROOT / "plugins"):
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            if "skeleton" not in parts:
                trees[".".join(parts).removesuffix(".__init__")] = ast.parse(path.read_text("utf-8"))
    return trees


@cache
def imports() -> Mapping[str, Mapping[str, int]]:
    """Return the modules that each module imports, with the line of the first import."""
    graph: dict[str, dict[str, int]] = {name: {} for name in modules()}
    for name, tree in modules().items():
        for node in ast.walk(tree):
            for target in _targets(node):
                if target != name:
                    graph[name].setdefault(target, node.lineno)  # type: ignore[attr-defined]
    return graph


def _targets(node: ast.AST) -> Iterator[str]:
    """Yield the modules of ours that an import statement names."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in modules())
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            candidates = (f"{node.module}.{alias.name}", node.module)
            yield from [candidate for candidate in candidates if candidate in modules()][:1]


def _circle(graph: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Return the modules of one circle of imports, in order; none if there is no circle."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def _ranks() -> dict[str, int]:
    """Return the rank of each room in the contract of import-linter: a room imports rooms of higher rank only."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["name"] == CONTRACT)
    return {room.strip(): rank for rank, layer in enumerate(layers) for room in layer.split("|")}


def _room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def _against_order(graph: Mapping[str, Mapping[str, int]], ranks: Mapping[str, int]) -> list[str]:
    """Return the imports from one room into another that the order of rooms does not allow."""
    edges = [(source, target, line) for source, targets in graph.items() for target, line in targets.items()]
    return [
        f"{source}:{line} imports {target}"
        for source, target, line in edges
        if _room(source) in ranks and _room(target) in ranks and _room(source) != _room(target)
        if ranks[_room(source)] >= ranks[_room(target)]
    ]


def _functions(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, Function]]:
    for node in body:
        if isinstance(node, ast.ClassDef | Function):
            name = f"{prefix}.{node.name}"
            if isinstance(node, Function):
                yield name, node
            yield from _functions(node.body, name)


def _parameters(function: Function) -> int:
    names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def test_no_files_import_each_other_in_a_circle() -> None:
    assert len(imports()) > 200
    assert _circle(imports()) == []


def test_a_circle_is_noticed() -> None:
    assert set(_circle({"a": {"b": 1}, "b": {"c": 1}, "c": {"a": 1}})) == {"a", "b", "c"}


def test_no_import_goes_against_the_order_of_rooms() -> None:
    rooms = {_room(module) for module in modules() if module.startswith("steerco.")}
    packages = {room for room in rooms if any(module.startswith(f"{room}.") for module in modules())}
    assert packages - _ranks().keys() == set(), "a room that the contract does not place"
    assert _against_order(imports(), _ranks()) == []


def test_an_import_against_the_order_is_noticed() -> None:
    graph = {"steerco.store.log": {"steerco.kernel.act": 7}, "steerco.charter.model": {"steerco.store.log": 9}}
    assert _against_order(graph, _ranks()) == [
        "steerco.store.log:7 imports steerco.kernel.act",
        "steerco.charter.model:9 imports steerco.store.log",
    ]


def test_an_import_inside_a_function_and_one_for_types_count() -> None:
    tree = ast.parse(
        "if TYPE_CHECKING:\n    from steerco.kernel import act\n"
        "def late():\n    from steerco.store.log import append\n    import steerco.store.engine\n"
    )
    targets = {target for node in ast.walk(tree) for target in _targets(node)}
    assert targets == {"steerco.kernel.act", "steerco.store.log", "steerco.store.engine"}


def test_few_class_names_stand_in_several_files() -> None:
    files = defaultdict(set)
    for module, tree in modules().items():
        if module.startswith("steerco_client"):  # a distribution of its own, read without the server
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                files[node.name].add(module)
    shared = {name: sorted(places) for name, places in files.items() if len(places) > 1}
    assert len(shared) <= MOST_SHARED_CLASS_NAMES, shared


def test_no_function_takes_many_parameters_without_a_reason() -> None:
    counts = {
        name: _parameters(function) for module, tree in modules().items() for name, function in _functions(tree.body, module)
    }
    assert {name for name, count in counts.items() if count > MOST_PARAMETERS} == set(MANY_PARAMETERS)


def test_nothing_is_remembered_of_record_types_without_end() -> None:
    endless = [
        f"{name}.{function.name}"
        for name, tree in modules().items()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and any(isinstance(each, ast.Name) and each.id == "cache" for each in function.decorator_list)
        and any("type[" in (asked := ast.unparse(each.annotation or each)) or "Action" in asked for each in function.args.args)
    ]
    assert endless == [], "a tenant that changes its registers makes new types: remember some of them (TYPES_KEPT)"
