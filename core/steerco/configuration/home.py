"""The folder that an operator edits: ``tenants/``, ``policies/``, ``law/``, and the installation's data in ``var/``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

SLUG = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


def slug_in(content: Mapping[str, str], otherwise: str = "") -> str:
    """The name that a tenant's files go by: that of the one folder under ``tenants/`` that is among them."""
    found = {path.split("/")[1] for path in content if path.startswith("tenants/") and path.endswith("/tenant.toml")}
    return found.pop() if len(found) == 1 else otherwise


class BadSlug(ValueError):
    """A tenant's name that is none."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"{slug!r} is no tenant's name: use small Latin letters, digits and single hyphens, at most 60")


class Home:
    """One home folder. Nothing is read until asked for.

    ``data`` is where the embedded database, files and keys lie: ``var/`` in the home, unless that cannot be written.
    """

    def __init__(self, folder: Path, data: Path | None = None) -> None:
        self.folder, self.data = folder, data or folder / "var"

    def slugs(self) -> list[str]:
        """The tenants that have files here."""
        return sorted(path.parent.name for path in (self.folder / "tenants").glob("*/tenant.toml"))

    def content(self, slug: str) -> dict[str, str]:
        """The texts of a tenant's files by path relative to the home: its folder, its policies, the laws. Raises ``BadSlug``.

        Cases are no part of the configuration.
        """
        if not SLUG.match(slug) or len(slug) > 60:
            raise BadSlug(slug)
        own = sorted((self.folder / "tenants" / slug).glob("*.toml"))
        shared = [*sorted((self.folder / "policies").glob("*.csv")), *sorted((self.folder / "law").glob("*.toml"))]
        texts = {path.relative_to(self.folder).as_posix(): path.read_text("utf-8") for path in [*own, *shared]}
        used = "\n".join(text for path, text in texts.items() if path.startswith("tenants/"))
        return {
            path: text
            for path, text in texts.items()
            if path.startswith("tenants/") or Path(path).name in used or Path(path).stem in used
        }


def shipped() -> Path:
    """The folder with the tenants and policies that come with the distribution: of a checkout, or inside the package."""
    package = Path(str(files("steerco")))
    checkout = package.parents[1]
    return checkout if (checkout / "tenants").is_dir() and (checkout / "policies").is_dir() else package / "home"
