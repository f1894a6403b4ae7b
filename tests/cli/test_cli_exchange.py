"""``steerco exchange`` in two homes: keys, packages written and taken in, and what the command says of those that are none."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import SLUG, Command, edit
from tests.databases import HOMES

SETTINGS = """
[settings.steerco_edxml]
organ_id = "A01"
organ_name = "River"
committees = [{{ name = "lake-board", organ_id = "A02", organ_name = "Lake", keys = ["{key}"] }}]
"""


def test_packages_are_written_for_a_committee_elsewhere_and_taken_from_there(
    steerco: Command, home: Path, running: Path, tmp_path: Path
) -> None:
    elsewhere = HOMES.copy(running, tmp_path / "elsewhere")
    theirs = steerco(f"exchange key --home {elsewhere} --json").json["key"]
    mine = steerco(f"exchange key --home {home}").out.strip()
    assert (len(theirs), len(mine), theirs != mine) == (64, 64, True)
    box = tmp_path / "out" / "box"

    nobody = steerco(f"exchange write {SLUG} --to lake-board --folder {box} --home {home} --json")
    assert (nobody.code, nobody.error["error"]) == (2, "no-correspondent")
    assert not box.parent.exists()

    edit(home / "tenants" / SLUG / "tenant.toml", "plugins = []", 'plugins = ["steerco_edxml"]')
    with (home / "tenants" / SLUG / "tenant.toml").open("a", encoding="utf-8") as file:
        file.write(SETTINGS.format(key=theirs))
    with (home / "policies" / f"{SLUG}.csv").open("a", encoding="utf-8") as file:
        file.write("p, chair, *, channel, offer, -, allow, 1.1\n")
    applied = steerco(f"tenant apply {SLUG} --home {home}")
    assert applied.code == 0, applied.out + applied.err
    offered = steerco(f"do {SLUG} --by chair channel.offer --with", '{"to": "lake-board"}', "--home", home)
    assert offered.code == 0, offered.out + offered.err

    first = steerco(f"exchange write {SLUG} --to lake-board --folder {box} --home {home} --json")
    (package,) = first.json["packages"]
    assert package["action"] == "channel.offer"
    assert box.stat().st_mode & 0o077 == 0, "what is not encrypted is for this account"
    assert Path(package["file"]).read_bytes().startswith(b"<?xml")
    assert [file.name for file in box.iterdir()] == [Path(package["file"]).name]
    assert steerco(f"exchange write {SLUG} --to lake-board --folder {box} --home {home} --json").json["packages"] == []
    assert len(steerco(f"exchange write {SLUG} --to lake-board --folder {box} --anew --home {home} --json").json["packages"]) == 1

    own = steerco(f"exchange take {SLUG} {package['file']} --home {home} --json")
    assert (own.code, own.json["packages"][0]["code"]) == (1, "not-a-package")
    stranger = steerco(f"exchange take {SLUG} {package['file']} --home {elsewhere} --json")
    assert (stranger.code, stranger.json["packages"][0]["code"]) == (1, "no-correspondent")
