"""The public register: off until the charter opens it, of its body alone, by offices, signed; and what strangers try on it."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.web.test_public_page import PUBLIC, SLUG, Laid, Square, club, installation, laid, rule, same, template

from steerco.cli.main import run
from steerco.store.checkpoint import Seal

__all__ = ["club", "installation", "laid", "template"]
REGISTER = f"{PUBLIC}/register"
OPEN = rule("powers")
DOCUMENT = Path(__file__).parents[2] / "docs" / "time.md"


def data(square: Square, part: str = "") -> Any:
    answer = square.http.get(f"{REGISTER}{part}.jsonld")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/ld+json")
    return answer.json()


def test_without_a_rule_there_is_no_register_as_there_is_no_such_committee(laid: Laid) -> None:
    square = laid(rule("rules"))
    for path in (REGISTER, f"{REGISTER}.jsonld", f"{REGISTER}/clause/2.5", f"{REGISTER}/paper/x"):
        same(square.read(path), square.read(path.replace(SLUG, "nobody-here")))
        assert square.read(path).status_code == 404


def test_it_says_who_may_what_by_which_clause_and_which_offices_could(laid: Laid) -> None:
    square = laid(OPEN)
    said = data(square)
    assert {power["body"] for power in said["power"]} <= {"board", "*"}
    assert not any(power["act"].endswith(".read") for power in said["power"])
    power = next(each for each in said["power"] if each["act"] == "matter.decide" and each["subject"] == "chair")
    assert [label["@value"] for held in power["heldBy"] for label in held]
    one = data(square, power["@id"].removeprefix(REGISTER))
    assert [each["@id"] for each in one["power"]] == [power["@id"]]
    page = square.read(f"{power['@id']}?lang=en")
    assert page.status_code == 200
    assert power["clause"]["name"] in page.text
    assert square.read(f"{power['clause']['@id']}?lang=vi").status_code == 200


def test_a_power_is_said_in_words_that_nobody_takes_for_a_duty_or_a_key(laid: Laid) -> None:
    """*được giao* is said of whoever is given a task, so the page says *có quyền*; what the power is limited to has a name."""
    square = laid(OPEN)
    assigns = next(each for each in data(square)["power"] if each["act"] == "task.assign" and each["facets"] == ["to=trustee"])
    page = square.read(f"{assigns['@id']}?lang=vi").text
    assert "có quyền giao nhiệm vụ" in page
    assert "được giao nhiệm vụ" not in page
    assert "(trustee)" not in page


def test_no_person_and_no_house_rule_is_in_it(laid: Laid) -> None:
    square = laid(OPEN)
    tenant = square.board.tenant
    with tenant.store.read(tenant.id) as session:
        directory = tenant.directory(session)
    text = square.http.get(f"{REGISTER}.jsonld").text
    names = {name for each in directory.persons.values() for name in each.values() if len(name) > 3}
    assert not [name for name in names if name in text]
    assert not [power for power in json.loads(text)["power"] if power["clause"]["name"].startswith("H.")]
    assert "text" not in json.loads(text)["clause"][0]  # the wording is public where a rule says so
    assert any("text" in each for each in data(laid(OPEN, rule("rules")))["clause"])


def test_nobody_learns_from_it_when_or_how_much_is_done(laid: Laid) -> None:
    square = laid(OPEN)
    before = square.http.get(f"{REGISTER}.jsonld")
    square.board.do("em", "matter.raise", title="Qzq", **{"class": "purchase"})
    after = square.http.get(f"{REGISTER}.jsonld")
    same(before, after)
    assert "seq" not in after.json()


def test_the_signature_holds_offline_and_no_change_passes(laid: Laid, tmp_path: Path) -> None:
    square = laid(OPEN)
    folder = square.board.tenant.store.folder
    Seal(folder).key()
    (tmp_path / "key.pub").write_bytes((folder / "checkpoint.pub").read_bytes())
    good, bad = tmp_path / "register.jsonld", tmp_path / "changed.jsonld"
    text = square.http.get(f"{REGISTER}.jsonld").text
    good.write_text(text, "utf-8")
    bad.write_text(text.replace('"subject":"chair"', '"subject":"reader"', 1), "utf-8")
    command = ["--home", str(tmp_path), "paper", "register", "--key", str(tmp_path / "key.pub")]
    assert run([*command, str(good)]) == 0
    assert run([*command, str(bad)]) == 1
    assert run([*command, str(good), "--paper", str(bad)]) == 1  # it names no paper


def test_the_steps_of_the_document_verify_it_with_openssl_alone(laid: Laid, tmp_path: Path) -> None:
    """What docs/time.md prints is what a stranger with a shell runs; a changed word is refused."""
    square, folder = laid(OPEN), tmp_path
    key = square.board.tenant.store.folder
    Seal(key).key()
    (folder / "checkpoint.pub").write_bytes((key / "checkpoint.pub").read_bytes())
    said = square.http.get(f"{REGISTER}.jsonld").content
    steps = re.findall(r"^    (?:jq|sed|openssl|printf) .*$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    assert len(steps) == 4
    for text, expected in ((said, 0), (said.replace(b'"subject":"chair"', b'"subject":"reader"', 1), 1)):
        (folder / "register.jsonld").write_bytes(text)
        done = subprocess.run(["bash", "-ec", "\n".join(steps)], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == expected, done.stderr
        assert ("Signature Verified Successfully" in done.stdout) == (expected == 0)


def test_what_a_stranger_makes_up_is_not_there(laid: Laid) -> None:
    square = laid(OPEN)
    id = square.decided("Kệ sách")
    tries = (
        "clause/H.1",
        "clause/99",
        "power/00000000",
        f"paper/{id}",
        "paper/DOC-2026-001",
        "people/an",
        "paper/.jsonld",
    )
    missing = square.read(f"{REGISTER}/clause/none")
    for each in tries:
        answer = square.read(f"{REGISTER}/{each}")
        assert (answer.status_code, len(answer.content)) == (404, len(missing.content)), each


def test_a_day_before_the_register_and_a_later_one_are_today(laid: Laid) -> None:
    square = laid(OPEN)
    today = square.http.get(f"{REGISTER}.jsonld").json()["day"]
    for day in ("1900-01-01", "2999-01-01", "no-day"):
        assert square.http.get(f"{REGISTER}.jsonld?on={day}").json()["day"] == today
