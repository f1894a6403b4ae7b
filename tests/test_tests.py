"""Tests that cannot fail are found, as far as their text shows it: those that hold nothing against anything, those that end
before they do, and those that do so only for each of what may be nothing at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KIT = "core/steerco/test*/**/*.py"
"""What authors of plugins test with, and the suite too."""
COMMON = frozenset(
    {
        "run",
        "get",
        "post",
        "read",
        "write",
        "open",
        "do",
        "check",
        "send",
        "add",
        "ask",
        "of",
        "result",
        "called",
        "find",
        "start",
    }
)
"""Names of methods that others have as well, of which no more is known."""
FAIL = frozenset({"raises", "warns", "fail", "check_schema", "run_state_machine_as_test"})
"""What fails by itself, of pytest, of jsonschema and of Hypothesis."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


@cache
def called(node: ast.AST) -> tuple[set[str], set[str]]:
    """The names of what is called in a piece of code: plainly, and behind a dot."""
    found = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
    return {func.id for func in found if isinstance(func, ast.Name)}, {
        func.attr for func in found if isinstance(func, ast.Attribute)
    }


@cache
def fails(node: ast.AST) -> bool:
    """Whether a piece of code holds something that fails by itself."""
    plain, dotted = called(node)
    raised = [each.exc for each in ast.walk(node) if isinstance(each, ast.Raise) and each.exc]
    return (
        any(isinstance(each, ast.Assert) for each in ast.walk(node))
        or any("AssertionError" in called(each)[0] for each in raised)
        or bool((plain | dotted) & FAIL)
    )


class Suite:
    """Which functions fail where something is not as it should be, themselves or by what they call.

    A plain name is a function of the module, or of the suite where the module takes it from there; one behind a dot a method of
    any class of the suite, or a function of a module of it.
    """

    def __init__(self, trees: Sequence[ast.Module]) -> None:
        self.taken = {tree: set(_taken(tree)) for tree in trees}
        self.failing: set[tuple[ast.Module | None, str]] = set()
        every = [(tree, each) for tree in trees for each in functions(tree) if not _fixture(each)]
        known = -1
        while known != len(self.failing):
            known = len(self.failing)
            for tree, each in every:
                if fails(each) or self.fails(tree, each):
                    self.failing |= {(tree, each.name), (None, each.name)}

    def fails(self, tree: ast.Module, node: ast.AST) -> bool:
        """Whether a piece of code of a module calls something that fails."""
        plain, dotted = called(node)
        return any(
            (tree, name) in self.failing or (name in self.taken.get(tree, ()) and (None, name) in self.failing) for name in plain
        ) or any(name not in COMMON and (None, name) in self.failing for name in dotted)


