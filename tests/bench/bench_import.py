"""An import of a long regulation: reading, proposing and writing take time in proportion to the pages, in both languages."""

from __future__ import annotations

import gc
from collections.abc import Callable
from statistics import median
from time import perf_counter

from tests.bench.rows import Row, at_most

from steerco.charter.text.importer import as_toml, read_regulation
from steerco.charter.text.proposed_rows import CharterProposer, as_file, proposals_for
from steerco_en_charter.parser import EnglishCharter
from steerco_en_charter.proposer import EnglishProposals
from steerco_vn_charter.parser import VietnameseCharter
from steerco_vn_charter.proposer import VietnameseProposals

PAGES = 100
"""A page is five articles: about 2,000 characters."""
TIMES = 12
"""Ten times the pages may take at most this many times as long."""
WORDS = "tổ chức thực hiện nhiệm vụ báo cáo kết quả theo quy định của Hội đồng Vườn cây và các tổ trồng cây trong năm"


def vietnamese(pages: int) -> str:
    lines = ["QUY CHẾ", "Hoạt động của Hội đồng Vườn cây", ""]
    for n in range(1, 5 * pages + 1):
        lines += [f"Điều {n}. Việc thứ {n}", "", f"1. Hội đồng {WORDS} {n}.", "", "2. Các việc khác:", ""]
        lines += [f"{letter}) Tổ thứ {letter}{n} {WORDS[:80]};\n" for letter in "abc"]
    return "\n".join(lines)


def english(pages: int) -> str:
    lines = ["CHARTER OF THE GARDEN COUNCIL", ""]
    for n in range(1, 5 * pages + 1):
        lines += [f"ARTICLE {n}. MATTER {n}", "", f"Section 1. The Council shall look after matter {n} of the garden.", ""]
        lines += [f"({letter}) the Chair may report on bed {letter}{n} and on its plants;\n" for letter in "abc"]
    return "\n".join(lines)


def run() -> list[Row]:
    """Milliseconds of 100 pages, and how often as long as ten pages they take."""
    return [
        *_rows("Vietnamese", vietnamese, lambda text: _import(text, VietnameseCharter(), VietnameseProposals())),
        *_rows("English", english, lambda text: _import(text, EnglishCharter(), EnglishProposals())),
    ]


def _rows(name: str, text: Callable[[int], str], work: Callable[[str], int]) -> list[Row]:
    few, many = text(PAGES // 10), text(PAGES)
    short, long = _seconds(lambda: work(few), 5), _seconds(lambda: work(many), 3)
    return [
        at_most(f"import of {PAGES} pages beside {PAGES // 10}, {name}", long * 1000, "ms", long / short, TIMES),
    ]


def _import(text: str, parser: VietnameseCharter | EnglishCharter, proposer: CharterProposer) -> int:
    read = read_regulation(text, [parser])
    found = proposals_for(read.parsed, read.language, [proposer])
    return len(as_toml(read.parsed, read.language)) + len(as_file(found))


def _seconds(work: Callable[[], int], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        gc.collect()
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return median(taken)
