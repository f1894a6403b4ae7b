"""Casbin: the oracle for the compiled table. No other module imports it.

An enforcer belongs to one snapshot of one tenant and never changes. Tests compare the table with its answers, and the replay of a
log calls it. No request does, since a call takes about a millisecond.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import cache
from importlib import metadata
from pathlib import Path
from threading import Lock
from typing import Any

from steerco.policy.house import NONE, House
from steerco.policy.line import ANY, Line, closed

_ONE_AT_A_TIME = Lock()
"""Of the process, not of an engine: each call parses the matcher, and on Python 3.11 two threads that parse at once can
raise SystemError (AST constructor recursion depth mismatch), whichever enforcers they hold."""


def model_text() -> str:
    """Return the model that this release ships, ``policies/model.conf``.

    Raises:
        FileNotFoundError: the installation lacks it.
    """
    package = Path(__file__).parents[1]
    for home in (package / "home", package.parents[1]):
        if (path := home / "policies" / "model.conf").is_file():
            return path.read_text(encoding="utf-8")
    raise FileNotFoundError("policies/model.conf: this installation of steerco is incomplete")


@cache
def _require_pycasbin() -> None:
    names = {(d.metadata["Name"] or "").lower() for d in metadata.distributions()}
    if "casbin" in names:
        raise RuntimeError("the distribution casbin overwrites pycasbin's files: uninstall both, then install pycasbin")


class Engine:
    """One pycasbin enforcer over one policy.

    ``closures`` and ``house`` as for ``Table``: the former become role links. ``model`` is the text of a ``model.conf``, by
    default the shipped one.

    Raises:
        RuntimeError: the distribution ``casbin`` is installed beside ``pycasbin``, or Casbin does not take the lines.
    """

    def __init__(
        self,
        lines: Sequence[Line],
        closures: Mapping[str, frozenset[str]],
        model: str | None = None,
        house: House = NONE,
    ) -> None:
        _require_pycasbin()
        with _ONE_AT_A_TIME:
            self._enforcer = _enforcer(lines, closed(closures), model or model_text(), house)

    def enforce(self, subjects: Set[str], body: str, object: str, act: str, facets: frozenset[str] = frozenset()) -> bool:
        """Casbin's answer to the request that ``Table.allows`` takes."""
        with _ONE_AT_A_TIME:
            return bool(self._enforcer.enforce(frozenset(subjects), body, object, act, facets))

    def enforce_ex(
        self, subjects: Set[str], body: str, object: str, act: str, facets: frozenset[str] = frozenset()
    ) -> tuple[bool, list[str]]:
        """Casbin's answer with the last line that matched, as its seven fields; it names no other."""
        with _ONE_AT_A_TIME:
            allowed, line = self._enforcer.enforce_ex(frozenset(subjects), body, object, act, facets)
        return bool(allowed), list(line)


def _enforcer(lines: Sequence[Line], closures: Mapping[str, frozenset[str]], model_conf: str, house: House) -> Any:
    import casbin  # here: few commands ask Casbin, and importing it takes longer than what they do ask

    model = casbin.Enforcer.new_model(text=model_conf)
    enforcer = casbin.Enforcer(model)
    rules = [list(fields) for fields in dict.fromkeys(line.fields for line in lines)]
    links = [[role, group] for role, groups in closures.items() for group in sorted(groups - {role})]
    if not model.add_policies("p", "p", rules) or (links and not model.add_policies("g", "g", links)):
        raise RuntimeError("Casbin refuses the lines of the policy")
    enforcer.build_role_links()
    roles = enforcer.get_role_manager()

    def holds(subjects: frozenset[str], subject: str) -> bool:
        return subject in subjects or any(roles.has_link(mine, subject) for mine in subjects)

    lines_by_fields = {line.fields: line for line in lines}
    grants = [line for line in lines if house.grants(line)]

    def fills(sub: frozenset[str], body: str, object: str, act: str, facets: frozenset[str], *fields: str) -> bool:
        line = lines_by_fields[fields]  # type: ignore[index]  # seven fields, as they were added
        if not house.fills(line):
            return True
        same = [grant for grant in grants if grant.concerns(body, object, act, facets)]
        return not any(house.yields(line, grant) if line.allow else holds(sub, grant.subject) for grant in same)

    enforcer.add_function("fills", fills)
    enforcer.add_function("holds", holds)
    enforcer.add_function("kindOf", _kind_of)
    enforcer.add_function("aimed", _aimed)
    return enforcer


def _kind_of(object: str, pattern: str) -> bool:
    return pattern in (ANY, object) or object.startswith(pattern + ".")


def _aimed(facets: frozenset[str], needed: str) -> bool:
    return needed == "-" or facets.issuperset(needed.split(";"))
