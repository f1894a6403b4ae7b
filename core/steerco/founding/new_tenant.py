"""Writes the files of a new tenant: an example of a kind that works, or what an imported regulation still lacks.

``tenant new`` and ``charter import`` work in either order and come to the same files: an imported charter keeps its clauses, and
the kind's rows, powers and people stand beside them as comments, for a row may cite only a clause that says so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from msgspec import Struct

from steerco.charter.text.proposed_rows import FILE as PROPOSED
from steerco.configuration.home import SLUG, BadSlug, Home
from steerco.configuration.replaced_files import replace_all
from steerco.founding.kinds import BOTH, KINDS, LANGUAGES
from steerco.founding.problem import FoundingProblem

CHARTER = "charter.toml"
PLACES = {
    "tenant.toml": "tenants/{slug}/tenant.toml",
    CHARTER: "tenants/{slug}/charter.toml",
    "house.toml": "tenants/{slug}/house.toml",
    "people.toml": "tenants/{slug}/people.toml",
    "cases.toml": "tenants/{slug}/cases/first.toml",
    "policy.csv": "policies/{slug}.csv",
    "law.toml": "law/{slug}-law.toml",
}
_SAID = re.compile(r'\{ vi = ("(?:[^"\\]|\\.)*"), en = ("(?:[^"\\]|\\.)*") \}')
_POLICY = re.compile(r'^policy = ".*"$', re.MULTILINE)
_HEAD = """
# ------------------------------------------------------------- rows of a committee of this kind, for you to make your own
# Take out the "# " where a clause says so, and cite that clause in the place of "?". `steerco charter todo SLUG` leads through.
"""


class NewTenant(Struct, frozen=True):
    """What a new tenant is to be: the example's kind, the committee's language (or both), its name and its time zone."""

    slug: str
    kind: str = KINDS[0]
    language: str = BOTH
    name: str = ""
    time_zone: str = ""


EXAMPLE = (CHARTER, "policy.csv", "people.toml", "cases.toml")
"""The files of an example that an imported charter stands in for."""
ACCEPTED = ("policy.csv", "people.toml")
"""Files into which proposals of an imported text may have been accepted before: what stands in them stays."""


def write_tenant(home: Home, new: NewTenant) -> list[str]:
    """Write the files of a new tenant, and the editor's schemas where the home has none; return their paths relative to the home.

    An imported charter stays as it is but for the rows of the kind, added as comments. Nothing else is written over. Raises
    ``BadSlug``, and ``FoundingProblem`` where a file is there already.
    """
    if not SLUG.match(new.slug) or len(new.slug) > 60:
        raise BadSlug(new.slug)
    imported = _imported(home, new.slug)
    texts = texts_of(home, new, imported)
    filled = {_path(name, new.slug) for name in (CHARTER, *ACCEPTED)} if imported is not None else set()
    for path in texts:
        if (home.folder / path).exists() and path not in filled:
            do = f"choose another name, or go on with `steerco charter todo {new.slug}`"
            raise FoundingProblem("exists", f"{path} exists already", do)
    kept = {path for path in texts if (home.folder / path).exists() and path != _path(CHARTER, new.slug)}
    before = {path: f"{(home.folder / path).read_text('utf-8').rstrip()}\n\n" for path in kept}
    replace_all({home.folder / path: before.get(path, "") + text for path, text in texts.items()})
    return list(texts)


def texts_of(home: Home, new: NewTenant, imported: str | None = None) -> dict[str, str]:
    """Return the new tenant's files by path relative to the home; ``imported`` is the charter that was imported before."""
    folder = files("steerco.founding") / "skeleton"
    schemas, texts = _schemas(home), dict[str, str]()
    for name in PLACES:
        source = folder / name if name == "tenant.toml" else folder / new.kind / name
        if not source.is_file():
            continue
        text = _in_language(source.read_text("utf-8"), new.language)
        path = _path(name, new.slug)
        if name == "tenant.toml":
            text = _settings(text, new, lawful=(folder / new.kind / "law.toml").is_file())
        elif imported is not None and name == CHARTER:
            text = _beside(imported, text)
        elif imported is not None and name == "cases.toml":
            continue  # cases of another text mean nothing here, and a file of cases without one is a finding
        elif imported is not None and name in ("people.toml", "policy.csv"):
            text = "\n".join(_commented(text)) + "\n"
        text = text.replace("SLUG", new.slug)
        texts[path] = text.replace("#:schema SCHEMA", f"#:schema {os.path.relpath(schemas, (home.folder / path).parent)}")
    return texts


