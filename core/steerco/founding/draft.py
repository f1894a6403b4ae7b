"""The files of a committee that is made in a browser, as a home of their own while something is done with them.

What the commands do with a home is done here by the same functions. Files come back as texts by path, and are kept all at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from steerco.configuration.home import Home
from steerco.configuration.replaced_files import replace_all

OWN = ("tenants", "policies", "law")
"""The folders in which a committee's files lie."""


@contextmanager
def home_with(files: Mapping[str, str]) -> Iterator[Home]:
    """A home with these files, which is gone afterwards."""
    with TemporaryDirectory(prefix="steerco-founding-") as folder:
        for path, text in files.items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_text(text, "utf-8")
        yield Home(Path(folder))


def files_of(home: Home) -> dict[str, str]:
    """Return the files of a committee that lie in a home, by path."""
    paths = [path for name in OWN for path in sorted((home.folder / name).rglob("*")) if path.suffix in (".toml", ".csv")]
    return {path.relative_to(home.folder).as_posix(): path.read_text("utf-8") for path in paths}


def write_into(home: Home, slug: str, files: Mapping[str, str]) -> bool:
    """Write the files of a committee that was applied into the operator's home, cases too.

    False where the home has a committee of that name already, or cannot be written: `steerco tenant pull` brings what is in use.
    """
    targets = {home.folder / path: text for path, text in files.items()}
    if (home.folder / "tenants" / slug).exists() or any(path.exists() for path in targets):
        return False
    try:
        replace_all(targets)
    except OSError:
        return False
    return True