def _taken(tree: ast.Module) -> Iterator[str]:
    """The names that a module takes from elsewhere in the suite."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("tests", "steerco.test")):
            yield from (each.asname or each.name for each in node.names)


def _fixture(node: Function) -> bool:
    return any("fixture" in ast.dump(each) for each in node.decorator_list)


@cache
def modules() -> dict[Path, ast.Module]:
    """The modules of the suite; parsed by the process that tries them, and not by each that collects."""
    return {path: ast.parse(path.read_text("utf-8")) for path in sorted((ROOT / "tests").rglob("*.py"))}


@cache
def suite() -> Suite:
    return Suite([*modules().values(), *(ast.parse(path.read_text("utf-8")) for path in sorted(ROOT.glob(KIT)))])


def own(node: ast.AST) -> Iterator[ast.AST]:
    """Everything in a function that is not in a function within it."""
    for each in ast.iter_child_nodes(node):
        if not isinstance(each, Function | ast.Lambda):
            yield each
            yield from own(each)


def handed(test: Function) -> set[str]:
    """The names of what a test is handed by Hypothesis or from a list that is written out."""
    by = any({"given", "parametrize"} & (called(each)[0] | called(each)[1]) for each in test.decorator_list)
    return {arg.arg for arg in test.args.args if by}


def certain(test: Function, over: ast.expr) -> bool:
    """Whether a loop runs at least once: over what is written out, over a constant, over what it is handed, or over a range."""
    match over:
        case ast.Tuple() | ast.List() | ast.Set() | ast.Dict():
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name) if name.isupper():
            return True
        case ast.Name(id=name):
            written = {target.id: each.value for each in own(test) for target, each in _assigned(each)}
            return name in handed(test) or (
                name in written and isinstance(written[name], ast.Tuple | ast.List | ast.Set | ast.Dict)
            )
        case ast.Call(func=ast.Name(id="range")):
            return True
        case ast.Call(func=ast.Name(id="enumerate" | "sorted" | "zip" | "reversed"), args=[first, *_]):
            return certain(test, first)
        case ast.Call(func=ast.Attribute(value=inner, attr="items" | "values" | "keys")):
            return certain(test, inner)
    return False


def _assigned(node: ast.AST) -> Iterator[tuple[ast.Name, ast.Assign | ast.AnnAssign]]:
    targets = (
        node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) and node.value else []
    )
    return ((each, node) for each in targets if isinstance(each, ast.Name))  # type: ignore[misc]  # narrowed by the line above


def reached(tree: ast.Module, test: Function, body: Sequence[ast.stmt]) -> bool:
    """Whether something that can fail is reached, whatever the loops go over and the conditions say."""

    def fail(node: ast.AST) -> bool:
        return fails(node) or suite().fails(tree, node)

    def one(node: ast.stmt) -> bool:
        match node:
            case ast.For() | ast.AsyncFor():
                return fail(node.iter) or (certain(test, node.iter) and any(map(one, node.body)))
            case ast.While():
                return fail(node.test)
            case ast.If():
                return fail(node.test) or (any(map(one, node.body)) and any(map(one, node.orelse)))
            case ast.With() | ast.AsyncWith():
                return any(fail(item.context_expr) for item in node.items) or any(map(one, node.body))
            case ast.Try():
                return any(map(one, node.body)) or any(map(one, node.finalbody))
        return not isinstance(node, Function | ast.ClassDef) and fail(node)

    return any(map(one, body))


def ends_early(tree: ast.Module, test: Function, body: Sequence[ast.stmt]) -> bool:
    """Whether a test may be over before something that can fail is reached."""
    for at, node in enumerate(body):
        blocks = [getattr(node, name, []) for name in ("body", "orelse", "finalbody")]
        blocks += [handler.body for handler in getattr(node, "handlers", [])]
        within = not isinstance(node, Function | ast.ClassDef) and any(ends_early(tree, test, block) for block in blocks)
        if (within or isinstance(node, ast.Return)) and not reached(tree, test, body[:at]):
            return True
    return False


def amiss(tree: ast.Module, test: Function) -> str:
    """Why a test may hold nothing against anything; empty where it must."""
    if not (fails(test) or suite().fails(tree, test)):
        return "holds nothing against anything"
    if ends_early(tree, test, test.body):
        return "may end before it holds anything: let Hypothesis draw another example (assume), or say what is then so"
    if not reached(tree, test, test.body):
        return "holds something only for each of what may be nothing: assert first that there is some"
    return ""


def test_every_test_can_fail() -> None:
    tests = [(path, tree, each) for path, tree in modules().items() for each in functions(tree) if each.name.startswith("test_")]
    assert len(tests) > 1000
    assert [
        f"{path.relative_to(ROOT)}:{each.lineno}: {each.name} {why}" for path, tree, each in tests if (why := amiss(tree, each))
    ] == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("x = f()", "holds nothing"),
        ("assert f()", ""),
        ("with pytest.raises(ValueError):\n    f()", ""),
        ("for x in f():\n    assert x", "holds something only"),
        ("found = f()\nassert found\nfor x in found:\n    assert x", ""),
        ("for x in (1, 2):\n    assert x", ""),
        ("for x in NAMES.items():\n    assert x", ""),
        ("if f():\n    assert x", "holds something only"),
        ("if f():\n    return\nassert x", "may end before"),
        ("if f():\n    assert x\n    return\nassert y", ""),
        ("try:\n    f()\nexcept ValueError:\n    return\nassert y", "may end before"),
        ("def inner():\n    return 1\nassert inner()", ""),
        ("f()", "holds nothing"),
        ("helps()", ""),
        ("if f():\n    helps()\nelse:\n    assert x", ""),
    ],
)
def test_a_test_that_cannot_fail_is_told_from_one_that_can(body: str, why: str) -> None:
    tree = ast.parse("def helps():\n    assert True\n\ndef f():\n    pass\n\ndef test_it():\n    " + body.replace("\n", "\n    "))
    (test,) = [each for each in functions(tree) if each.name == "test_it"]
    suite().failing.add((tree, "helps"))
    assert amiss(tree, test)[: len(why) or None] == why
