"""What a calendar is told, in the form of RFC 5545. Folding, escaping and line ends are the library's."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from steerco.extension.api import Fields, resource
from steerco_ical.reading import Reader

PRODUCT = "-//Steerco//steerco_ical 1.0//VI"
STATUS = {"planned": "TENTATIVE", "canceled": "CANCELLED"}
PARTSTAT = {"accept": "ACCEPTED", "decline": "DECLINED"}


_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def plain(text: str) -> str:
    """A text without the control characters that a calendar may not hold (RFC 5545, 3.1), whatever was kept.

    Line ends stay: the library writes them as the two characters that mean one.
    """
    return _CONTROL.sub(" ", text.replace("\r\n", "\n"))


@cache
def words(language: str) -> dict[str, str]:
    """The plugin's own words in a language of its catalogue."""
    known: dict[str, str] = tomllib.loads(resource(__name__, f"catalogue/{'en' if language == 'en' else 'vi'}.toml"))["ical"]
    return known


@lru_cache(64)
def zone(name: str, first: int, last: int) -> Timezone:
    """The VTIMEZONE of a zone, good for these years. Kept, since it takes longer to make than a whole feed."""
    return Timezone.from_tzid(name, first_date=date(first, 1, 1), last_date=date(last + 1, 1, 1))


def calendar(reader: Reader, feed: Fields, meetings: Iterable[Fields], tasks: Iterable[Fields]) -> bytes:
    """A feed as bytes. Without METHOD: as a calendar that is kept, it may tell who was asked and who answered what."""
    tenant, said = reader.tenant, words(next(iter(reader.tenant.languages), "vi"))
    events = [_meeting(reader, said, each) for each in meetings]
    timed = list(events)
    events += [_task(reader, said, each) for each in tasks]
    name = reader.said(tenant.name)
    name += {"person": f" – {said['mine']}", "body": f" – {reader.label(feed['body'])}"}.get(feed["kind"], "")
    made = Calendar()
    for key, value in (("prodid", PRODUCT), ("version", "2.0"), ("calscale", "GREGORIAN"), ("name", name)):
        made.add(key, plain(value))
    made.add("x-wr-calname", plain(name))
    made.add("x-wr-timezone", tenant.time_zone)
    again = timedelta(minutes=tenant.settings["refresh_minutes"])
    made.add("refresh-interval", again, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", f"PT{tenant.settings['refresh_minutes']}M")
    if timed and tenant.time_zone != "UTC":
        years = [time.year for event in timed for time in (event.start, event.end)]
        made.add_component(zone(tenant.time_zone, min(years), max(years)))
    for event in events:
        made.add_component(event)
    return bytes(made.to_ical())


def _entry(reader: Reader, type: str, record: Fields, title: str) -> Event:
    """What every entry has. The version counts each change of the record, so it grows whenever the entry changes."""
    event = Event()
    event.add("uid", f"{record['id']}@{reader.tenant.slug}.steerco")
    event.add("sequence", record["version"])
    event.add("dtstamp", record["changed_at"])
    event.add("last-modified", record["changed_at"])
    event.add("created", record["created_at"])
    event.add("summary", plain(title))
    event.add("categories", [type])
    if site := reader.tenant.settings["site"]:
        event.add("url", f"{site}/t/{reader.tenant.slug}/records/{type}/{record['id']}")
    return event


def _meeting(reader: Reader, said: dict[str, str], meeting: Fields) -> Event:
    """A meeting: when, where, under whom, about what, and who was asked. Of its papers and conclusions nothing."""
    title = f"{said.get(meeting['kind'], meeting['kind'])} – {reader.label(meeting['body'])}"
    event = _entry(reader, "meeting", meeting, title)
    starts, ends = _span(reader, meeting)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("status", STATUS.get(meeting["state"], "CONFIRMED"))
    event.add("transp", "TRANSPARENT" if meeting["state"] == "canceled" else "OPAQUE")
    if meeting["place"]:
        event.add("location", plain(meeting["place"]))
    agenda = [f"{item['position']}. {item['title']}" for item in sorted(meeting["agenda"], key=lambda item: item["position"])]
    event.add("description", plain("\n".join([meeting["ref"], *([said["agenda"], *agenda] if agenda else [])])))
    event.add("organizer", _address(reader, meeting["presided_by"] or meeting["presiding"] or meeting["body"]), encode=False)
    for row in meeting["attendance"]:
        guest = _address(reader, row["who"])
        guest.params["CUTYPE"] = vText("GROUP" if reader.named(row["who"]).sort in ("agency", "body") else "INDIVIDUAL")
        guest.params["ROLE"] = vText("REQ-PARTICIPANT" if row["invited_as"] == "attendee" else "OPT-PARTICIPANT")
        guest.params["PARTSTAT"] = vText(PARTSTAT.get(row["reply"] or "", "NEEDS-ACTION"))
        event.add("attendee", guest, encode=False)
    return event


def _task(reader: Reader, said: dict[str, str], task: Fields) -> Event:
    """The due day of a task, as an entry of a whole day that blocks no time."""
    event = _entry(reader, "task", task, said["due"].format(title=task["title"]))
    event.add("dtstart", task["due_on"])
    event.add("dtend", task["due_on"] + timedelta(days=1))
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("description", task["ref"])
    return event


def _span(reader: Reader, meeting: Fields) -> tuple[datetime, datetime]:
    """Beginning and end on the committee's clock; by UTC where that clock shows one of the two twice, since it goes back that
    day and no calendar could tell which is meant."""
    starts, ends = _times(reader, meeting)
    twice = any(time.replace(fold=0).utcoffset() != time.replace(fold=1).utcoffset() for time in (starts, ends))
    return (starts.astimezone(UTC), ends.astimezone(UTC)) if twice else (starts, ends)


def _times(reader: Reader, meeting: Fields) -> tuple[datetime, datetime]:
    """A meeting that was entered later than it was held ended nobody knows when."""
    here = reader.tenant.zone
    starts, ended = meeting["starts_at"].astimezone(here), meeting["ended_at"]
    if ended is not None and starts < ended and ended.astimezone(here).date() == starts.date():
        return starts, ended.astimezone(here)
    planned = sum(item["minutes"] or 0 for item in meeting["agenda"])
    length = timedelta(minutes=planned or reader.tenant.settings["minutes"])
    return starts, (meeting["starts_at"] + length).astimezone(here)


def _address(reader: Reader, party: str) -> vCalAddress:
    """A party as an address. Whose mail the reader may not see has one under ``.invalid``, which leads nowhere (RFC 2606)."""
    named = reader.named(party)
    found = vCalAddress(f"mailto:{named.mail}")
    if named.name:
        found.params["CN"] = vText(plain(named.name).replace("\n", " "))
    return found
