"""The invitation to a periodic meeting goes out at least three working days before (Decision 45/2018/QĐ-TTg, Article 10).

Which act that is, and what is left alone, is a reading: docs/readings/vn-law.md.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime

from steerco.extension.api import Act, Days, Ruling, resource

INVITATION = "45/2018/QĐ-TTg:10"
_LAYER = tomllib.loads(resource(__name__, "decision-45-2018.toml"))
IN_FORCE: date = _LAYER["instrument"]["effective"]


def too_late(act: Act) -> Ruling | None:
    """Refuse to call a regular meeting of the main body so late that no invitation can be out in time: by the notice in effect,
    which is the law's or a longer one of the regulation or of house rules, and then theirs is the clause that is named.

    Only the main body: the law names bodies for coordination, not their helpers. Not a meeting entered after it was held, and not
    one that stood in the calendar in time: whether the papers went out then is not known here.
    """
    meeting = act.record
    regular = (act.input.get("kind") or meeting.get("kind")) == "regular"
    starts = act.input.get("starts_at") or meeting.get("starts_at")
    if not regular or act.body != act.tenant.main_body or act.today < IN_FORCE:
        return None
    if starts is None or starts.year == date.max.year or _aware(act, starts) <= act.at:
        return None
    day, notice = act.local_day(starts), act.values.get("notice")
    latest = notice.end(Days(day, act.calendar)) if notice else None
    if notice is None or latest is None or act.today <= latest or _known_in_time(act, day, latest):
        return None
    return act.refuse(
        "invitation-too-late",
        vi=f"Họp định kỳ ngày {day:%d/%m/%Y}: giấy mời phải gửi chậm nhất ngày {latest:%d/%m/%Y}.",
        en=f"For a regular meeting on {day} the invitation is to be out by {latest}.",
        cite=notice.cite,
    )


def _known_in_time(act: Act, day: date, latest: date) -> bool:
    """Return whether the meeting was in the calendar in time: planned early enough, or convened already and now put off."""
    meeting = act.record
    if act.action == "meeting.postpone":
        before = meeting.get("starts_at")
        return before is None or day >= act.local_day(before)
    created = meeting.get("created_at")
    return meeting.get("state") == "planned" and created is not None and act.local_day(created) <= latest


def _aware(act: Act, at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=act.tenant.zone)
