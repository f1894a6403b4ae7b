"""What `tenant list`, `plan` and `pull` know of revisions in the database and of the files that come from them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from steerco.changes.drift import Drift, Pulled, drift, pull
from steerco.cli.problems import USAGE, CommandProblem, not_applied
from steerco.cli.revision_marks import RevisionMark, note, replace, seen
from steerco.cli.shell import Shell
from steerco.configuration.home import slug_in
from steerco.configuration.installation import ONBOARDING
from steerco.configuration.load import belongs
from steerco.configuration.revisions import InUse, content_of, newest
from steerco.store.tables import Revision

Stored = tuple[int, str, dict[str, str]]


def in_use(shell: Shell, slug: str) -> Stored | None:
    """The revision in use: its number, digest and files under the tenant's name here; none where nothing is applied, or the first
    apply was cut off."""
    if slug not in shell.applied() or shell.installation.state(slug) == ONBOARDING:
        return None
    number = shell.installation.number(slug)
    with shell.installation.store.read(number) as session:
        row = newest(session, number)
        return _stored(row, slug) if row else None


def stored(shell: Shell, slug: str, number: int) -> Stored:
    """The revision of that number. Raises ``CommandProblem`` where there is none."""
    tenant = shell.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        row = session.get(Revision, (tenant.id, number))
        if row is None:
            do = f"`steerco tenant revisions {slug}` lists them"
            raise CommandProblem("no-revision", f"{slug} has no revision {number}", do, exit=USAGE)
        return _stored(row, slug)


def _stored(row: Revision | InUse, slug: str) -> Stored:
    return row.number, row.digest, _called(content_of(row), slug)


def _called(content: dict[str, str], slug: str) -> dict[str, str]:
    """The files under another name, if they have another: a tenant that was brought here from elsewhere."""
    name = slug_in(content, slug)
    if name == slug:
        return content
    import tomlkit

    old, own = f"tenants/{name}/", f"tenants/{slug}/"
    found = {own + path.removeprefix(old) if path.startswith(old) else path: text for path, text in content.items()}
    document = tomlkit.parse(found[f"{own}tenant.toml"])
    document["slug"] = slug
    return {**found, f"{own}tenant.toml": tomlkit.dumps(document)}


def base_of(shell: Shell, slug: str, here: dict[str, str], there: Stored) -> Stored | None:
    """The revision that the files come from, if that is known."""
    if here == there[2]:
        return there
    based = seen(shell, slug).based
    if based is None or based.number > there[0]:
        return None
    found = stored(shell, slug, based.number)
    return found if found[1] == based.digest else None


def listed(shell: Shell, slug: str, *, files: bool) -> dict[str, Any]:
    """What `tenant list` says of a tenant that was applied: what runs, and how the files stand to it."""
    there = in_use(shell, slug)
    if there is None:  # its first apply was cut off
        return {"revision": 0, "changed": files, "drift": []}
    name = tomllib.loads(there[2].get(f"tenants/{slug}/tenant.toml", "")).get("name", {})
    found = drifted(shell, slug, there) if files else []
    return {"name": name.get("en") or name.get("vi") or slug, "revision": there[0], "changed": bool(found), "drift": found}


def drifted(shell: Shell, slug: str, there: Stored) -> list[Drift]:
    """How the files stand to the revision in use, file by file."""
    here = shell.home.content(slug)
    base = base_of(shell, slug, here, there)
    return drift(here, there[2], base[2] if base else None)


def pulled(shell: Shell, slug: str, *, theirs: bool) -> dict[str, Any]:
    """Bring the files to the revision in use; what was done. Nothing is written where one file cannot be."""
    there, here = in_use(shell, slug), shell.home.content(slug)
    if there is None:
        raise not_applied(slug)
    base = base_of(shell, slug, here, there)
    todo = pull(here, there[2], base[2] if base else None)
    conflicts, beside = dict(todo.conflicts), list[str]()
    written = dict(todo.written)
    if theirs:
        for path in sorted(conflicts):
            beside.append(_beside(shell.home.folder, path))
            written[path] = there[2][path]
        conflicts = {}
    _write(shell, slug, written, todo)
    if not conflicts:
        note(shell, slug, planned=RevisionMark(*there[:2]), based=RevisionMark(*there[:2]))
    done = {
        "written": sorted(written),
        "gone": list(todo.gone),
        "kept": list(todo.kept),
        "beside": beside,
        "conflicts": conflicts,
    }
    return {"slug": slug, "revision": there[0], **done}


def discarded(shell: Shell, slug: str) -> dict[str, Any]:
    """Bring every file to the revision in use, whatever was edited here; what was here is kept beside."""
    there, here = in_use(shell, slug), shell.home.content(slug)
    if there is None:
        raise not_applied(slug)
    written = {path: text for path, text in there[2].items() if here.get(path) != text}
    gone = tuple(path for path in sorted(here) if path not in there[2] and path.startswith("tenants/"))
    beside = [_beside(shell.home.folder, path) for path in sorted({*written, *gone}) if path in here]
    _write(shell, slug, written, Pulled(gone=gone))
    note(shell, slug, planned=RevisionMark(*there[:2]), based=RevisionMark(*there[:2]))
    done = {"written": sorted(written), "gone": list(gone), "kept": list[str](), "beside": beside, "conflicts": dict[str, str]()}
    return {"slug": slug, "revision": there[0], **done}


def _write(shell: Shell, slug: str, written: dict[str, str], todo: Pulled) -> None:
    for path in (*written, *todo.gone):
        if not belongs(slug, path) or (shell.home.folder / path).is_symlink():
            raise CommandProblem("foreign-file", f"{path} is no file of {slug}", "nothing was written; look at the revision")
    for path, text in written.items():
        replace(shell.home.folder / path, text.encode())
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
