"""What a committee still lacks, what its text leaves open, and the page to sign."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from tests.cli.conftest import Command

SAMPLE = Path(__file__).parents[1] / "charter" / "sample-bylaws.txt"


def test_todo_leads_from_an_imported_text_to_a_committee_that_runs(steerco: Command, tmp_path: Path) -> None:
    assert steerco(f"charter import --tenant lake --home {tmp_path} {SAMPLE}").code == 0
    first = steerco("charter todo lake --json --home", tmp_path).json
    assert (first["runs"], [step["do"] for step in first["steps"]]) == (False, ["steerco tenant new lake --kind KIND"])
    assert steerco("tenant new lake --kind blank --language en --home", tmp_path).code == 0
    lacking = [step["what"] for step in steerco("charter todo lake --json --home", tmp_path).json["steps"]]
    assert "the charter has no body" in lacking
    assert "nobody has a power" in lacking
    assert any("rows that the text proposes" in each for each in lacking)
    assert steerco("tenant new pond --kind voting-council --language en --home", tmp_path).code == 0
    ready = steerco("charter todo pond --json --home", tmp_path).json
    assert ready["runs"] is False
    assert ready["steps"][0]["do"].endswith("then steerco tenant apply pond")
    assert steerco("tenant apply pond --why Begin --home", tmp_path).code == 0
    after = steerco("charter todo pond --json --home", tmp_path).json
    assert after["runs"] is True
    assert not any("apply pond" in step["do"] for step in after["steps"])


def test_todo_tells_of_proposals_that_cannot_be_read(steerco: Command, tmp_path: Path) -> None:
    steerco("tenant new pond --kind voting-council --language en --home", tmp_path)
    (tmp_path / "tenants/pond/charter.proposed.toml").write_text("[[proposal]\n", "utf-8")
    steps = steerco("charter todo pond --json --home", tmp_path).json["steps"]
    assert any(step["what"].startswith("charter.proposed.toml cannot be read") for step in steps)


def test_todo_tells_a_fault_with_its_line(steerco: Command, tmp_path: Path) -> None:
    steerco("tenant new pond --kind voting-council --language en --home", tmp_path)
    charter = tmp_path / "tenants/pond/charter.toml"
    charter.write_text(charter.read_text("utf-8").replace('quorum = "to-vote"', 'quorum = "to-vot"', 1), "utf-8")
    (step,) = steerco("charter todo pond --json --home", tmp_path).json["steps"]
    assert step["what"].startswith("tenants/pond/charter.toml:")
    assert "to-vot" in step["what"]


def test_what_is_not_stated_is_told_with_what_applies(steerco: Command, tmp_path: Path) -> None:
    steerco("tenant new pond --kind voting-council --language en --home", tmp_path)
    topics = {each["topic"]: each["looked"] for each in steerco("charter not-stated pond --json --home", tmp_path).json}
    assert topics["proxy"] is True
    assert topics["term"] is False
    assert not topics.keys() & {"quorum", "decision", "notice", "cadence"}
    told = steerco("tenant check pond --home", tmp_path)
    assert told.code == 0
    assert "not stated: Whether a member may be represented: not stated; nobody votes for a member who is absent" in told.err


class Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts, self.open = list[str](), list[str]()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def test_the_printed_charter_says_what_each_clause_became(steerco: Command, tmp_path: Path) -> None:
    steerco("tenant new pond --kind voting-council --language en --name Pond<&Lake> --home", tmp_path)
    charter = tmp_path / "tenants/pond/charter.toml"
    marked = charter.read_text("utf-8").replace(
        'quorum = "to-vote", cite = ["4"]', 'quorum = "to-vote", reading = "Of votes cast.", cite = ["4"]'
    )
    charter.write_text(marked, "utf-8")
    page = tmp_path / "page.html"
    assert steerco(f"charter print pond --output {page} --home", tmp_path).code == 0
    reader = Text()
    reader.feed(page.read_text("utf-8"))
    text = " ".join(reader.parts)
    assert reader.open == []
    assert "member may: matter.vote" not in text
    assert "committee may: matter.vote" in text
    assert "decision motion: Motion" in text
    assert "Read so: Of votes cast." in text
    assert "relation:holder may never: appointment.appoint" in text
    assert "Whether a member may be represented" in text
    assert "@media print" in text


def test_the_words_of_a_charter_in_short_forms_are_read_again(steerco: Command, tmp_path: Path) -> None:
    assert steerco(f"tenant new lake --kind blank --language en --from {SAMPLE} --home", tmp_path).code == 0
    charter = tmp_path / "tenants/lake/charter.toml"
    before = steerco("charter propose lake --json --home", tmp_path).json
    text = charter.read_text("utf-8")
    charter.write_text(text.replace("{ en = ", "").replace('" }', '"'), "utf-8")
    assert charter.read_text("utf-8") != text
    assert steerco("charter propose lake --json --home", tmp_path).json["proposals"] == before["proposals"]
