"""A signed paper leads to its signer, capacity, clause and entry of the log, by its proof and a public key alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from tests.committee.conftest import Board
from tests.committee.test_documents import CHIEF, SLUG, begun, issued

from steerco.cli.main import run
from steerco.configuration.installation import Installation
from steerco.operations.paper_proof import PaperProof, encode, prove, verify
from steerco.store import log
from steerco.store.checkpoint import Seal


class Proven:
    """The Steering Board's conclusion notice, signed and issued: its files by what they are, its proof, and the key's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.seal = folder, Seal(folder)
        self.board = Board(Installation(begun()).tenant(SLUG))
        self.id = issued(self.board, blocks=[{"text": "Giao Cục Thông tin báo cáo"}])
        files = {row["role"]: row["digest"] for row in self.board.show("document", self.id)["files"]}
        self.papers = {role: self._read(files[role]) for role in ("signed", "issued")}
        self.proof = prove(self.board.tenant, self.id, self.seal, self.board.now)
        self.key = self.seal.key()

    def _read(self, digest: str) -> bytes:
        with self.board.tenant.files.open(self.board.tenant.id, digest) as file:
            return file.read()


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Proven:
    return Proven(tmp_path_factory.mktemp("seal"))


@pytest.mark.parametrize("which", ["signed", "issued"])
def test_a_paper_leads_to_its_signer_capacity_clause_and_entry(proven: Proven, which: str) -> None:
    answer, wrong = verify(proven.papers[which], proven.proof, proven.key)
    document, tenant = proven.board.show("document", proven.id), proven.board.tenant
    assert answer is not None
    assert wrong == []
    assert (answer.paper, answer.signer, answer.ref) == (which, CHIEF, document["ref"])
    assert (answer.capacity, answer.lines, answer.cites) == (
        document["signed_as"],
        tuple(document["lines"]),
        tuple(document["cites"]),
    )
    assert set(answer.because) <= set(answer.cites)
    with tenant.store.read(tenant.id) as session:
        entry = next(row for row in log.entries(session) if row["seq"] == answer.entry)
        assert (entry["action"], entry["hash"].hex(), entry["at"]) == ("document.sign", answer.hash, answer.signed_at)
        assert log.at(session, answer.seq) == log.Head(answer.seq, bytes.fromhex(answer.head))


@settings(max_examples=150, deadline=None)
@given(part=st.sampled_from(["signed", "issued", "proof"]), place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_one_flipped_bit_of_paper_or_proof_is_found(proven: Proven, part: str, place: float, bit: int) -> None:
    def flipped(content: bytes) -> bytes:
        at = int(place * len(content))
        return content[:at] + bytes([content[at] ^ (1 << bit)]) + content[at + 1 :]

    paper = proven.papers["issued" if part == "proof" else part]
    tried = (paper, flipped(proven.proof)) if part == "proof" else (flipped(paper), proven.proof)
    assert verify(*tried, proven.key)[1]


def test_each_part_is_told_by_name_when_the_forger_has_a_key_of_his_own(proven: Proven, tmp_path: Path) -> None:
    found, forger = msgspec.json.decode(proven.proof, type=PaperProof), Seal(tmp_path)
    said, paper = found.statement, proven.papers["signed"]

    def told(**other: object) -> list[str]:
        """What is said of a statement that was changed and signed again, by somebody who trusts that key."""
        changed = structs.replace(said, **other)
        return verify(paper, encode(PaperProof(changed, forger.sign(changed.signed()), forger.key())), forger.key())[1]

    assert told() == []
    entry = said.entries[0]
    assert told(entries=(structs.replace(entry, person="head"),)) == [
        f"entry {entry.seq} of the log is not what its hash was made of"
    ]
    assert told(cites=("1.1",)) == ["the clauses are not those of the signature"]
    assert told(document="another") == ["the entries are of another document"]
    assert told(seq=1) == ["the log ends before these entries"]
    assert verify(paper, proven.proof, forger.key())[1] == ["the proof is signed with another key"]
    assert verify(b"another paper", proven.proof, proven.key)[1] == ["the paper is not the one that was signed or issued"]
    moved = structs.replace(found, statement=structs.replace(said, name="Somebody else"))
    assert verify(paper, encode(moved), proven.key)[1] == ["the statement is not what was signed"]


def test_a_draft_has_no_proof(proven: Proven) -> None:
    draft = proven.board.do(CHIEF, "document.draft", kind="conclusion-notice", title="Dự thảo")
    with pytest.raises(LookupError):
        prove(proven.board.tenant, draft, proven.seal, proven.board.now)


def test_the_command_needs_paper_proof_and_key_and_nothing_else(
    proven: Proven, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paper, key = tmp_path / "notice.html", tmp_path / "sender.pub"
    paper.write_bytes(proven.papers["issued"])
    shutil.copy(proven.folder / "checkpoint.pub", key)
    assert run(["paper", "verify", str(paper), "--key", str(key)]) == 2  # no proof beside it
    (tmp_path / "notice.html.proof").write_bytes(proven.proof)
    capsys.readouterr()
    assert run(["paper", "verify", str(paper), "--key", str(key), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["paper"]["signer"], answer["wrong"]) == (True, CHIEF, [])
    assert run(["paper", "verify", str(paper), "--key", str(key)]) == 0
    assert f"({CHIEF}) as " in capsys.readouterr().out
    paper.write_bytes(proven.papers["issued"].replace(b"01", b"02"))
    assert run(["paper", "verify", str(paper), "--key", str(key)]) == 1
    assert "the paper is not the one that was signed or issued" in capsys.readouterr().out
    key.write_bytes(b"no key")
    assert run(["paper", "verify", str(paper), "--key", str(key)]) == 2
