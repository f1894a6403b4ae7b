"""``steerco document``: one file of the archive as a package, and what is said where none can be made."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.command import SLUG, Command

POWERS = "".join(f"p, secretary, *, document, {act}, -, allow, H.1\n" for act in ("draft", "sign", "issue", "archive", "read"))
SIGNING = """
[[signing]]
id = "all"
label = { vi = "Mọi văn bản", en = "All papers" }
kinds = ["*"]
addressees = ["*"]
signer = "secretary"
cite = ["H.1"]
"""
DOSSIER = "Meetings of 2027"


def kept(steerco: Command, home: Path) -> str:
    """Bring one paper into a file of the archive, and return its reference."""
    with (home / "policies" / f"{SLUG}.csv").open("a", encoding="utf-8") as powers:
        powers.write(POWERS)
    with (home / "tenants" / SLUG / "house.toml").open("a", encoding="utf-8") as house:
        house.write(SIGNING)
    assert steerco(f"tenant apply {SLUG} --home {home}").code == 0

    def act(words: str, given: object) -> str:
        ran = steerco(f"do {SLUG} --by the-secretary {words} --json --home {home} --with", json.dumps(given))
        assert ran.code == 0, ran.err
        return str(ran.json["record"]["ref"])

    paper = act("document.draft", {"kind": "minutes", "title": "Minutes", "blocks": [{"text": "Words"}]})
    for step in ("sign", "issue"):
        act(f"document.{step} --on {paper}", {})
    return act(f"document.archive --on {paper}", {"dossier": DOSSIER})


def test_one_file_of_the_archive_is_a_package_that_can_be_checked(steerco: Command, files: Path, tmp_path: Path) -> None:
    home = files
    kept(steerco, home)
    package = tmp_path / "file.zip"
    made = steerco(f"document export {SLUG} --json --home {home} --file {package} --dossier", DOSSIER)
    assert (made.code, made.json["documents"]) == (0, 1)
    checked = steerco(f"document verify {package} --json --home {home}")
    assert (checked.code, checked.json["ok"], checked.json["documents"]) == (0, True, 1)
    again = steerco(f"document export {SLUG} --home {home} --file {package} --dossier", DOSSIER)
    assert again.code == 2
    assert "is there already" in again.err
    unknown = steerco(f"document export {SLUG} --home {home} --file {tmp_path / 'none.zip'} --dossier", "Another")
    assert unknown.code == 2
    assert "no issued document is kept in the file 'Another'" in unknown.err
    assert not (tmp_path / "none.zip").exists()
    both = steerco(f"document export {SLUG} --home {home} --from 2027-01-01 --file {tmp_path / 'x.zip'} --dossier", DOSSIER)
    assert both.code == 2
    assert "--dossier stands alone" in both.err
