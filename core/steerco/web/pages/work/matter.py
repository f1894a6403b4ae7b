"""The page of a matter: the opinion prepared on it, what members think, and the decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from steerco.kernel import visibility
from steerco.web.pages.acts.related import related
from steerco.web.pages.frame.values import meeting_title
from steerco.web.pages.frame.visit import Visit


class OpinionLine(NamedTuple):
    """What one person thinks of a matter: the latest that they said; ``earlier`` is how often they said something before."""

    who: str
    position: str
    text: str
    at: str
    earlier: int


def matter_content(visit: Visit, matter: Any) -> dict[str, Any]:
    """Return what the page of a matter shows beside what every record's page does."""
    shown, say = visit.content(matter), visit.say
    opinions = _opinions(visit, shown.get("opinions", []))
    return {
        "text": matter.text or "",
        "kind": say("value", matter.class_) if matter.class_ != "ordinary" else "",
        "prepared": matter.prepared_opinion or "",
        "prepared_by": visit.names(matter.prepared_by) if matter.prepared_by else "",
        "opinions": opinions,
        "summed": _summed(visit, opinions),
        "put_to": visit.names(matter.put_to) if matter.put_to else "",
        "outcome": matter.outcome or "",
        "decision": matter.decision or "",
        "decided_by": visit.names(matter.decided_by) if matter.decided_by else "",
        "decided_at": visit.time(matter.decided_at),
        "vote": _vote(visit, shown.get("result")),
        "meeting": _meeting(visit, matter),
        "beside": [*related(visit, matter)],
    }


def _vote(visit: Visit, result: Any) -> str:
    """Return how the vote came out, in words; empty where nobody voted, or the figures are nobody's to know."""
    if not isinstance(result, dict) or not {"for_", "against"} <= result.keys():
        return ""
    return visit.say("work.matter", "vote", agreed=result["for_"], against=result["against"])


def _opinions(visit: Visit, rows: Iterable[dict[str, Any]]) -> list[OpinionLine]:
    found: dict[str, OpinionLine] = {}
    for row in rows:
        before = found.pop(row["who"], None)
        position = visit.say("value", row["position"])
        earlier = before.earlier + 1 if before else 0
        found[row["who"]] = OpinionLine(visit.names(row["who"]), position, row["text"] or "", visit.time(row["at"]), earlier)
    return list(found.values())


def _summed(visit: Visit, opinions: list[OpinionLine]) -> str:
    """Return how many hold which view, in words."""
    counted = {
        each: sum(line.position == visit.say("value", each) for line in opinions) for each in ("agree", "disagree", "other")
    }
    return visit.say("work.matter", "summed", **counted) if opinions else ""


def _meeting(visit: Visit, matter: Any) -> tuple[str, str] | None:
    """Return the meeting that deals with it, where the reader sees it: title, address."""
    if not matter.meeting:
        return None
    found: Any = visibility.find(visit.authority, visit.tenant.snapshot.types["meeting"], matter.meeting)
    if found is None:
        return None
    fields = {"kind": found.kind, "starts_at": found.starts_at, "body": found.body}
    return meeting_title(visit, fields), visit.links.record("meeting", found.ref)