def untouched(home: Home, slug: str) -> NewTenant | None:
    """Return what `tenant new` was asked for where its charter, policy and people stand as it wrote them, else None."""
    there = {path: home.folder / path for path in (_path(name, slug) for name in EXAMPLE)}
    if not all(path.is_file() for path in there.values()):
        return None
    for kind in KINDS:
        for language in LANGUAGES:
            new = NewTenant(slug, kind, language)
            written = texts_of(home, new)
            if all(path.read_text("utf-8") == written[name] for name, path in there.items()):
                return new
    return None


def give_way(home: Home, new: NewTenant) -> None:
    """Take away the example's files that an imported charter stands in for; `house.toml` and `tenant.toml` stay."""
    for name in EXAMPLE:
        (home.folder / _path(name, new.slug)).unlink()


def complete(home: Home, new: NewTenant) -> None:
    """Write what the example's kind has beside a charter that was imported in its place."""
    texts = texts_of(home, new, _charter(home, new.slug))
    paths = {_path(name, new.slug) for name in EXAMPLE}
    replace_all({home.folder / path: text for path, text in texts.items() if path in paths})


def _imported(home: Home, slug: str) -> str | None:
    """Return the charter that stands alone in the tenant's folder, as an import leaves it."""
    folder = home.folder / "tenants" / slug
    alone = folder.is_dir() and {path.name for path in folder.iterdir()} <= {CHARTER, PROPOSED, "people.toml"}
    return _charter(home, slug) if alone and (folder / CHARTER).is_file() else None


def _charter(home: Home, slug: str) -> str:
    return (home.folder / _path(CHARTER, slug)).read_text("utf-8")


def _path(name: str, slug: str) -> str:
    return PLACES[name].format(slug=slug)


def _settings(text: str, new: NewTenant, *, lawful: bool) -> str:
    """Return ``tenant.toml`` with the name, the languages, the zone and the law of the kind."""
    if lawful:
        text = text.replace("laws = []", 'laws = ["SLUG-law"]')
    if new.language != BOTH:
        text = text.replace('languages = ["vi", "en"]', f'languages = ["{new.language}"]')
    if new.name:
        text = re.sub(r"^name = .*$", lambda _: f"name = {_named(new)}", text, flags=re.MULTILINE)
    return text.replace("Asia/Ho_Chi_Minh", new.time_zone) if new.time_zone else text


def _named(new: NewTenant) -> str:
    name = '"' + new.name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{{ vi = {name}, en = {name} }}" if new.language == BOTH else name


def _in_language(text: str, language: str) -> str:
    """Return the text of a skeleton in one language: a plain text for each name in two."""
    return text if language == BOTH else _SAID.sub(r"\1" if language == "vi" else r"\2", text)


def _beside(imported: str, example: str) -> str:
    """Return an imported charter with its policy named, and with the rows of the example after it, as comments."""
    policy = 'policy = "SLUG.csv"\n\n'
    if not _POLICY.search(imported):
        head = len(re.match(r"(?:#.*\n|\n)*", imported)[0])  # type: ignore[index]  # it matches the empty text too
        imported = imported[:head] + policy + imported[head:]
    rows = example[: example.index("[instrument]")] if example.index("[instrument]") > len(example) // 2 else _late_rows(example)
    kept = [line for line in _commented(_without_clauses(rows)) if "policy =" not in line and "#:schema" not in line]
    return (
        imported.rstrip("\n") + "\n" + _HEAD + re.sub(r"cite = \[[^\]]*\]", 'cite = ["?"]', "\n".join(kept)).rstrip("\n") + "\n"
    )


def _late_rows(example: str) -> str:
    """Return the rows of an example whose instrument and clauses come first."""
    return example[example.index("[[body]]") :]


def _without_clauses(rows: str) -> str:
    return re.sub(r"^(?:clause|heading) = \[\n(?:.*\n)*?\]\n", "", rows, flags=re.MULTILINE)


def _commented(text: str) -> Iterator[str]:
    """Yield each line as a comment, those that are comments as they are."""
    for line in text.splitlines():
        yield line if line.startswith("#") or not line.strip() else f"# {line}"


def _schemas(home: Home) -> Path:
    """Return the folder with the JSON Schemas that an editor completes and checks by; write them where there are none."""
    from steerco.config.jsonschema import written

    beside = home.folder / "docs" / "schema"
    if beside.is_dir():
        return beside
    folder = home.folder / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in written().items():
        if not (folder / name).exists():
            (folder / name).write_text(text, "utf-8")
    return folder
