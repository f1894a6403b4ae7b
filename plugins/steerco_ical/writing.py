"""The content of a feed, in the form of RFC 5545. Folding, escaping and line ends are the library's."""

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
    """Return a text without the control characters that a calendar may not hold (RFC 5545, 3.1), whatever was kept.

    Line ends stay: the library writes them as the two characters that mean one.
    """
    return _CONTROL.sub(" ", text.replace("\r\n", "\n"))


@cache
def words(language: str) -> dict[str, str]:
    """Return the plugin's own words in a language of its catalogue."""
    texts: dict[str, str] = tomllib.loads(resource(__name__, f"catalogue/{'en' if language == 'en' else 'vi'}.toml"))["ical"]
    return texts


@lru_cache(64)
def zone(name: str, first: int, last: int) -> Timezone:
    """Return the VTIMEZONE of a zone, good for these years. Kept, since it takes longer to make than a whole feed."""
    return Timezone.from_tzid(name, first_date=date(first, 1, 1), last_date=date(last + 1, 1, 1))


def calendar(reader: Reader, feed: Fields, meetings: Iterable[Fields], tasks: Iterable[Fields]) -> bytes:
    """Return a feed as bytes. Without METHOD: as a calendar that is kept, it may tell who was asked and who answered what."""
    tenant, texts = reader.tenant, words(next(iter(reader.tenant.languages), "vi"))
    events = [_meeting(reader, texts, record) for record in meetings]
    timed = list(events)
    events += [_task(reader, texts, record) for record in tasks]
    name = reader.text(tenant.name)
    name += {"person": f" – {texts['mine']}", "body": f" – {reader.label(feed['body'])}"}.get(feed["kind"], "")
    document = Calendar()
    for key, value in (("prodid", PRODUCT), ("version", "2.0"), ("calscale", "GREGORIAN"), ("name", name)):
        document.add(key, plain(value))
    document.add("x-wr-calname", plain(name))
    document.add("x-wr-timezone", tenant.time_zone)
    again = timedelta(minutes=tenant.settings["refresh_minutes"])
    document.add("refresh-interval", again, parameters={"VALUE": "DURATION"})
    document.add("x-published-ttl", f"PT{tenant.settings['refresh_minutes']}M")
    if timed and tenant.time_zone != "UTC":
        years = [time.year for event in timed for time in (event.start, event.end)]
        document.add_component(zone(tenant.time_zone, min(years), max(years)))
    for event in events:
        document.add_component(event)
    return bytes(document.to_ical())


def _entry(reader: Reader, type: str, record: Fields, title: str) -> Event:
    """Return an event with what every entry has. Its sequence is the record's version, so it grows whenever the entry changes."""
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


def _meeting(reader: Reader, texts: dict[str, str], meeting: Fields) -> Event:
    """Return a meeting: when, where, under whom, about what, and who was asked. Of its papers and conclusions nothing."""
    title = f"{texts.get(meeting['kind'], meeting['kind'])} – {reader.label(meeting['body'])}"
    event = _entry(reader, "meeting", meeting, title)
    starts, ends = _span(reader, meeting)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("status", STATUS.get(meeting["state"], "CONFIRMED"))
    event.add("transp", "TRANSPARENT" if meeting["state"] == "canceled" else "OPAQUE")
    if meeting["place"]:
        event.add("location", plain(meeting["place"]))
    agenda = [f"{item['position']}. {item['title']}" for item in sorted(meeting["agenda"], key=lambda item: item["position"])]
    event.add("description", plain("\n".join([meeting["ref"], *([texts["agenda"], *agenda] if agenda else [])])))
    event.add("organizer", _address(reader, meeting["presided_by"] or meeting["presiding"] or meeting["body"]), encode=False)
    for row in meeting["attendance"]:
        guest = _address(reader, row["who"])
        guest.params["CUTYPE"] = vText("GROUP" if reader.party(row["who"]).sort in ("agency", "body") else "INDIVIDUAL")
        guest.params["ROLE"] = vText("REQ-PARTICIPANT" if row["invited_as"] == "attendee" else "OPT-PARTICIPANT")
        guest.params["PARTSTAT"] = vText(PARTSTAT.get(row["reply"] or "", "NEEDS-ACTION"))
        event.add("attendee", guest, encode=False)
    return event


def _task(reader: Reader, texts: dict[str, str], task: Fields) -> Event:
    """Return the due day of a task, as an entry of a whole day that blocks no time."""
    event = _entry(reader, "task", task, texts["due"].format(title=task["title"]))
    event.add("dtstart", task["due_on"])
    event.add("dtend", task["due_on"] + timedelta(days=1))
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("description", task["ref"])
    return event


def _span(reader: Reader, meeting: Fields) -> tuple[datetime, datetime]:
    """Return beginning and end on the committee's clock; by UTC where that clock shows one of the two twice, since it goes back
    that day and no calendar could tell which is meant."""
    starts, ends = _times(reader, meeting)
    twice = any(time.replace(fold=0).utcoffset() != time.replace(fold=1).utcoffset() for time in (starts, ends))
    return (starts.astimezone(UTC), ends.astimezone(UTC)) if twice else (starts, ends)


def _times(reader: Reader, meeting: Fields) -> tuple[datetime, datetime]:
    """Return when a meeting begins and ends. One entered after it was held ended nobody knows when: its agenda's minutes
    count."""
    zone_here = reader.tenant.zone
    starts, ended = meeting["starts_at"].astimezone(zone_here), meeting["ended_at"]
    if ended is not None and starts < ended and ended.astimezone(zone_here).date() == starts.date():
        return starts, ended.astimezone(zone_here)
    planned = sum(item["minutes"] or 0 for item in meeting["agenda"])
    length = timedelta(minutes=planned or reader.tenant.settings["minutes"])
    return starts, (meeting["starts_at"] + length).astimezone(zone_here)


def _address(reader: Reader, party: str) -> vCalAddress:
    """Return a party as an address. Whose mail the reader may not see has one under ``.invalid``, which leads nowhere (RFC
    2606)."""
    guest = reader.party(party)
    address = vCalAddress(f"mailto:{guest.mail}")
    if guest.name:
        address.params["CN"] = vText(plain(guest.name).replace("\n", " "))
    return address
