"""A plugin's source as ``plugin check`` reads it: what it imports of the program, and what it changes at run time.

Read as a syntax tree, since a line that is never reached while a check runs counts too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

PROGRAM, API = "steerco", "steerco.extension.api"
MADE_MUTABLE = frozenset({"list", "dict", "set", "bytearray", "defaultdict", "deque", "Counter", "OrderedDict", "SimpleQueue"})
CHANGING = frozenset(
    {"add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem", "popleft", "put", "remove"}
    | {"reverse", "setdefault", "sort", "update", "__setitem__"}
)
"""Methods that change what they are called on."""

Trees = Mapping[str, ast.Module]


def trees(folder: Path, leave_out: str = "") -> dict[str, ast.Module]:
    """Return the modules of a package by their path in it, but for those in the folder ``leave_out`` (its migrations).

    Raises ``SyntaxError``.
    """
    parsed = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).parts
        if parts[0] not in (leave_out or None, "tests"):
            parsed["/".join(parts)] = ast.parse(path.read_text("utf-8"), path.name)
    return parsed


def reaching(modules: Trees) -> Iterator[str]:
    """Yield every import of the program that is not of what authors import, with its place."""
    for file, tree in modules.items():
        for node in ast.walk(tree):
            for name in _imported(node):
                inside = name == API or name.startswith(f"{API}.")
                if name.partition(".")[0] == PROGRAM and not inside:
                    yield f"{file}:{getattr(node, 'lineno', 0)} {name}"


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (each.name for each in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield from [f"{node.module}.{each.name}" for each in node.names] if node.module != API else [API]
    elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__"):
        yield from (each.value for each in node.args[:1] if isinstance(each, ast.Constant) and isinstance(each.value, str))


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def changing(modules: Trees) -> Iterator[str]:
    """Yield every place where a function changes what its module keeps: one process serves all committees at once, and several
    processes serve each, so that such a thing is everybody's and nobody's.
    """
    mutable = {name for tree in modules.values() for name in _mutable(tree)}
    for file, tree in modules.items():
        module_names = _top(tree)
        for function in _functions(tree):
            hidden = _own(function)
            for node in ast.walk(function):
                for name in _changed(node, mutable & module_names - hidden, module_names - hidden):
                    yield f"{file}:{getattr(node, 'lineno', 0)} {name}"


def _top(tree: ast.Module) -> set[str]:
    """Return the names that stand at the top of a module, imported ones among them."""
    names = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {each.asname or each.name.partition(".")[0] for each in node.names}
        else:
            names |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    return names


def _mutable(tree: ast.Module) -> Iterator[str]:
    """Names at the top of a module that hold something changeable."""
    for node in tree.body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        literal = isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)
        if literal or (isinstance(value, ast.Call) and _called(value) in MADE_MUTABLE):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions and methods that stand in no other function."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node
            else:
                waiting.append(node)


def _own(function: ast.AST) -> set[str]:
    """Return the names that a function has of its own: its parameters and what it assigns."""
    shared = {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
    names = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    names |= {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return names - shared


def _changed(node: ast.AST, mutable: set[str], module_names: set[str]) -> Iterator[str]:
    """Yield the names that a statement changes: ``mutable`` names by item or method, ``kept`` ones by attribute or ``global``."""
    if isinstance(node, ast.Global):
        yield from (f"global {name}" for name in node.names)
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        yield from (f"{name}[…]" for name in _base(node.value, mutable))
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
        yield from (f"{name}.{node.attr}" for name in _base(node.value, module_names))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
        yield from (f"{name}.{node.func.attr}(…)" for name in _base(node.func.value, mutable))


def _base(node: ast.AST, among: set[str]) -> Iterator[str]:
    """Yield the name that an expression begins with (``X`` of ``X[1].y``), if it is among these."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    if isinstance(node, ast.Name) and node.id in among:
        yield node.id
