"""First drafts of reports (sample 1.4) and of the papers of an inspection, from figures as the records hold them."""

from __future__ import annotations

from collections.abc import Iterable

from steerco.extension.api import Block, DocumentText
from steerco_vn_documents.on_meetings import task_table
from steerco_vn_documents.on_plans import period
from steerco_vn_documents.wording import OPEN, Fields, Wording, heads, items, paragraphs, table

DONE = ("done", "reported-done")
COUNTED = {"tasks": "Nhiệm vụ", "duties": "Nghĩa vụ theo Quy chế", "meetings": "Cuộc họp", "reports": "Báo cáo"}
MEASURES = {
    "assigned": "được giao trong kỳ",
    "open": "đang thực hiện trong hạn",
    "late": "quá hạn chưa hoàn thành",
    "done": "đã thực hiện",
    "done-on-time": "hoàn thành đúng hạn",
    "done-late": "hoàn thành quá hạn",
    "due": "đến hạn",
    "overdue": "quá hạn",
    "missed": "không thực hiện",
    "missing": "chưa nộp",
}
OPINIONS = {"agree": "đồng ý", "disagree": "không đồng ý", "other": "ý kiến khác"}
TAKEN_UP = {"yes": "Tiếp thu", "in-part": "Tiếp thu một phần", "no": "Không tiếp thu"}
REVIEWS = {
    "activity-report": "Kết quả hoạt động",
    "interim-review": "Sơ kết, đánh giá tình hình thực hiện nhiệm vụ",
    "compliance-report": "Tình hình thực hiện Quy chế",
}


def report(w: Wording) -> DocumentText:
    """Return a report: what was done, in figures; what was not, and why; what comes next; what is asked."""
    composers = {"review": _review, "report": _called, "consultation": _answers}
    return composers.get(w.record.get("type", ""), _of_tasks)(w)


def _report(title: str, opening: str, *parts: Iterable[Block]) -> DocumentText:
    names = ("Kết quả thực hiện", "Tồn tại, hạn chế và nguyên nhân", "Nhiệm vụ kỳ tới", "Kiến nghị, đề xuất")
    return DocumentText(title=title, opening=opening, blocks=tuple(heads(*zip(names, parts, strict=True))))


def _of_tasks(w: Wording) -> DocumentText:
    tasks = w.of("task")
    record = w.record if w.record.get("type") != "task" else {}
    late = tuple(task for task in tasks if task.get("timeliness") in ("late", "done-late"))
    return _report(
        record.get("title") or f"Tình hình thực hiện nhiệm vụ của {w.body}",
        f"{w.body} báo cáo như sau:",
        (*paragraphs(record.get("text")), *paragraphs(_figures(tasks)), *task_table(w, tasks)),
        items(f"{task['title']}: {task.get('reason') or OPEN}" for task in late),
        (),
        (),
    )


def _figures(tasks: tuple[Fields, ...]) -> str:
    if not tasks:
        return ""
    done = sum(task.get("state") in DONE for task in tasks)
    return f"Tổng số {len(tasks)} nhiệm vụ; đã hoàn thành {done}; chưa hoàn thành {len(tasks) - done}."


def _review(w: Wording) -> DocumentText:
    """The figures are those that the review took, as they stood on its day."""
    record = w.record
    figures = sorted(record.get("figures", ()), key=lambda each: each["position"])
    rows = (
        (
            COUNTED.get(each["counted"], each["counted"]),
            MEASURES.get(each["measure"]) or w.label("kind", each["measure"]),
            "; ".join(each.get("cites", ())),
            str(each["number"]),
        )
        for each in figures
    )
    span = period(record.get("period"))
    kind = REVIEWS.get(record.get("kind", ""), "Tình hình thực hiện")
    return _report(
        record.get("title") or f"{kind} {span[:1].lower()}{span[1:]} của {w.body}",
        f"{w.body} báo cáo như sau (số liệu tính đến {w.day(record.get('taken_on'))}):",
        (*paragraphs(record.get("results")), *table(("Nội dung", "Kết quả", "Điều khoản", "Số lượng"), rows)),
        paragraphs(record.get("shortcomings")),
        paragraphs(record.get("next_steps")),
        paragraphs(record.get("proposals")),
    )


