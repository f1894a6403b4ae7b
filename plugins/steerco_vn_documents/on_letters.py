"""First drafts of official letters (sample 1.5) and submissions (1.4), by the record that they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from steerco.extension.api import Appendix, Block, DocumentText
from steerco_vn_documents.on_meetings import task_table
from steerco_vn_documents.on_plans import TYPES
from steerco_vn_documents.wording import OPEN, Fields, Wording, heads, items, paragraphs, table

FORM = (("Đồng ý", "□"), ("Không đồng ý", "□"), ("Ý kiến khác", "□"))


def letter(w: Wording) -> DocumentText:
    """Return an official letter: what it asks follows from the type of the record."""
    return {
        "task": reminder,
        "direction": direction,
        "matter": consultation,
        "consultation": consultation,
        "information-request": information,
        "check": check,
        "inspection": inspection,
        "report": report_call,
        "guidance": direction,
    }.get(w.record.get("type", ""), plain_letter)(w)


def plain_letter(w: Wording) -> DocumentText:
    """Return a letter on a record of another type: its title and text."""
    record = w.record
    text = record.get("text") or record.get("question") or record.get("reason")
    return DocumentText(title=_lower(record.get("title")) or OPEN, opening=text or OPEN)


def reminder(w: Wording) -> DocumentText:
    """Return a reminder of tasks, which are enclosed as a list, and until when an answer is asked."""
    tasks = w.of("task")
    return DocumentText(
        title="đôn đốc thực hiện nhiệm vụ được giao",
        opening=f"{w.body} đề nghị Quý cơ quan khẩn trương thực hiện các nhiệm vụ tại danh mục dưới đây:",
        blocks=task_table(w, tasks),
        closing="Đề nghị báo cáo kết quả thực hiện; trường hợp chậm, nêu rõ nguyên nhân và thời hạn hoàn thành.",
    )


def direction(w: Wording) -> DocumentText:
    """Return a letter that hands on a direction with the tasks that follow from it."""
    record, tasks = w.record, w.of("task")
    return DocumentText(
        title=_lower(record.get("title")) or "thực hiện ý kiến chỉ đạo",
        opening=f"{w.titled(record.get('author'))} có ý kiến chỉ đạo như sau:" if record.get("author") else "",
        blocks=(*paragraphs(record.get("text")), *task_table(w, tasks)),
        closing="Đề nghị các cơ quan, đơn vị tổ chức thực hiện.",
    )


def consultation(w: Wording) -> DocumentText:
    """Return a letter that asks for opinions, with the form on which they are given. Silence is given no meaning."""
    record = w.record
    asked = record.get("title") or record.get("question") or OPEN
    until = f" trước {w.day(record['due_on'])}" if record.get("due_on") else ""
    form = (
        Block("field", OPEN, "Cơ quan, người cho ý kiến"),
        Block("field", asked, "Nội dung lấy ý kiến"),
        *(Block("item", text, box) for text, box in FORM),
        Block("field", OPEN, "Ý kiến cụ thể, lý do"),
        Block("field", OPEN, "Ngày, ký tên"),
    )
    return DocumentText(
        title=f"lấy ý kiến về {_lower(asked)}",
        opening=f"{w.body} đề nghị Quý cơ quan cho ý kiến về nội dung sau:",
        blocks=paragraphs(record.get("question") or record.get("text") or asked),
        closing=f"Ý kiến theo Phiếu tại Phụ lục kèm theo, gửi về {w.body}{until}.",
        appendices=(Appendix("Phiếu lấy ý kiến", form),),
    )


def information(w: Wording) -> DocumentText:
    """Return a letter that asks for information by a day."""
    return _asking(w, "đề nghị cung cấp thông tin", "đề nghị Quý cơ quan cung cấp thông tin sau:")


def report_call(w: Wording) -> DocumentText:
    """Return a letter that calls for a report by a day."""
    return _asking(w, f"báo cáo {_lower(w.record.get('title'))}", "đề nghị Quý cơ quan báo cáo nội dung sau:")


def check(w: Wording) -> DocumentText:
    """Return a letter that opens a check and asks for an answer by a day."""
    return _asking(
        w, f"kiểm tra {_lower(w.record.get('title')) or OPEN}", "kiểm tra các nội dung sau và đề nghị Quý cơ quan báo cáo:"
    )


def inspection(w: Wording) -> DocumentText:
    """Return a letter that announces an inspection: by whom led, with whom, on which day."""
    record = w.record
    team = w.names(each["who"] for each in record.get("coordinators", ()))
    fields = [("Trưởng đoàn", w.titled(record.get("lead"))), ("Thành phần", team), ("Thời gian", w.day(record.get("visit_on")))]
    return DocumentText(
        title=f"kiểm tra {_lower(record.get('title'))}",
        opening=f"{w.body} thông báo việc kiểm tra như sau:",
        blocks=(
            *paragraphs(record.get("text") or record.get("title")),
            *(Block("field", text, label) for label, text in fields if text),
        ),
        closing="Đề nghị Quý cơ quan chuẩn bị báo cáo và bố trí làm việc với Đoàn kiểm tra.",
    )


def _asking(w: Wording, title: str, opening: str) -> DocumentText:
    record = w.record
    asked = record.get("question") or record.get("text") or record.get("title") or record.get("reason")
    until = f" trước {w.day(record['due_on'])}" if record.get("due_on") else ""
    return DocumentText(
        title=title, opening=f"{w.body} {opening}", blocks=paragraphs(asked), closing=f"Văn bản trả lời gửi về {w.body}{until}."
    )


def submission(w: Wording) -> DocumentText:
    """Return a submission: why, how it came about, what it says, where opinions differ, what is asked."""
    record = w.record
    plan = TYPES.get(record.get("kind", ""), "") if record.get("type") == "programme" else ""
    subject = record.get("title") or (f"{plan} năm {record.get('year')}" if plan else OPEN)
    return DocumentText(
        title=f"Về việc ban hành {plan} năm {record.get('year')}" if plan else f"Về việc {_lower(subject)}",
        bases=w.bases(),
        opening=f"Kính trình xem xét, quyết định {_lower(subject)}, với các nội dung như sau:",
        blocks=tuple(
            heads(
                ("Sự cần thiết, căn cứ", ()),
                ("Quá trình xây dựng", items(_positions(w, record), "-")),
                (
                    "Nội dung chính",
                    _content(w, record),
                ),
                ("Ý kiến còn khác nhau", _differing(w, record)),
                ("Đề xuất, kiến nghị", (Block("paragraph", "Kính trình xem xét, quyết định."),)),
            )
        ),
    )


def _content(w: Wording, record: Fields) -> tuple[Block, ...]:
    texts = (record.get(name) for name in ("text", "summary", "study", "prepared_opinion"))
    return (*(block for text in texts for block in paragraphs(text)), *_planned(w, record))


def _planned(w: Wording, record: Fields) -> tuple[Block, ...]:
    rows = ((item["title"], w.name(item.get("lead")), w.short_day(item.get("due"))) for item in record.get("items", ()))
    return table(("Nội dung", "Chủ trì", "Thời gian"), rows)


def _positions(w: Wording, record: Fields) -> Iterator[str]:
    counted = Counter(opinion["position"] for opinion in record.get("opinions", ()))
    if counted:
        said = "; ".join(f"{w.label('position', position)}: {number}" for position, number in counted.items())
        yield f"Đã lấy ý kiến các thành viên ({said})."


def _differing(w: Wording, record: Fields) -> tuple[Block, ...]:
    others = [each for each in record.get("opinions", ()) if each["position"] != "agree"]
    said = [(each.get("text") or w.label("position", each["position"]), each["who"]) for each in others]
    said += [(each["text"], each["who"]) for each in record.get("comments", ())]
    return tuple(Block("quote", text, w.titled(who)) for text, who in said)


def _lower(text: str | None) -> str:
    """Return a title as it stands inside a sentence: its first letter small, unless a name or abbreviation begins it."""
    if not text or text[:2].isupper() or text.startswith(("Ủy ban", "Ban Chỉ đạo", "Bộ ", "Chính phủ")):
        return text or ""
    return text[:1].lower() + text[1:]
