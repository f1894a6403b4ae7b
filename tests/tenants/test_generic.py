"""Core knows no committee: no tenant, no role, no Vietnamese stands in its Python; and it cites only what it declares."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from steerco.committee import record_types
from steerco.configuration.home import Home
from steerco.configuration.load import load
from steerco.configuration.platform_orders import ORDERS
from steerco.kernel import on_behalf, vacant_places
from steerco.kernel.authority import NOT_IN_FORCE

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "core").rglob("*.py"))
VIETNAMESE = re.compile("[ăâđêôơưạảãàáằắẵẳặầấẫẩậèéẹẻẽềếễểệìíịỉĩòóọỏõồốỗổộờớỡởợùúụủũừứữửựỳýỵỷỹ]", re.IGNORECASE)
ENGLISH = {"head", "member"}
"""Role ids that are plain English words too; as names of a committee's roles they stand in no comparison of core."""

VOCABULARY = {"config/schema_voters.py": 'LEAD = "chair"'}
"""Values of the vocabulary that are also ids of roles: each stands once, in this assignment."""


def test_no_tenant_role_or_vietnamese_stands_in_cores_python() -> None:
    home = Home(ROOT)
    words = set(home.slugs())
    for slug in home.slugs():
        snapshot = load(slug, home.content(slug), record_types()).snapshot
        assert snapshot is not None
        words |= {role.id for charter in snapshot.charters for role in charter.roles} - ENGLISH
    named = re.compile(rf"(?<![\w-])({'|'.join(sorted(words, key=len, reverse=True))})(?![\w-])", re.IGNORECASE)
    for path in SOURCES:
        value = VOCABULARY.get(path.relative_to(ROOT / "core").as_posix().removeprefix("steerco/"), "")
        assert value in path.read_text("utf-8"), value
        text = path.read_text("utf-8").replace(value, "", 1)
        assert not named.search(text), f"{path}: {named.findall(text)}"
        assert not VIETNAMESE.search(text), f"{path}: {VIETNAMESE.findall(text)}"


def test_every_platform_order_that_core_gives_is_declared_and_none_besides() -> None:
    given = {"state", "tenant-suspended", "tenant-leaving", "plugin-out-of-use", "plugin-missing"}  # of every act
    given |= {on_behalf.PAPER, on_behalf.NOTE, on_behalf.DIRECTORY, on_behalf.OWN_GAIN}  # of acts entered for another
    given |= set(NOT_IN_FORCE.values())
    given.add("paper-not-made")  # of signing, where a plugin fails
    given.add("administration")  # of applying a change of configuration
    given.add("seat-taken")  # a conflict of what is on record, and no act out of order
    given.add(vacant_places.ORDER.partition(":")[2])  # of a duty, and no act
    for path in (ROOT / "core" / "steerco" / "committee").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "out_of_order":
                (code, *_) = node.args
                assert isinstance(code, ast.Constant), f"{path}:{node.lineno}: a code that is not written out"
                given.add(code.value)
    assert {f"steerco:{code}" for code in given} == ORDERS
