"""`charter export --akn` writes what `charter import` reads back; it never writes over a file."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.cli.command import Command

COUNCIL = Path(__file__).parents[1] / "charter" / "sample-council.txt"


def test_out_and_in_again(steerco: Command, tmp_path: Path) -> None:
    assert steerco(f"charter import --tenant garden --home {tmp_path}", COUNCIL).code == 0
    file = tmp_path / "tenants/garden/charter.toml"
    text = file.read_text("utf-8")
    out = tmp_path / "garden.akn.xml"
    unsound = steerco(f"charter export garden --akn --home {tmp_path} --to {out}")
    assert (unsound.code, out.exists()) == (1, False), "an instrument without a number is no instrument"
    file.write_text(text.replace("[instrument]", '[instrument]\nid = "1/2024"\neffective = 2024-01-01', 1), "utf-8")
    ran = steerco(f"charter export garden --akn --country vn --home {tmp_path} --to {out}")
    assert ran.code == 0, ran.err
    assert steerco(f"charter export garden --akn --home {tmp_path} --to {out}").code == 1
    back = steerco(f"charter import --tenant again --home {tmp_path}", out)
    assert back.code == 0, back.err
    again = tomllib.loads((tmp_path / "tenants/again/charter.toml").read_text("utf-8"))
    assert again["clause"] == tomllib.loads(text)["clause"]
    first, second = (
        tomllib.loads((tmp_path / f"tenants/{name}/charter.proposed.toml").read_text("utf-8"))["proposal"]
        for name in ("garden", "again")
    )
    assert [row for row in first if row["table"] != "instrument"] == second, "the words are the same, so are the proposals"
