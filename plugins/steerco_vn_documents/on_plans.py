"""First drafts of programmes and plans (sample 1.4) and of the decision that issues one (sample 1.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from steerco.extension.api import Appendix, Block, DocumentText
from steerco_vn_documents import words
from steerco_vn_documents.wording import OPEN, Fields, Wording, heads, table

SUBJECTS = {"work-programme": "Công tác", "work-plan": "Công tác", "inspection-plan": "Kiểm tra"}
TYPES = {"work-programme": "Chương trình", "work-plan": "Kế hoạch", "inspection-plan": "Kế hoạch"}
ITEMS = ("Nội dung, nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian", "Sản phẩm")
INSPECTED = ("Đối tượng, nội dung kiểm tra", "Trưởng đoàn", "Thành phần", "Thời gian", "Sản phẩm")
PERIOD = re.compile(r"(?P<year>\d{4})(-(?P<part>H[12]|Q[1-4]|\d{2}))?")


def plan(w: Wording) -> DocumentText:
    """Return a programme or plan, from its items."""
    programme = w.record
    return DocumentText(
        title=programme.get("title") or _title(w, programme),
        bases=w.bases(),
        opening=f"{w.body} ban hành {TYPES.get(programme.get('kind', ''), 'kế hoạch').lower()} như sau:",
        blocks=tuple(body(w, programme)),
        recipients=(f"Các thành viên {w.body}",),
    )


def body(w: Wording, programme: Fields) -> Iterable[Block]:
    """Return the parts of a programme or plan. What the record does not hold is left open for a clerk."""
    inspects = programme.get("kind") == "inspection-plan"
    parts: list[tuple[str, Iterable[Block]]] = [("Mục đích, yêu cầu", ())]
    parts.append(("Nội dung kiểm tra" if inspects else "Nội dung, nhiệm vụ", _items(w, programme, inspects=inspects)))
    if inspects:
        parts.append(("Hình thức kiểm tra và báo cáo của đơn vị được kiểm tra", ()))
    return heads(*parts, ("Kinh phí", ()), ("Tổ chức thực hiện", ()))


def _items(w: Wording, programme: Fields, *, inspects: bool) -> tuple[Block, ...]:
    return table(
        INSPECTED if inspects else ITEMS,
        (
            (
                item["title"],
                w.name(item.get("lead")),
                w.names(item.get("coordinators", ())),
                w.short_day(item.get("due")) or period(item.get("period")),
                item.get("product") or "",
            )
            for item in programme.get("items", ())
        ),
    )


def period(text: str | None) -> str:
    """Return a period as offices write it: ``Quý I/2021``, ``6 tháng đầu năm 2021``, ``Tháng 3/2021``, ``Năm 2021``."""
    match = PERIOD.fullmatch(text or "")
    if match is None:
        return text or ""
    year, part = match["year"], match["part"] or ""
    if part.startswith("Q"):
        return f"Quý {words.roman(int(part[1]))}/{year}"
    if part.startswith("H"):
        return f"6 tháng {'đầu' if part == 'H1' else 'cuối'} năm {year}"
    return f"Tháng {int(part)}/{year}" if part else f"Năm {year}"


def _title(w: Wording, programme: Fields) -> str:
    return f"{SUBJECTS.get(programme.get('kind', ''), 'Công tác')} năm {programme.get('year', OPEN)} của {w.body}"


def issuing(w: Wording) -> DocumentText:
    """Return the decision that issues a programme or plan, which is attached to it."""
    programme = w.record
    kind = TYPES.get(programme.get("kind", ""), "Kế hoạch")
    title = programme.get("title") or _title(w, programme)
    whole = title if title.upper().startswith(kind.upper()) else f"{kind} {title[:1].lower()}{title[1:]}"
    return DocumentText(
        title=f"Ban hành {whole}",
        bases=w.bases(),
        proposal=f"Theo đề nghị của {OPEN}",
        blocks=(
            Block("article", f"Ban hành kèm theo Quyết định này {whole}.", "Điều 1."),
            Block("article", "Quyết định này có hiệu lực thi hành kể từ ngày ký.", "Điều 2."),
            Block(
                "article",
                f"Các thành viên {w.body} và các cơ quan, đơn vị, cá nhân liên quan chịu trách nhiệm thi hành Quyết định này.",
                "Điều 3.",
            ),
        ),
        appendices=(Appendix(whole, tuple(body(w, programme))),),
        recipients=("Như Điều 3",),
    )
