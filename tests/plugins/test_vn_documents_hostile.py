"""Whatever is typed into any field of a paper of any kind comes out as text, in print and in Word, or is told with its field."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO
from itertools import count
from typing import Any

import pytest
from docx import Document as read_document
from docx.oxml.ns import qn
from msgspec import convert, to_builtins
from pypdf import PdfReader
from tests.plugins.paper_samples import SAMPLES

from steerco.extension.api import Appendix, Block, DocumentContent, DocumentText
from steerco.kernel.document_content import fitted
from steerco_vn_documents import rendering

HOSTILE = (
    '#read("/etc/passwd") #panic() $x$ *b* _i_ @ref <lab> // c',
    "<w:t>{{ x }}</w:t> &amp; &#0; ]]> {% raw %} <script>",
    "\\u{202e} \\n ``` = H - i + n / t [l](u) ~ -- ---",
    "a\u202eb\u200bc\ufeff\ufffe | \\| ; : './.' \"",
    "a\x00b\x07c\x1bd\x7fe\x9ff\ud800g\x0bh\x0ci",
)
"""Code of typst and Word, markup, characters that turn or print nothing, and those that control."""
NOT_TEXT = frozenset(
    {"kind", "language", "number", "symbol", "day", "code", "address", "mark", "role", "signed_at", "facts", "landscape"}
)
"""Fields that nobody types words into."""


def filled(value: Any, text: Callable[[str], str], name: str = "") -> Any:
    """A content with every text of its fields replaced; what is empty stays so."""
    if isinstance(value, dict):
        return {key: inner if key in NOT_TEXT else filled(inner, text, key) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [filled(inner, text, name) for inner in value]
    return text(value) if isinstance(value, str) and value else value


def marked(kind: str) -> tuple[DocumentContent, list[str]]:
    """The sample of a kind with hostile words in each field between a mark and its end, and these texts; the title is long."""
    drawn, number, texts = random.Random(kind), count(1), list[str]()  # a choice that repeats

    def hostile(old: str) -> str:
        at = next(number)
        texts.append(f"m{at}q {drawn.choice(HOSTILE)} e{at}q")
        return texts[-1]

    made = filled(to_builtins(SAMPLES[kind]), hostile)
    made["text"]["title"] = ("Kết luận " * 28)[: 250 - len(made["text"]["title"])] + made["text"]["title"]
    return convert(made, DocumentContent), texts


def squeezed(text: str) -> str:
    """As it is read back: without the blanks of lines and the strokes that part the cells of a row, in small letters, since some
    boxes print capitals."""
    return "".join(text.translate(rendering.INVISIBLE).split()).replace("\\|", "").replace("|", "").casefold()


def lost(texts: list[str], read: str) -> list[str]:
    """The texts of which the mark is found, and the whole is not: code that ran, or letters that went."""
    found = squeezed(read)
    return [text for text in texts if squeezed(text.split()[0]) in found and squeezed(text) not in found]


def words(content: DocumentContent) -> str:
    """All text of a Word file's body, head and foot."""
    document = read_document(BytesIO(rendering.docx(content, electronic=True).content))
    parts = [
        document.element.body,
        *(part._element for s in document.sections for part in (s.header, s.footer, s.first_page_footer)),
    ]
    return "\n".join(
        "".join(run.text or "" for run in paragraph.iter(qn("w:t"))) for part in parts for paragraph in part.iter(qn("w:p"))
    )


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_field_comes_out_letter_by_letter(kind: str) -> None:
    content, texts = marked(kind)
    made = rendering.pdf(content, electronic=True)
    assert made.misprints == ()
    read = "\n".join(page.extract_text() for page in PdfReader(BytesIO(made.content)).pages)
    assert len([text for text in texts if squeezed(text.split()[0]) in squeezed(read)]) > len(texts) // 2, "fields are printed"
    assert lost(texts, read) == []
    assert lost(texts, words(content)) == []


def test_a_character_that_the_font_lacks_is_told_in_each_field_that_has_it() -> None:
    content = convert(filled(to_builtins(SAMPLES["minutes"]), lambda old: f"{old} \U0001f600"), DocumentContent)
    made = rendering.pdf(content, electronic=True)
    told, typed = (
        {each.field for each in made.misprints},
        {path for path, text in rendering._texts(to_builtins(content)) if "\U0001f600" in text},
    )
    assert (made.content, told) == (b"", typed)
    assert all("U+1F600" in each.vi for each in made.misprints)


def test_a_draft_keeps_no_control_character_of_what_a_plugin_worded() -> None:
    said = "a\x00b\x07\x1b\x7fc\ud800\u202ed\x0be"
    block = Block("item", f"{said}\n\u0065\u0302", said)
    kept = fitted(DocumentText(title=said, blocks=(block,), recipients=(said,), appendices=(Appendix(said, (block,)),)))
    assert (kept["title"], kept["recipients"]) == ("abcd e", ["abcd e"])
    assert [(row["text"], row["label"]) for row in kept["blocks"]] == [
        ("abcd e\nê", "abcd e"),
        ("abcd e", None),
        ("abcd e\nê", "abcd e"),
    ]
