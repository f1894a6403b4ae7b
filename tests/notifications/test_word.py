"""Word of what happens: notices from the log, mails through a real server, and nothing to whoever may not see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.committee.conftest import MORNING, Board
from tests.kernel.conftest import Revise
from tests.notifications.mailbox import Mailbox, calendar, catching, subject, text
from tests.web.conftest import NATIONAL, START, installed

from steerco.cases.world import seed
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.notifications import notices, outbox
from steerco.notifications.mail import Letter, MailServer, Rejected
from steerco.notifications.postman import Postman
from steerco.notifications.reminders import remind
from steerco.notifications.wording import Telling
from steerco.store.notice_tables import NoticeRow
from steerco.testkit import SAMPLE


@pytest.fixture
def mail() -> Iterator[tuple[Mailbox, MailServer]]:
    with catching() as both:
        yield both


def address(board: Board, person: str) -> str:
    with board.tenant.store.read(board.tenant.id) as session:
        return outbox.address_of(board.tenant, session, person)


def rows(tenant: Tenant, person: str = "") -> list[NoticeRow]:
    with tenant.store.read(tenant.id) as session:
        own = [NoticeRow.tenant_id == tenant.id, *([NoticeRow.person == person] if person else [])]
        return list(session.scalars(select(NoticeRow).where(*own).order_by(NoticeRow.id)))


def with_mail(board: Board, *persons: str) -> None:
    """Give people an address, and begin to follow the log."""
    with board.tenant.store.write(board.tenant.id) as session:
        for person in persons:
            session.get_one(board.tenant.snapshot.types["person"], (board.tenant.id, person)).email = f"{person}@example.vn"  # type: ignore[attr-defined]
    notices.follow(board.tenant, board.now)


def test_whoever_is_told_gets_one_notice_and_the_doer_none(board: Board) -> None:
    with_mail(board)
    board.meeting("binh", "em")
    told = {row.person for row in rows(board.tenant)}
    assert told == set()
    assert notices.follow(board.tenant, board.now) > 0
    told = {row.person for row in rows(board.tenant)}
    assert "binh" in told
    assert "an" not in told
    count = len(rows(board.tenant))
    assert notices.follow(board.tenant, board.now) == 0
    assert len(rows(board.tenant)) == count


def test_a_mail_says_title_clause_and_link_and_never_the_text(board: Board, mail: tuple[Mailbox, MailServer]) -> None:
    box, server = mail
    with_mail(board, "binh")
    board.do("an", "task.assign", title="Kiểm kê sách quý III, kho phía đông", to="binh", text="MẬT: số liệu chưa công bố")
    notices.follow(board.tenant, board.now)
    assert outbox.send(board.tenant, server, board.now) == 1
    (sent,) = box.to("binh@example.vn")
    assert "Kiểm kê sách quý III, kho phía đông" in subject(sent)
    assert "https://steerco.example.vn/t/library-board/records/task/" in text(sent)
    assert "MẬT" not in text(sent)
    assert outbox.send(board.tenant, server, board.now + timedelta(hours=2)) == 0
    assert len(box.mails) == 1


def test_an_invitation_carries_a_calendar_part_whose_sequence_grows(board: Board, mail: tuple[Mailbox, MailServer]) -> None:
    box, server = mail
    with_mail(board, "binh")
    meeting = board.meeting("binh")
    notices.follow(board.tenant, board.now)
    outbox.send(board.tenant, server, board.now)
    board.do("an", "meeting.postpone", meeting, starts_at="2021-03-12T14:00:00", reason="Bão")
    notices.follow(board.tenant, board.now)
    outbox.send(board.tenant, server, board.now)
    board.do("an", "meeting.cancel", meeting, reason="Không còn cần")
    notices.follow(board.tenant, board.now)
    outbox.send(board.tenant, server, board.now)
    parts = [calendar(sent).replace("\r\n ", "") for sent in box.to("binh@example.vn") if calendar(sent)]
    assert "METHOD:REQUEST" in parts[0]
    assert "METHOD:CANCEL" in parts[-1]
    assert "STATUS:CANCELLED" in parts[-1]
    numbers = [int(part.partition("SEQUENCE:")[2].split()[0]) for part in parts]
    assert numbers == sorted(numbers)
    assert numbers[0] < numbers[-1]
    assert len({part.partition("UID:")[2].split()[0] for part in parts}) == 1
    assert "20210312T140000" in parts[-2]


def waiting(board: Board, person: str) -> int:
    with board.tenant.store.read(board.tenant.id) as session:
        return notices.unread(board.tenant, session, person, board.now)


def test_who_may_no_longer_see_it_gets_no_word_also_from_the_queue(
    board: Board, revise: Revise, mail: tuple[Mailbox, MailServer]
) -> None:
    box, server = mail
    with_mail(board, "hoa")
    meeting = board.do("an", "meeting.convene", kind="ad-hoc", starts_at="2021-03-10T14:00:00")
    board.do("an", "meeting.invite", meeting, who=["hoa"])
    notices.follow(board.tenant, board.now)
    assert [row.mail for row in rows(board.tenant, "hoa")] == ["waiting"]
    assert board.sees("hoa", "meeting", meeting)
    assert waiting(board, "hoa") == 1
    board = Board(revise(policy="p, relation:invited, *, meeting, read, -, deny, 1.1"))
    assert not board.sees("hoa", "meeting", meeting)
    assert waiting(board, "hoa") == 0
    outbox.send(board.tenant, server, board.now)
    assert box.to("hoa@example.vn") == []
    assert [row.mail for row in rows(board.tenant, "hoa")] == ["dropped"]


def test_a_server_that_is_away_loses_nothing_and_an_address_that_is_refused_is_told(
    board: Board, mail: tuple[Mailbox, MailServer]
) -> None:
    box, server = mail
    with_mail(board, "binh", "em")
    board.do("an", "task.assign", title="Việc thứ nhất", to="binh")
    board.do("an", "task.assign", title="Việc thứ hai", to="em")
    notices.follow(board.tenant, board.now)
    away = MailServer("127.0.0.1", 1, server.sender, server.address, "none")
    assert outbox.send(board.tenant, away, board.now) == 0
    assert {row.mail for row in rows(board.tenant)} == {"waiting"}
    assert outbox.send(board.tenant, server, board.now) == 0, "the pause is kept"
    box.refuse["em@example.vn"] = "550 no such person"
    assert outbox.send(board.tenant, server, board.now + timedelta(minutes=2)) == 1
    assert [subject(sent) for sent in box.mails if "Việc thứ nhất" in subject(sent)]
    assert [row.mail for row in rows(board.tenant, "em")] == ["refused"]
    box.refuse["binh@example.vn"] = "451 come again"
    board.do("an", "task.assign", title="Việc thứ ba", to="binh")
    notices.follow(board.tenant, board.now)
    assert outbox.send(board.tenant, server, board.now + timedelta(minutes=3)) == 0
    del box.refuse["binh@example.vn"]
    assert outbox.send(board.tenant, server, board.now + timedelta(minutes=9)) == 1


def test_a_digest_is_one_mail_a_day_and_quiet_types_send_none(board: Board, mail: tuple[Mailbox, MailServer]) -> None:
    box, server = mail
    with_mail(board, "binh")
    with board.tenant.store.write(board.tenant.id) as session:
        notices.choose(session, "binh", notices.DIGEST, ["meeting"])
    for number in range(3):
        board.do("an", "task.assign", title=f"Việc {number}", to="binh")
    board.meeting("binh")
    notices.follow(board.tenant, board.now)
    assert outbox.send(board.tenant, server, board.now) == 0
    outbox.gather(board.tenant, board.now)
    assert outbox.send(board.tenant, server, board.now) == 1
    (sent,) = box.to("binh@example.vn")
    assert all(f"Việc {number}" in text(sent) for number in range(3))
    assert len([row for row in rows(board.tenant, "binh") if row.mail == "none"]) >= 1
    outbox.gather(board.tenant, board.now)
    assert outbox.send(board.tenant, server, board.now) == 0


def test_a_duty_is_told_again_so_many_working_days_before_once() -> None:
    national = Board(installed().tenant(NATIONAL), START)
    national.do("thu-tuong", "task.assign", title="Kiểm kê", to="bo-truong-kh-cn", due_on="2021-03-10")
    remind(national.tenant, national.now)

    def told() -> list[NoticeRow]:
        return [row for row in rows(national.tenant, "bo-truong-kh-cn") if str(row.due_on) == "2021-03-10"]

    national.now = START.replace(month=3, day=4)  # four working days before
    remind(national.tenant, national.now)
    assert told() == []
    for day in (5, 6, 8):  # Friday: three working days before Wednesday the 10th
        national.now = START.replace(month=3, day=day)
        remind(national.tenant, national.now)
        (row,) = told()
        assert row.act == "duty-due"
    national.tenant.store.close()


WORK = """
[[duty]]
id = "work-on-time"
label = { vi = "Làm đúng hạn", en = "Work on time" }
holder = "field:lead"
after = "task.assign"
done_by = ["task.report-done"]
waived_by = ["task.cancel"]
due = { field = "due_on" }
cite = ["2.3"]
"""
TOLD = """
[[rule]]
name = "late-duty-told"
value = "{party}"
where = {{ duty = "work-on-time" }}
cite = ["2.1"]
"""


def late(revise: Revise, party: str, policy: str = "") -> Board:
    """A board with a task of the deputy that is late since yesterday; its rule tells ``party`` (empty: no rule)."""
    board = Board(revise(charter=WORK + (TOLD.format(party=party) if party else ""), policy=policy))
    board.do("an", "task.assign", title="Kiểm kê", to="binh", due_on=str(board.now.date()))
    board.do("an", "task.assign", title="Bàn giao", to="binh", due_on=str(board.now.date()))
    remind(board.tenant, board.now)
    board.now += timedelta(days=1)
    remind(board.tenant, board.now)
    return board


def overdue(board: Board, person: str) -> list[NoticeRow]:
    return [row for row in rows(board.tenant, person) if row.act == "duty-late"]


def test_a_late_duty_goes_once_to_whom_the_rule_names_and_the_notice_cites_it(board: Board, revise: Revise) -> None:
    told = late(revise, "chair")
    assert len(overdue(told, "an")) == 2
    assert [row.person for row in rows(told.tenant) if row.act == "duty-late"] == ["an", "an"]
    told.now += timedelta(days=1)
    remind(told.tenant, told.now)
    assert len(overdue(told, "an")) == 2
    with told.tenant.store.read(told.tenant.id) as session:
        said = Telling(told.tenant, session, told.now, "en").of(overdue(told, "an")[0])
    assert said.title.startswith("Overdue since ")
    assert said.title.endswith(": Work on time")
    assert len(said.cites) == 2
    assert "rule cited" in said.why


def moved(installation: Installation) -> Board:
    """The board under two versions: from 15 March the duty and the rule stand in other clauses and the duty has another name."""
    content = dict(Home(SAMPLE).content("library-board"))
    tenant, first, second = (f"tenants/library-board/{name}.toml" for name in ("tenant", "charter", "second"))
    content[first] += WORK + TOLD.format(party="chair")
    content[second] = (
        content[first]
        .replace('id = "LB 1/2020"', 'id = "LB 2/2021"')
        .replace("effective = 2020-01-01", "effective = 2021-03-15")
        .replace(WORK, WORK.replace("2.3", "2.4").replace("Work on time", "Work in time"))
        .replace(TOLD.format(party="chair"), TOLD.format(party="chair").replace("2.1", "2.2"))
    )
    content[tenant] = content[tenant].replace('["charter.toml"]', '["charter.toml", "second.toml"]')
    at = MORNING - timedelta(days=1)
    return Board(installation.apply("library-board", content, at=at, who=PLATFORM, why="test", seed=seed, correct=True))


def test_a_reminder_cites_the_version_of_its_day_also_when_it_is_read_under_a_later_one(installation: Installation) -> None:
    board = moved(installation)
    for assigned in (1, 16):  # late on the 2nd under the first version, on the 17th under the second
        board.now = MORNING.replace(day=assigned)
        board.do("an", "task.assign", title="Kiểm kê", to="binh", due_on=str(board.today))
        remind(board.tenant, board.now)
        board.now += timedelta(days=1)
        remind(board.tenant, board.now)
    board.now = MORNING.replace(day=20)
    with board.tenant.store.read(board.tenant.id) as session:
        telling = Telling(board.tenant, session, board.now, "en")
        said = {(row.at.day, row.act): telling.of(row) for row in rows(board.tenant) if row.act.startswith("duty-")}
    assert {key: each.cites for key, each in said.items()} == {
        (1, "duty-due"): ("Clause 2.3",),
        (2, "duty-late"): ("Clause 2.1", "Clause 2.3"),
        (16, "duty-due"): ("Clause 2.4",),
        (17, "duty-late"): ("Clause 2.2", "Clause 2.4"),
    }
    assert [each.title.rpartition(": ")[2] for each in said.values()] == ["Work on time"] * 2 + ["Work in time"] * 2


def test_a_late_duty_goes_to_nobody_where_no_text_says_so_nor_to_who_owes_it(board: Board, revise: Revise) -> None:
    assert [row for row in rows(late(revise, "").tenant) if row.act == "duty-late"] == []


def test_who_owes_it_is_not_told_of_it_as_of_anothers(board: Board, revise: Revise) -> None:
    assert overdue(late(revise, "deputy"), "binh") == []


def test_a_late_duty_on_a_record_that_somebody_may_not_see_is_no_word_to_them(board: Board, revise: Revise) -> None:
    told = late(revise, "desk-head", "p, desk-head, *, task, read, -, deny, 1.1")
    made = [row for row in rows(told.tenant) if row.act == "duty-late"]
    assert len({row.person for row in made}) == 1
    (person,) = {row.person for row in made}
    record = made[0].record
    assert record is not None
    assert not told.sees(person, "task", record)
    with told.tenant.store.read(told.tenant.id) as session:
        assert notices.visible(told.tenant, session, person, made, told.now) == []


@pytest.mark.parametrize(
    ("rule", "code"),
    [(TOLD.format(party="nobody"), "unknown-party"), (TOLD.format(party="chair").replace("work-on", "no-such"), "unknown-duty")],
)
def test_a_rule_on_late_duties_that_names_nobody_or_no_duty_is_found(board: Board, revise: Revise, rule: str, code: str) -> None:
    with pytest.raises(Exception, match=code):
        revise(charter=WORK + rule)


def test_the_postman_does_all_of_it(board: Board, installation: object, mail: tuple[Mailbox, MailServer]) -> None:
    box, server = mail
    with_mail(board, "binh")
    postman = Postman(installation, lambda: board.now, server)  # type: ignore[arg-type]  # a fixture
    postman.once()
    board.do("an", "task.assign", title="Việc qua bưu tá", to="binh")
    postman.once()
    assert [subject(sent) for sent in box.to("binh@example.vn")] != []


def test_an_address_that_no_mail_can_have_holds_up_no_other_mail(mail: tuple[Mailbox, MailServer]) -> None:
    box, server = mail
    bad = Letter("a@example.vn\nBcc: evil@example.vn", "Subject", "Text", "1")
    answers = server.send([bad, Letter("b@example.vn", "Subject", "Text", "2")])
    assert isinstance(answers[0], Rejected)
    assert answers[1] is None
    assert len(box.to("b@example.vn")) == 1
    assert box.to("evil@example.vn") == []
