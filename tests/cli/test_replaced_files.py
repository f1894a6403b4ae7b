"""Several files of a home are replaced all or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from steerco.configuration.replaced_files import replace_all


def test_all_are_written_and_nothing_else_stays(tmp_path: Path) -> None:
    old, new = tmp_path / "charter.toml", tmp_path / "policies" / "garden.csv"
    old.write_text("old")
    replace_all({old: "new", new: "line"})
    assert (old.read_text(), new.read_text()) == ("new", "line")
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["charter.toml", "garden.csv"]


def test_where_one_cannot_be_written_the_others_are_as_they_were(tmp_path: Path) -> None:
    changed, made, blocked = tmp_path / "charter.toml", tmp_path / "garden.csv", tmp_path / "people.toml"
    changed.write_text("old")
    blocked.mkdir()  # nothing takes the place of a folder
    with pytest.raises(OSError, match="people"):
        replace_all({changed: "new", made: "line", blocked: "rows"})
    assert changed.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["charter.toml", "people.toml"]
