"""Problems of commands: one line on stderr that says what to do next, or JSON where JSON was asked for."""

from __future__ import annotations

import json as json_
import os
import sys
import traceback
from typing import Any

from steerco.store.fair_lock import FILES_AWAY, FULL, LOST, READ_ONLY, StoreUnavailable

OK, FINDINGS, USAGE = 0, 1, 2
"""Exit codes: done; refused, or something was found; the command was not understood."""


class CommandProblem(Exception):
    """A command that cannot do what it was asked. ``do`` says what to do next; ``more`` goes into the JSON answer."""

    def __init__(self, code: str, message: str, do: str = "", *, exit: int = FINDINGS, **more: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.do, self.exit, self.more = code, message, do, exit, more


def tell(code_name: str, message: str, do: str, *, json: bool, code: int, **more: Any) -> int:
    """Print a problem on stderr and return the exit code."""
    if json:
        print(json_.dumps({"error": code_name, "message": message, "do": do, **more}, ensure_ascii=False), file=sys.stderr)
    else:
        line = " ".join(message.split()).rstrip(".")
        print(f"steerco: {line}{f'; {do}' if do else ''}", file=sys.stderr)
    return code


def tell_of(error: Exception, *, json: bool) -> int:
    """Print what an exception means to the user of the command, and return the exit code."""
    problem = error if isinstance(error, CommandProblem) else problem_of(error)
    if problem is None:
        if os.environ.get("STEERCO_DEBUG"):
            traceback.print_exception(error)
        message = f"{type(error).__name__}: {error}"
        return tell("unexpected", message, "with STEERCO_DEBUG=1 the whole trace is shown", json=json, code=FINDINGS)
    return tell(problem.code, problem.message, problem.do, json=json, code=problem.exit, **problem.more)


def problem_of(error: Exception) -> CommandProblem | None:
    """Return the problem that stands for an exception of the packages below; None for an unknown one."""
    from steerco.configuration.apply_checks import Barred, Unsafe
    from steerco.configuration.home import BadSlug, NotUtf8
    from steerco.configuration.installation import NotApplied, NoTenant
    from steerco.configuration.revisions import Outrun
    from steerco.configuration.tenant import Gone
    from steerco.founding.problem import FoundingProblem

    match error:
        case FoundingProblem():
            return CommandProblem(error.code, error.message, error.do, exit=USAGE if error.asked else FINDINGS)
        case BadSlug():
            return CommandProblem("bad-slug", str(error), exit=USAGE)
        case NoTenant() | Gone():
            return not_applied(error.slug)
        case NotApplied() | NotUtf8():
            first, *others = [f"{finding.file}:{finding.line}: {finding.message}" for finding in error.findings]
            more = f" (and {len(others)} more)" if others else ""
            do = f"`steerco tenant check {error.slug}` lists everything"
            return CommandProblem("not-applicable", f"{first}{more}", do, findings=_plain(error.findings))
        case Outrun():
            do = f"`steerco tenant pull {error.slug}` brings it into your files, `tenant plan` shows what then remains"
            return CommandProblem("outrun", str(error), do, base=error.base, newest=_plain(error.newest))
        case Barred():
            do, changes = "ask one of them, or let the operator apply it", [str(change) for change in error.changes]
            why = {name: _plain(getattr(error.decision, name)) for name in ("basis", "because", "who_may")}
            return CommandProblem("barred", str(error), do, person=error.person, changes=changes, **why)
        case Unsafe():
            hazard = error.hazards[0]
            more = f" (and {len(error.hazards) - 1} more: `steerco tenant plan {error.slug}`)" if len(error.hazards) > 1 else ""
            where = f"{hazard.file}:{hazard.line}: " if hazard.file else ""
            return CommandProblem("unsafe", f"{where}{hazard.message}{more}", hazard.do, refused=_plain(error.hazards))
    return _store_problem(error)


def _store_problem(error: Exception) -> CommandProblem | None:
    """Return the problem that stands for an exception of the store or of the system; None for an unknown one."""
    from sqlalchemy.exc import ArgumentError, DBAPIError

    from steerco.store.checkpoint import UnreadableCheckpoint
    from steerco.store.engine import Busy
    from steerco.store.files import MARK, OthersFiles, TooLarge
    from steerco.store.migration_lines import OutOfBounds

    match error:
        case OthersFiles():
            do = (
                "give each installation a STEERCO_FILES of its own; where this one's key was lost, bring var/checkpoint.key back"
                f" from a backup; if nobody else uses that place, take away what lies there under the name {MARK!r}"
            )
            return CommandProblem("others-files", str(error), do)
        case StoreUnavailable():
            return _away(error, error.__cause__)
        case Busy():
            return CommandProblem("busy", f"the database is busy: {error}", "try again in a moment")
        case DBAPIError() | ArgumentError():
            return _database(error)
        case UnreadableCheckpoint():
            do = "bring that file back from a backup, or take the line away: the others hold"
            return CommandProblem("checkpoints", str(error), do)
        case OutOfBounds():
            do = "nothing was changed; take that version away, and write the plugin's by `steerco plugin migration NAME`"
            return CommandProblem("out-of-bounds", str(error), do)
        case TooLarge():
            return CommandProblem("too-large", str(error), "hand in a smaller file, or several")
        case UnicodeEncodeError():
            return CommandProblem("not-text", "an argument holds bytes that are no UTF-8 text", "type it again", exit=USAGE)
        case PermissionError():
            do = "make it readable and writable for this user"
            return CommandProblem("not-allowed", f"{error.filename}: {error.strerror}", do)
        case OSError():
            return CommandProblem("system", str(error), "`steerco doctor` looks at the installation")
    return None


_AWAY = {
    LOST: "look whether the server runs and the address leads to it; then again",
    READ_ONLY: "make it writable, or lead the address to the primary; then again",
    FULL: "make room on that disk; then again",
    FILES_AWAY: "look at STEERCO_FILES and STEERCO_S3_…, and whether the store answers; then again",
}


def _away(outage: StoreUnavailable, error: BaseException | None) -> CommandProblem:
    return CommandProblem(outage.code, _first(error) if outage.code == LOST else str(outage), _AWAY[outage.code])


def _database(error: Exception) -> CommandProblem:
    """Return the problem for an error of the database: what the operator has to do where that is known, never the statement."""
    from steerco.store import postgres, sqlite

    orig = getattr(error, "orig", None)
    if isinstance(outage := sqlite.outage(orig) or postgres.outage(orig), StoreUnavailable):
        return _away(outage, error)
    message, state = _first(error), getattr(orig, "sqlstate", "")
    if state == "42501":
        do = "name the tables' owner by STEERCO_OPERATOR_URL; `steerco db upgrade --role ROLE` gives the serving role its rights"
        return CommandProblem("no-right", f"the database refuses it: {message}", do)
    if state == "42704":
        return CommandProblem("no-role", f"the database refuses it: {message}", "make the role first: CREATE ROLE … LOGIN")
    return CommandProblem("database", f"the database refuses it: {message}", "`steerco doctor` looks at it")


def _first(error: BaseException | None) -> str:
    """Return the driver's message without the statement, its parameters and what follows."""
    message = str(getattr(error, "orig", None) or error or "it cannot be reached").strip()
    return message.partition("\nLINE ")[0]


def not_applied(slug: str) -> CommandProblem:
    """Return the problem of a tenant that is not in the database."""
    return CommandProblem(
        "no-tenant",
        f"tenant {slug!r} is not applied here",
        f"`steerco tenant apply {slug}` makes it run, `steerco tenant list` shows what there is",
    )


def _plain(finding: Any) -> Any:
    from msgspec import to_builtins

    return to_builtins(finding)
