"""First drafts of what a meeting needs: invitation (sample 1.7), minutes (1.9), notice of its conclusions (1.4)."""

from __future__ import annotations

from collections.abc import Iterator

from steerco.extension.api import Block, DocumentText
from steerco_vn_documents.wording import OPEN, Fields, Wording, heads, items, paragraphs, table

ONLINE = {"online": "Trực tuyến", "hybrid": "Trực tiếp kết hợp trực tuyến"}
TASKS = ("Nhiệm vụ", "Cơ quan, người chủ trì", "Phối hợp", "Thời hạn", "Sản phẩm")


def invitation(w: Wording) -> DocumentText:
    """Return the invitation to a meeting: who is asked, to what, who presides, when, where, on what, and what to prepare."""
    meeting = w.record
    starts, place = meeting.get("starts_at"), meeting.get("place") or OPEN
    fields = [
        ("Tới dự", _called(w, meeting)),
        ("Chủ trì", w.titled(meeting.get("presiding") or meeting.get("presided_by")) or OPEN),
        ("Thời gian", f"{w.hour(starts)}, {w.weekday(starts)}, {w.day(starts)}{_until(w, meeting)}" if starts else OPEN),
        ("Địa điểm", place),
    ]
    if how := ONLINE.get(meeting.get("mode") or ""):
        fields.append(("Hình thức họp", f"{how}{', tại ' + meeting['link'] if meeting.get('link') else ''}"))
    agenda = items(_item(w, each) for each in meeting.get("agenda", ()))
    papers = items((f"{title};" for title in dict.fromkeys(paper["title"] for paper in meeting.get("papers", ()))), "-")
    return DocumentText(
        title=_title("Họp", w, meeting),
        opening=f"{w.body} trân trọng kính mời:",
        blocks=(
            *items(_invited(w, meeting), "-"),
            *(Block("field", text, label) for label, text in fields),
            *((Block("paragraph", "Nội dung:"), *agenda) if agenda else ()),
            *((Block("paragraph", "Tài liệu gửi kèm:"), *papers) if papers else ()),
        ),
        closing="\n".join(_notes(w, meeting)),
        recipients=("Như trên",),
    )


def _called(w: Wording, meeting: Fields) -> str:
    kind = w.label("kind", meeting.get("kind")) if meeting.get("kind") else ""
    return f"Cuộc họp {kind} của {w.body}".replace("  ", " ")


def _title(verb: str, w: Wording, meeting: Fields) -> str:
    kind = w.label("kind", meeting.get("kind")) if meeting.get("kind") else ""
    day = f", {w.day(meeting['starts_at'])}" if meeting.get("starts_at") else ""
    return " ".join(f"{verb} {kind} của {w.body}{day}".split())


def _until(w: Wording, meeting: Fields) -> str:
    ends = meeting.get("ends_at")
    return f" (dự kiến kết thúc lúc {w.hour(ends)})" if ends else ""


def _invited(w: Wording, meeting: Fields) -> Iterator[str]:
    rows = meeting.get("attendance", ())
    if not any(row["invited_as"] == "attendee" for row in rows):  # no list was set: every member is asked
        yield f"Các thành viên {w.body};"
    for row in rows:
        guest = " (khách mời)" if row["invited_as"] == "guest" else ""
        yield f"{w.listed(row['who'])}{guest};"


def _item(w: Wording, item: Fields) -> str:
    more = [
        w.name(item["rapporteur"]) if item.get("rapporteur") else "",
        f"{item['minutes']} phút" if item.get("minutes") else "",
    ]
    said = ", ".join(part for part in more if part)
    return f"{item['title']}{f' ({said})' if said else ''}"


def _notes(w: Wording, meeting: Fields) -> Iterator[str]:
    """Yield what those asked should know; on absence and substitutes what the committee's settings say of its regulation."""
    if note := w.tenant.settings["absence_note"]:
        yield note
    asked = "Đề nghị xác nhận tham dự"
    if meeting.get("reply_by") or meeting.get("contact"):
        by = f" trước {w.day(meeting['reply_by'])}" if meeting.get("reply_by") else ""
        to = f" với {w.listed(meeting['contact'])}" if meeting.get("contact") else ""
        yield f"{asked}{by}{to}."


def minutes(w: Wording) -> DocumentText:
    """Return the minutes: times, place, who was there and who was not, who presided and who wrote, all that was said, the
    conclusion."""
    meeting = next(iter(w.of("meeting")), {})
    taken = next(iter(w.of("minutes")), {})
    fields = [
        ("Thời gian bắt đầu", w.time(meeting.get("opened_at") or meeting.get("starts_at"))),
        ("Địa điểm", meeting.get("place") or OPEN),
    ]
    secretary = w.listed(taken.get("secretary")) or OPEN
    presided = w.listed(meeting.get("presided_by") or meeting.get("presiding")) or OPEN
    ended = meeting.get("ended_at")
    return DocumentText(
        title=_title("Họp", w, meeting) if meeting else "",
        blocks=(
            *(Block("field", text, label) for label, text in fields),
            Block("paragraph", "Thành phần tham dự:"),
            *items(_attended(w, meeting), "-"),
            Block("field", presided, "Chủ trì (chủ tọa)"),
            Block("field", secretary, "Thư ký (người ghi biên bản)"),
            Block("paragraph", "Nội dung (theo diễn biến cuộc họp):"),
            *_course(w, meeting, taken),
        ),
        closing=f"Cuộc họp kết thúc vào {w.time(ended) if ended else OPEN}.",
        recipients=("Người chủ trì", f"Các thành viên {w.body}"),
    )


