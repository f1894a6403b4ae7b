"""A meeting's papers as one PDF, with a page of contents: what a member takes along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steerco.extension.api import Answer, Fields, Fragment, Hands, Invalid, NotFound, Request, TenantFacts, escape
from steerco_vn_documents.press import PRESS, NotPrinted
from steerco_vn_documents.sheet import FONT

WORDS: Mapping[str, Mapping[str, Any]] = {
    "vi": {
        "heading": "TÀI LIỆU CUỘC HỌP",
        "columns": ("STT", "Tài liệu", "Trang"),
        "apart": "gửi riêng (không phải tệp PDF mở được)",
        "link": "Tải tất cả tài liệu trong một tệp PDF",
    },
    "en": {
        "heading": "PAPERS OF THE MEETING",
        "columns": ("No.", "Paper", "Page"),
        "apart": "sent apart (no PDF that can be opened)",
        "link": "All papers as one PDF",
    },
}
LARGEST = 60 * 1024 * 1024
"""The most bytes that are bound into one file."""


def board_pack(request: Request) -> Answer:
    """Return the papers of a meeting that the caller may see, bound as one PDF with contents."""
    hands = request.hands
    meeting = hands.record("meeting", request.params["meeting"], by=request.by)
    if meeting is None:
        raise NotFound("meeting")
    papers = sorted(meeting.get("papers", ()), key=lambda paper: paper.get("item") or 0)
    if sum(paper.get("size") or 0 for paper in papers) > LARGEST:
        raise Invalid({"meeting": f"its papers have more than {LARGEST >> 20} MiB together: take them one by one"})
    files = [hands.file("meeting", meeting["id"], paper["digest"], by=request.by) or b"" for paper in papers]
    try:
        bound = PRESS.bind("pack.typ", _contents(hands, meeting, papers, request.language), files)
    except NotPrinted as fault:
        raise Invalid({"meeting": str(fault) or f"{FONT} lacks {', '.join(fault.lacking)}"}) from fault
    headers = {"Content-Disposition": f'attachment; filename="{meeting["ref"]}.pdf"', "Cache-Control": "private, no-store"}
    return Answer(bound, "application/pdf", headers=headers, bare=True)


def _contents(hands: Hands, meeting: Fields, papers: list[Fields], language: str) -> dict[str, Any]:
    said = WORDS.get(language, WORDS["en"])
    starts = meeting["starts_at"].astimezone(hands.tenant.zone)
    name = hands.tenant.name.vi if language == "vi" else hands.tenant.name.en
    return {
        **said,
        "language": language,
        "author": name or hands.tenant.slug,
        "title": str(meeting["ref"]),
        "when": f"{starts:%H:%M, %d/%m/%Y}" + (f", {meeting['place']}" if meeting.get("place") else ""),
        "day": (starts.year, starts.month, starts.day),
        "font": FONT,
        "lines": [{"title": paper["title"], "page": 0} for paper in papers],
    }


def link(tenant: TenantFacts, slot: str, hands: Hands, language: str) -> list[Fragment]:
    """Return the link to the pack on a meeting's page, where it has papers."""
    kind, _, id = slot.removeprefix("record:").partition(":")
    if kind != "meeting" or not slot.startswith("record:"):
        return []
    meeting = hands.record("meeting", id)
    if meeting is None or not meeting.get("papers"):
        return []
    said = WORDS.get(language, WORDS["en"])["link"]
    return [Fragment(f'<p><a href="/t/{tenant.slug}/x/steerco_vn_documents/pack/{escape(id)}">{said}</a></p>')]
