"""Revisions in the database and the files that come from them, for `tenant list`, `plan` and `pull`.

A mark is what this home has seen of a tenant: the revision last planned against, and the one that its files come from. Marks are
kept beside the data, so that two admins with homes of their own on one database each have their own. A number counts only while
the database has that very revision: another database, or one that was restored, has others.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, structs

from steerco.changes import prepared
from steerco.changes.drift import Drift, Pulled, drift, pull
from steerco.changes.prepared import Stored
from steerco.cli.frame.problems import USAGE, CommandProblem, not_applied
from steerco.cli.frame.shell import Shell
from steerco.config.short_forms import name_in
from steerco.configuration.load import belongs
from steerco.configuration.replaced_files import replace_all
from steerco.store import file_modes


class RevisionMark(Struct, frozen=True):
    """A revision by number and digest."""

    number: int
    digest: str


class Seen(Struct, frozen=True):
    """``planned``: the revision in use when `plan`, `apply` or `pull` last looked; ``based``: the one that the files are, or
    were brought up to."""

    planned: RevisionMark | None = None
    based: RevisionMark | None = None


def seen(shell: Shell, slug: str) -> Seen:
    """Return what this home has seen; an empty value where the note cannot be read."""
    try:
        return msgspec.json.decode(_path(shell, slug).read_bytes(), type=Seen)
    except (OSError, msgspec.DecodeError):
        return Seen()


def note(shell: Shell, slug: str, *, planned: RevisionMark | None = None, based: RevisionMark | None = None) -> None:
    """Keep what is given of both. A home that cannot be written keeps nothing: `apply` then asks for ``--base``."""
    marks = {name: value for name, value in (("planned", planned), ("based", based)) if value is not None}
    path, text = _path(shell, slug), msgspec.json.encode(structs.replace(seen(shell, slug), **marks)).decode()
    try:
        file_modes.folder(path.parent)
        replace_all({path: text})
    except OSError:
        return


def _path(shell: Shell, slug: str) -> Path:
    return shell.home.data / "seen" / f"{slug}.json"


def in_use(shell: Shell, slug: str) -> Stored | None:
    """Return the revision in use; none where nothing is applied, or the first apply was cut off."""
    return prepared.in_use(shell.installation, slug) if slug in shell.applied() else None


def stored(shell: Shell, slug: str, number: int) -> Stored:
    """Return the revision of that number. Raises ``CommandProblem`` where there is none."""
    shell.tenant(slug)
    found = prepared.stored(shell.installation, slug, number)
    if found is None:
        do = f"`steerco tenant revisions {slug}` lists them"
        raise CommandProblem("no-revision", f"{slug} has no revision {number}", do, exit=USAGE)
    return found


def base_of(shell: Shell, slug: str, files: dict[str, str], current: Stored) -> Stored | None:
    """Return the revision that the files come from, if that is known."""
    if files == current[2]:
        return current
    based = seen(shell, slug).based
    if based is None or based.number > current[0]:
        return None
    base = stored(shell, slug, based.number)
    return base if base[1] == based.digest else None


def applied_summary(shell: Shell, slug: str, *, files: bool) -> dict[str, Any]:
    """Return the row of `tenant list` for an applied tenant: what runs, and how the files differ from it."""
    current = in_use(shell, slug)
    if current is None:  # its first apply was cut off
        return {"revision": 0, "changed": files, "drift": []}
    name = name_in(tomllib.loads(current[2].get(f"tenants/{slug}/tenant.toml", "")))
    drifts = drifted(shell, slug, current) if files else []
    return {"name": name or slug, "revision": current[0], "changed": bool(drifts), "drift": drifts}


def drifted(shell: Shell, slug: str, current: Stored) -> list[Drift]:
    """Return how each file differs from the revision in use."""
    files = shell.home.content(slug)
    base = base_of(shell, slug, files, current)
    return drift(files, current[2], base[2] if base else None)


def pulled(shell: Shell, slug: str, *, theirs: bool) -> dict[str, Any]:
    """Bring the files to the revision in use; what was done. Nothing is written where one file cannot be."""
    current, files = in_use(shell, slug), shell.home.content(slug)
    if current is None:
        raise not_applied(slug)
    base = base_of(shell, slug, files, current)
    todo = pull(files, current[2], base[2] if base else None)
    conflicts, beside = dict(todo.conflicts), list[str]()
    texts = dict(todo.written)
    if theirs:
        for path in sorted(conflicts):
            beside.append(_beside(shell.home.folder, path))
            texts[path] = current[2][path]
        conflicts = {}
    _write(shell, slug, texts, todo)
    if not conflicts:
        note(shell, slug, planned=RevisionMark(*current[:2]), based=RevisionMark(*current[:2]))
    done = {
        "written": sorted(texts),
        "gone": list(todo.gone),
        "kept": list(todo.kept),
        "beside": beside,
        "conflicts": conflicts,
    }
    return {"slug": slug, "revision": current[0], **done}


def discarded(shell: Shell, slug: str) -> dict[str, Any]:
    """Bring every file to the revision in use, whatever was edited here; what was here is kept beside."""
    current, files = in_use(shell, slug), shell.home.content(slug)
    if current is None:
        raise not_applied(slug)
    texts = {path: text for path, text in current[2].items() if files.get(path) != text}
    gone = tuple(path for path in sorted(files) if path not in current[2] and path.startswith("tenants/"))
    beside = [_beside(shell.home.folder, path) for path in sorted({*texts, *gone}) if path in files]
    _write(shell, slug, texts, Pulled(gone=gone))
    note(shell, slug, planned=RevisionMark(*current[:2]), based=RevisionMark(*current[:2]))
    done = {"written": sorted(texts), "gone": list(gone), "kept": list[str](), "beside": beside, "conflicts": dict[str, str]()}
    return {"slug": slug, "revision": current[0], **done}


def _write(shell: Shell, slug: str, texts: dict[str, str], todo: Pulled) -> None:
    for path in (*texts, *todo.gone):
        if not belongs(slug, path) or (shell.home.folder / path).is_symlink():
            raise CommandProblem("foreign-file", f"{path} is no file of {slug}", "nothing was written; look at the revision")
    replace_all({shell.home.folder / path: text for path, text in texts.items()})
    for path in todo.gone:
        (shell.home.folder / path).unlink()


def _beside(folder: Path, path: str) -> str:
    """Keep what stands here under another name, which nothing reads and nothing had."""
    text = (folder / path).read_bytes()
    for number in range(1, 1000):
        name = f"{path}.mine" + (f"-{number}" if number > 1 else "")
        try:
            with (folder / name).open("xb") as file:
                file.write(text)
        except FileExistsError:
            continue
        return name
    raise CommandProblem("too-many", f"there are 999 files {path}.mine-… already", "clear them away")
