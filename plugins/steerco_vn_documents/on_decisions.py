"""First drafts of decisions (sample 1.2), authorisations and proposals of commendations (1.4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from steerco.extension.api import Appendix, Block, DocumentText
from steerco_vn_documents import on_plans, words
from steerco_vn_documents.wording import OPEN, Fields, Wording, paragraphs, table

IN_FORCE = "Quyết định này có hiệu lực thi hành kể từ ngày ký."


def decision(w: Wording) -> DocumentText:
    """Return a decision: on a matter as it was decided, of tasks, of a mobilisation; or one that issues a programme or plan."""
    record = w.record
    type = record.get("type")
    if type == "programme":
        return on_plans.issuing(w)
    if type == "mobilisation":
        return _of(w, "trưng tập người tham gia công việc của " + w.body, _mobilised(w, record), w.listed(record.get("who")))
    if type == "amendment":
        return _of(
            w,
            "sửa đổi, bổ sung Quy chế hoạt động",
            record.get("text") or record.get("summary") or OPEN,
            f"Các thành viên {w.body}",
        )
    tasks = w.of("task")
    if tasks:
        return _of(w, "giao nhiệm vụ", "\n".join(_assigned(w, task) for task in tasks), "Các cơ quan, đơn vị được giao nhiệm vụ")
    title = record.get("title") or OPEN
    return _of(w, title[:1].lower() + title[1:], record.get("decision") or record.get("text") or OPEN, f"Các thành viên {w.body}")


def _of(w: Wording, about: str, first: str, whom: str) -> DocumentText:
    articles = (first, IN_FORCE, f"{whom} và các cơ quan, đơn vị, cá nhân liên quan chịu trách nhiệm thi hành Quyết định này.")
    return DocumentText(
        title=f"Về việc {about}",
        bases=w.bases(),
        proposal=f"Theo đề nghị của {OPEN}",
        blocks=tuple(Block("article", " ".join(text.split()), f"Điều {number}.") for number, text in enumerate(articles, 1)),
        recipients=("Như Điều 3",),
    )


def _assigned(w: Wording, task: Fields) -> str:
    helpers = w.names(each["who"] for each in task.get("coordinators", ()))
    parts = [
        f"Giao {w.name(task.get('lead'))} chủ trì",
        f"phối hợp với {helpers}" if helpers else "",
        f"thực hiện: {task['title']}",
    ]
    due = f"; hoàn thành trước {w.day(task['due_on'])}" if task.get("due_on") else ""
    product = f"; sản phẩm: {task['product']}" if task.get("product") else ""
    return ", ".join(part for part in parts if part) + f"{due}{product}."


def _mobilised(w: Wording, record: Fields) -> str:
    at = f" tại {w.name(record['place'])}" if record.get("place") else ""
    span = f" từ {w.day(record.get('from'))} đến hết {w.day(record.get('to'))}"
    return f"Trưng tập {w.listed(record.get('who'))} làm việc tập trung{at}{span} để thực hiện: {record.get('product') or OPEN}."


def authorisation(w: Wording) -> DocumentText:
    """Return an authorisation: who, whom, to do what, from when to when; it cannot be passed on (Decree 30/2020, Article
    13.3)."""
    record = w.record
    if record.get("type") == "substitution":
        fields = _attending(w, record)
    else:
        until = record.get("to_day")
        fields = [
            ("Người ủy quyền", w.listed(record.get("by")) or OPEN),
            ("Người được ủy quyền", w.listed(record.get("to")) or OPEN),
            ("Nội dung ủy quyền", record.get("text") or OPEN),
            ("Thời hạn ủy quyền", f"từ {w.day(record.get('from'))} đến hết {w.day(until)}"),
        ]
    return DocumentText(
        title="Dự họp thay" if record.get("type") == "substitution" else "Về việc ủy quyền",
        bases=w.bases(),
        blocks=tuple(Block("field", text, label) for label, text in fields),
        closing="Người được ủy quyền không được ủy quyền lại cho người khác.",
        recipients=("Người được ủy quyền",),
    )


def _attending(w: Wording, record: Fields) -> list[tuple[str, str]]:
    meeting: Fields = next(iter(w.of("meeting")), {})
    return [
        ("Người ủy quyền", w.listed(record.get("who")) or OPEN),
        ("Người được ủy quyền", w.listed(record.get("substitute")) or OPEN),
        ("Nội dung ủy quyền", f"Dự họp thay tại cuộc họp {w.time(meeting.get('starts_at'))}"),
        ("Ý kiến của người ủy quyền", record.get("opinion") or OPEN),
    ]


def _awarding(title: str) -> str:
    said = title[:1].lower() + title[1:]
    return f"Về việc {said}" if said.startswith("khen thưởng") else f"Về việc khen thưởng {said}".rstrip()


def _emulation_law(today: date) -> str:
    """Return the law on emulation and commendation in force, with its day (II.6.a): that of 2022 is in force since 2024."""
    day = date(2022, 6, 15) if today >= date(2024, 1, 1) else date(2003, 11, 26)
    return f"Căn cứ Luật Thi đua, khen thưởng {words.day_words(day)}"


def commendation(w: Wording) -> DocumentText:
    """Return the proposal of a commendation with its list, the figures of the ledger as evidence."""
    record = w.record
    return DocumentText(
        title=_awarding(record.get("title") or ""),
        bases=(_emulation_law(w.facts.today), *w.bases()),
        opening=f"{w.body} kính trình xem xét khen thưởng các tập thể, cá nhân tại danh sách kèm theo.",
        blocks=paragraphs(record.get("achievement") or record.get("text")),
        appendices=(Appendix("Danh sách đề nghị khen thưởng", _list(w, record), landscape=True),),
    )


def _list(w: Wording, record: Fields) -> tuple[Block, ...]:
    named: Iterable[Fields] = record.get("beneficiaries") or [{"who": party} for party in record.get("to", ())] or [{"who": OPEN}]
    return table(
        ("Tập thể, cá nhân", "Thành tích", "Kết quả nhiệm vụ", "Hình thức khen thưởng", "Cấp quyết định"),
        (
            (
                w.listed(each["who"]),
                record.get("achievement") or OPEN,
                _done(each),
                record.get("form") or OPEN,
                record.get("authority") or OPEN,
            )
            for each in named
        ),
    )


def _done(each: Fields) -> str:
    if "done" not in each:
        return ""
    return f"hoàn thành {each['done']}, trong đó muộn {each['done_late']}; đang chậm {each['late']}"
