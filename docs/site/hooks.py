"""What MkDocs is told beside its settings: pages that lie elsewhere in the repository, pages written from the program, and where
the links between them lead.

The documents are written to be read in the repository, so a link may lead to any file of it. On the site a link to a document
leads to its page, and one to another file or folder to a page that shows it.
"""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

sys.path.insert(0, str(Path(__file__).parent))
import reference

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"(?<=\]\()([^)\s]+)(?=\))")
FENCE = re.compile(r"^(?:```.*?^```|    .*?$)", re.M | re.S)
ELSEWHERE = {
    "README.md": "index.md",
    "CHANGELOG.md": "CHANGELOG.md",
    "SECURITY.md": "SECURITY.md",
    **{
        f"plugins/{path.parent.name}/README.md": f"plugins/{path.parent.name}.md"
        for path in sorted(ROOT.glob("plugins/*/README.md"))
    },
}
"""Documents outside the folder of documents, and their pages."""
LANGUAGES = {".py": "python", ".toml": "toml", ".csv": "text", ".sh": "bash", ".yml": "yaml", ".yaml": "yaml", ".json": "json"}
_places: dict[str, str] = {}
"""Where a page comes from in the repository, by its place on the site."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are not in the folder of documents."""
    _places.clear()
    for file in files.documentation_pages():
        _places[file.src_uri] = f"docs/{file.src_uri}"
    for place, page in ELSEWHERE.items():
        _places[page] = place
        files.append(File.generated(config, page, content=(ROOT / place).read_text("utf-8")))
    for target in sorted(_shown()):
        page = _page_of(target)
        _places[page] = target
        files.append(File.generated(config, page, content=_page_that_shows(ROOT / target, target)))
    written = reference.pages(ROOT)
    for page, text in written.items():
        files.append(File.generated(config, page, content=text))
    _into_menu(config, [page for page in written if page.startswith("reference/files/")], "Reference", "Files of a committee")
    _into_menu(config, sorted(page for page in _places if page.startswith("plugins/")), "Reference", "Plugins that come with it")
    _into_menu(config, sorted(page for page in _places if page.startswith("decisions/")), "Explanations", "Decisions")
    _into_menu(config, sorted(page for page in _places if page.startswith("readings/")), "Explanations", "Readings")
    rest = [page for page in _places if "/" not in page and page not in str(config.nav)]
    _into_menu(config, sorted(rest), "Explanations", "More")
    return files


def _into_menu(config: MkDocsConfig, pages: list[str], section: str, title: str) -> None:
    """Put pages under a title of a section of the menu."""
    if pages:
        assert config.nav is not None
        inside = next(entry[section] for entry in config.nav if section in entry)
        inside[:] = [entry for entry in inside if not (isinstance(entry, dict) and title in entry)]
        inside.append({title: pages})


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead the links of a page to pages of the site."""
    if (place := _places.get(page.file.src_uri)) is None or page.file.src_uri.startswith("source/"):
        return markdown
    here = posixpath.dirname(page.file.src_uri)

    def led(match: re.Match[str]) -> str:
        path, mark, anchor = match[1].partition("#")
        if not path or "://" in path or path.startswith("mailto:"):
            return match[0]
        target = _target(place, path)
        return posixpath.relpath(_page_of(target), here or ".") + mark + anchor

    return "".join(part if FENCE.match(part) else LINK.sub(led, part) for part in _parts(markdown))


def _parts(markdown: str) -> Iterator[str]:
    """Yield the text in pieces, code apart from the rest."""
    end = 0
    for match in FENCE.finditer(markdown):
        yield from (markdown[end : match.start()], match[0])
        end = match.end()
    yield markdown[end:]


def _target(place: str, path: str) -> str:
    """Return to which file of the repository a link leads from a document."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(place), path))


def _page_of(target: str) -> str:
    """Return the page, or the file of the site, on which a file of the repository is shown."""
    if target in ELSEWHERE:
        return ELSEWHERE[target]
    if target.startswith("docs/") and (ROOT / target).is_file():
        return target.removeprefix("docs/")
    return f"source/{target}/index.md" if (ROOT / target).is_dir() else f"source/{target}.md"


def _shown() -> set[str]:
    """Return the files and folders outside the documents to which documents lead."""
    found = set()
    for place in _places.values():
        for part in _parts((ROOT / place).read_text("utf-8")):
            links = [] if FENCE.match(part) else [link.partition("#")[0] for link in LINK.findall(part)]
            found |= {_target(place, link) for link in links if link and "://" not in link and not link.startswith("mailto:")}
    return {target for target in found if (ROOT / target).exists() and _page_of(target).startswith("source/")}


def _page_that_shows(path: Path, target: str) -> str:
    head = f"---\nsearch:\n  exclude: true\n---\n# {target}\n\n"
    if path.is_dir():
        return head + "".join(
            f"- {_entry(target, file.name)}\n" for file in sorted(path.iterdir()) if not file.name.startswith((".", "__"))
        )
    return f"{head}```` {LANGUAGES.get(path.suffix, 'text')}\n{path.read_text('utf-8')}\n````\n"


def _entry(folder: str, name: str) -> str:
    """Return a line of a folder's page: a link where the file has a page of its own."""
    target = f"{folder}/{name}"
    if not target.startswith("docs/") or not (ROOT / target).is_file():
        return f"`{name}`"
    return f"[{name}]({posixpath.relpath(target.removeprefix('docs/'), f'source/{folder}')})"
