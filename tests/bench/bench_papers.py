"""What printing costs: a paper of three pages against typst's own work, and the requests that are answered meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from statistics import quantiles
from threading import Thread
from time import perf_counter

import typst
from msgspec.structs import replace
from tests.bench.rows import Row, at_most, interleaved
from tests.plugins.paper_samples import SAMPLES

from steerco.extension.api import Block, DocumentContent
from steerco.testkit.committee import Committee, CommitteeSetup
from steerco_vn_documents import rendering
from steerco_vn_documents.child import FORMS, set_page
from steerco_vn_documents.press import font_folder
from steerco_vn_documents.sheet import sheet

ROUNDS = 15
PAPERS, REQUESTS = 100, 300
LINE = "Các bộ, ngành, địa phương khẩn trương triển khai nhiệm vụ được giao, bảo đảm tiến độ và chất lượng. " * 4


def run() -> list[Row]:
    """The rows of this bench."""
    return [*_against_typst(), *_beside_requests()]


def _papers() -> Iterator[DocumentContent]:
    """Yield papers of three pages, each another, so that typst remembers none."""
    content = SAMPLES["conclusion-notice"]
    for number in count(1):
        blocks = tuple(Block("item", f"{number}. {LINE}", f"{i}.") for i in range(1, 17))
        yield replace(content, number=f"{number:02}", text=replace(content.text, blocks=blocks))


def _against_typst() -> list[Row]:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_folder()])
    papers = _papers()

    def typsts() -> None:
        assert set_page("paper.typ", sheet(next(papers)).data(), fonts)[:1] == b"P"

    def ours() -> None:
        assert rendering.pdf(next(papers), electronic=True).pages == 3

    assert (FORMS / "paper.typ").is_file()
    typsts()
    ours()
    own, taken = interleaved([typsts, ours], ROUNDS)
    return [at_most("a paper of three pages, to typst's own work on the same sheet, warm", taken * 1e3, "ms", taken / own, 3)]


def _beside_requests() -> list[Row]:
    setup = CommitteeSetup("steerco_vn_documents", home=Path(__file__).parents[2], slug="most-steering-board")
    committee = Committee.made(setup)
    with committee.closing:

        def ask() -> None:
            assert committee.ask("head", "/api/meeting").status_code == 200

        papers = _papers()

        def printed() -> None:
            for _ in range(PAPERS):
                rendering.pdf(next(papers), electronic=True)

        _p99(ask, lambda: False)
        thread = Thread(target=printed)
        start = perf_counter()
        thread.start()
        beside = _p99(ask, thread.is_alive)
        thread.join()
        taken = perf_counter() - start
        alone = _p99(ask, lambda: False)
    return [
        at_most(f"p99 of a list while {PAPERS} papers are printed, to p99 without", beside * 1e3, "ms", beside / alone, 1.5),
        Row(f"{PAPERS} papers of three pages, beside requests", taken, "s"),
    ]


def _p99(ask: Callable[[], None], more: Callable[[], bool]) -> float:
    """Return the slowest of a hundred: of so many requests at least, and as long as ``more`` says."""
    taken = []
    while len(taken) < REQUESTS or more():
        start = perf_counter()
        ask()
        taken.append(perf_counter() - start)
    return quantiles(taken, n=100)[98]