def _called(w: Wording) -> DocumentText:
    """Return the report that was called for, with its figures and their targets."""
    record = w.record
    figures = sorted(record.get("figures", ()), key=lambda each: each["position"])
    rows = (
        (
            _said(each["label"]),
            _number(each.get("number")) or each.get("text") or "",
            _said(each.get("unit")),
            _number(each.get("target")),
            each.get("set_by") or "",
        )
        for each in figures
    )
    return _report(
        record.get("title") or "Tình hình thực hiện nhiệm vụ",
        f"{w.name(record.get('agency') or record.get('to')) or w.body} báo cáo như sau:",
        (*paragraphs(record.get("answer")), *table(("Chỉ tiêu", "Kết quả", "Đơn vị", "Mục tiêu", "Văn bản giao"), rows)),
        (),
        (),
        paragraphs(record.get("proposals")),
    )


def _answers(w: Wording) -> DocumentText:
    """Return the table of the opinions that were asked for, each with what was done with it. Who is silent has no opinion in
    it."""
    replies = w.of("consultation-reply")
    answered = tuple(reply for reply in replies if reply.get("answered_on"))
    counted = "; ".join(
        f"{words} {number}" for key, words in OPINIONS.items() if (number := sum(r.get("position") == key for r in answered))
    )
    silent = tuple(w.name(reply.get("who")) for reply in replies if not reply.get("answered_on"))
    rows = (
        (
            w.name(reply.get("who")),
            OPINIONS.get(reply.get("position") or "", reply.get("position") or ""),
            reply.get("text") or "",
            ". ".join(each for each in (TAKEN_UP.get(reply.get("taken_up") or "", ""), reply.get("handling") or "") if each),
        )
        for reply in answered
    )
    asked = w.record.get("title") or OPEN
    return DocumentText(
        title=f"Tổng hợp, tiếp thu, giải trình ý kiến về {asked[:1].lower()}{asked[1:]}",
        opening=(
            f"{w.body} đã lấy ý kiến của {len(replies)} cơ quan, cá nhân; nhận được {len(answered)} ý kiến: {counted or OPEN}."
        ),
        blocks=(
            *table(("Cơ quan, cá nhân", "Ý kiến", "Nội dung ý kiến", "Tiếp thu, giải trình"), rows),
            *paragraphs(f"Chưa có ý kiến: {'; '.join(silent)}." if silent else ""),
        ),
    )


def _said(label: Fields | None) -> str:
    return str((label or {}).get("vi") or (label or {}).get("en") or "")


def _number(value: float | None) -> str:
    """Return a number with a decimal comma."""
    return "" if value is None else f"{value:g}".replace(".", ",")


def inspection_minutes(w: Wording) -> DocumentText:
    """Return the minutes of an inspection: whom, on which day, by whom, and what was seen."""
    record = w.record
    team = w.names(each["who"] for each in record.get("coordinators", ()))
    fields = (
        ("Thời gian", w.day(record.get("visited_on") or record.get("visit_on"))),
        ("Địa điểm", w.name(record.get("to")) or OPEN),
        ("Trưởng đoàn", w.listed(record.get("lead")) or OPEN),
        ("Thành phần", team or OPEN),
        ("Đại diện đơn vị được kiểm tra", OPEN),
    )
    return DocumentText(
        title=f"Kiểm tra {record.get('title', OPEN)}",
        blocks=(
            *(Block("field", text, label) for label, text in fields),
            Block("paragraph", "Nội dung làm việc:"),
            *(paragraphs(record.get("visit_report")) or (Block("paragraph", OPEN),)),
        ),
        closing=f"Buổi làm việc kết thúc vào {OPEN}.",
        recipients=(w.name(record.get("to")) or OPEN,),
    )


def inspection_conclusion(w: Wording) -> DocumentText:
    """Return the notice of what an inspection found, with what is demanded by which day."""
    record = w.record
    until = f"Thời hạn khắc phục: trước {w.day(record['due_on'])}." if record.get("due_on") else ""
    return DocumentText(
        title=f"Kết luận kiểm tra {record.get('title', OPEN)}",
        opening=f"Sau khi kiểm tra tại {w.name(record.get('to')) or OPEN}, {w.body} kết luận như sau:",
        blocks=tuple(
            heads(
                ("Kết quả kiểm tra", paragraphs(record.get("finding"))),
                ("Yêu cầu", (*paragraphs(record.get("demand")), *paragraphs(until))),
                ("Tổ chức thực hiện", ()),
            )
        ),
        recipients=(w.name(record.get("to")) or OPEN,),
    )