def _attended(w: Wording, meeting: Fields) -> Iterator[str]:
    rows = meeting.get("attendance", ())
    present = [w.listed(row["who"]) for row in rows if row.get("presence") in ("present", "late")]
    yield f"Có mặt: {'; '.join(present) or OPEN};"
    for leave, said in (("with-consent", "Vắng mặt được người chủ trì đồng ý"), ("without-leave", "Vắng mặt")):
        away = [w.listed(row["who"]) for row in rows if row.get("leave") == leave]
        if away:
            yield f"{said}: {'; '.join(away)};"


def _course(w: Wording, meeting: Fields, taken: Fields) -> Iterator[Block]:
    """Yield what was said, item by item, then what stands in the minutes themselves, then decisions and conclusion."""
    said = taken.get("contributions", ())
    for item in meeting.get("agenda", ()):
        yield Block("subheading", item["title"], f"{item['position']}.")
        yield from _said(w, [each for each in said if each.get("item") == item["position"]])
    yield from _said(w, [each for each in said if not each.get("item")])
    yield from paragraphs(taken.get("text"))
    for matter in w.of("matter"):
        if matter.get("decision") or matter.get("outcome"):
            votes = _votes(w, matter)
            decided = matter.get("decision") or w.label("outcome", matter.get("outcome"))
            yield Block("item", f"{matter['title']}: {decided}{votes}", "-")
    yield Block("paragraph", "Kết luận của người chủ trì:")
    parts = items(part["text"] for part in meeting.get("conclusions", ()))
    yield from parts or paragraphs(meeting.get("conclusion")) or (Block("paragraph", OPEN),)


def _said(w: Wording, contributions: list[Fields]) -> Iterator[Block]:
    yield from (Block("quote", each["text"], w.titled(each["who"])) for each in contributions)


def _votes(w: Wording, matter: Fields) -> str:
    count: dict[str, int] = {}
    for vote in matter.get("votes", ()):
        count[vote["position"]] = count.get(vote["position"], 0) + 1
    said = ", ".join(f"{w.label('position', position)} {number}" for position, number in count.items())
    return f" (biểu quyết: {said})" if said else ""


def conclusion_notice(w: Wording) -> DocumentText:
    """Return the notice of conclusions: when and where who presided, what was concluded, and the tasks given."""
    meeting = w.record
    presided = w.titled(meeting.get("presided_by") or meeting.get("presiding")) or OPEN
    held = meeting.get("opened_at") or meeting.get("starts_at")
    place = f", tại {meeting['place']}" if meeting.get("place") else ""
    day, kind = w.day(held), w.label("kind", meeting.get("kind"))
    return DocumentText(
        title=f"Kết luận của {presided} tại cuộc họp {kind} {day if held else ''}".strip(),
        opening=(
            f"{day[:1].upper()}{day[1:]}{place}, {presided} đã chủ trì cuộc họp {kind} của {w.body}. "
            f"Sau khi nghe báo cáo và ý kiến của các thành viên, {presided} kết luận như sau:"
        ),
        blocks=tuple(heads(*_concluded(w, meeting))),
        closing="Thông báo để các cơ quan, đơn vị, cá nhân liên quan biết, thực hiện.",
        recipients=(f"Các thành viên {w.body}", *_leads(w)),
    )


def _concluded(w: Wording, meeting: Fields) -> Iterator[tuple[str, tuple[Block, ...]]]:
    parts = meeting.get("conclusions", ())
    if parts:
        for part in parts:
            yield part.get("heading") or f"Nội dung {part['position']}", paragraphs(part["text"])
    else:
        yield "Đánh giá chung", paragraphs(meeting.get("conclusion"))
    if tasks := tuple(task_table(w, w.of("task"))):
        yield "Nhiệm vụ", tasks


def task_table(w: Wording, tasks: tuple[Fields, ...]) -> tuple[Block, ...]:
    """Return tasks as a table: what, who leads, who helps, by when, what comes of it."""
    return table(
        TASKS,
        (
            (
                task["title"],
                w.name(task.get("lead")),
                w.names(each["who"] for each in task.get("coordinators", ())),
                w.short_day(task.get("due_on")),
                task.get("product") or "",
            )
            for task in tasks
        ),
    )


def _leads(w: Wording) -> tuple[str, ...]:
    return tuple(dict.fromkeys(w.name(task.get("lead")) for task in w.of("task") if task.get("lead")))
