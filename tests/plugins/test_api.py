"""What authors import stays as it is. A change of ``api.txt`` is a change of the version of the hooks: see docs/plugins.md."""

from __future__ import annotations

import ast
import inspect
import warnings
from pathlib import Path

import pytest
from msgspec import Struct

from steerco.extension import api

FROZEN = Path(__file__).parent / "api.txt"
PLUGINS = Path(__file__).parents[2] / "plugins"


def told() -> str:
    """Every name of the API with what it takes."""
    lines = []
    for name in sorted(api.__all__):
        value = getattr(api, name)
        if isinstance(value, type) and issubclass(value, Struct):
            needed = len(value.__struct_fields__) - len(value.__struct_defaults__)
            fields = [field + ("" if at < needed else "?") for at, field in enumerate(value.__struct_fields__)]
            lines.append(f"{name}({', '.join(fields)})")
        elif inspect.isfunction(value):
            takes = inspect.signature(value).parameters.values()
            lines.append(f"{name}({', '.join(each.name + ('' if each.default is each.empty else '?') for each in takes)})")
        else:
            lines.append(name)
    return "\n".join(lines) + "\n"


def test_the_names_that_authors_import_are_frozen() -> None:
    assert told() == FROZEN.read_text("utf-8"), "a name may be added (then add it there); none may change or go in this version"


def test_all_that_is_exported_is_there() -> None:
    assert [name for name in api.__all__ if not hasattr(api, name)] == []


def written(file: Path) -> bool:
    """Not by Alembic, which goes by the store's own column types."""
    return not {"versions", "migrations"} & set(file.parts)


@pytest.mark.parametrize(
    "file", sorted(filter(written, PLUGINS.rglob("*.py"))), ids=lambda path: path.relative_to(PLUGINS).as_posix()
)
def test_a_shipped_plugin_imports_nothing_else_of_the_program(file: Path) -> None:
    own = file.relative_to(PLUGINS).parts[0]
    imported = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module)
        elif isinstance(node, ast.Import):
            imported |= {each.name for each in node.names}
    program = {name for name in imported if name.split(".")[0] == "steerco"}
    assert program <= {"steerco.extension.api"}, f"{own} reaches past the API"


def test_a_name_that_is_to_go_warns_then_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(api.DEPRECATED, "Law", ("Rule", "1.0", "2.0"))
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        assert api.Law is api.Rule
    assert [str(each.message) for each in heard] == ["Law is deprecated since 1.0 and fails from 2.0 on; use Rule"]
    monkeypatch.setitem(api.DEPRECATED, "Law", ("Rule", "0.8", "1.0"))
    with pytest.raises(AttributeError, match=r"Law went with version 1\.0 of the hooks; use Rule"):
        _ = api.Law
    with pytest.raises(AttributeError, match="has no 'Nothing'"):
        _ = api.Nothing
