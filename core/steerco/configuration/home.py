"""The folder that an operator edits: ``tenants/``, ``policies/``, ``law/``, and the installation's data in ``var/``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from steerco.config.findings import Finding
from steerco.config.read import NotText, decoded

ZONE = "Asia/Ho_Chi_Minh"
"""The time zone of a tenant that names none."""
SLUG = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


def slug_in(content: Mapping[str, str], otherwise: str = "") -> str:
    """Return the name that a tenant's files go by: that of the one folder under ``tenants/`` that is among them."""
    slugs = {path.split("/")[1] for path in content if path.startswith("tenants/") and path.endswith("/tenant.toml")}
    return slugs.pop() if len(slugs) == 1 else otherwise


class BadSlug(ValueError):
    """A tenant's name that is none."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"{slug!r} is no tenant's name: use small Latin letters, digits and single hyphens, at most 60")


class NotUtf8(Exception):
    """Files that cannot be read as text; ``findings`` say which and what to do."""

    def __init__(self, slug: str, findings: list[Finding]) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.slug, self.findings = slug, findings


class Home:
    """One home folder. Nothing is read until asked for.

    ``data`` is where the embedded database, files and keys lie: ``var/`` in the home, unless that cannot be written.
    """

    def __init__(self, folder: Path, data: Path | None = None) -> None:
        self.folder, self.data = folder, data or folder / "var"

    def slugs(self) -> list[str]:
        """Return the tenants that have files here."""
        return sorted(path.parent.name for path in (self.folder / "tenants").glob("*/tenant.toml"))

    def content(self, slug: str) -> dict[str, str]:
        """Return the texts of a tenant's files by path relative to the home: its folder, its policies, the laws.

        Cases are no part of the configuration. Raises ``BadSlug``, and ``NotUtf8`` for every file in another encoding.
        """
        if not SLUG.match(slug) or len(slug) > 60:
            raise BadSlug(slug)
        findings: list[Finding] = []
        own = self._texts(sorted((self.folder / "tenants" / slug).glob("*.toml")), findings)
        used = "\n".join(own.values())
        beside = [*sorted((self.folder / "policies").glob("*.csv")), *sorted((self.folder / "law").glob("*.toml"))]
        shared = self._texts([path for path in beside if path.name in used or path.stem in used], findings)
        if findings:
            raise NotUtf8(slug, findings)
        return {**own, **shared}

    def zone(self, slug: str) -> ZoneInfo:
        """Return the tenant's time zone before it is loaded; where its file names none that is one, the default."""
        text = self.content(slug).get(f"tenants/{slug}/tenant.toml", "")
        try:
            return ZoneInfo(tomllib.loads(text).get("time_zone", ZONE))
        except (tomllib.TOMLDecodeError, ZoneInfoNotFoundError, TypeError, ValueError):
            return ZoneInfo(ZONE)  # loading the file tells what is wrong with it

    def _texts(self, paths: Iterable[Path], findings: list[Finding]) -> dict[str, str]:
        """Return the texts of files by path relative to the home; those that are none go to the findings."""
        texts: dict[str, str] = {}
        for path in paths:
            name = path.relative_to(self.folder).as_posix()
            try:
                texts[name] = decoded(path.read_bytes(), name).replace("\r\n", "\n").replace("\r", "\n")
            except NotText as error:
                findings.append(error.finding)
        return texts


def shipped() -> Path:
    """Return the folder with the tenants and policies that come with the distribution: of a checkout, or inside the package."""
    package = Path(str(files("steerco")))
    checkout = package.parents[1]
    return checkout if (checkout / "tenants").is_dir() and (checkout / "policies").is_dir() else package / "home"
