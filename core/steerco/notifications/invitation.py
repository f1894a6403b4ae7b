"""The part of a mail that a calendar reads (iMIP, RFC 6047): a request to a meeting, its change, its cancellation.

One UID for ever, and a SEQUENCE that grows: the record's version. Replies of calendars are not read; the mail says so.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

LENGTH = timedelta(hours=2)
"""How long a meeting is shown, since no record says when it ends."""
INVITING = frozenset({"meeting.convene", "meeting.set-attendees", "meeting.invite", "meeting.postpone", "meeting.cancel"})
"""The acts whose notice carries a part for calendars."""


def calendar_part(
    meeting: Any, title: str, *, host: str, zone: ZoneInfo, sender: str, presiding: str, to: str
) -> tuple[str, bytes]:
    """Return method and text of the part: CANCEL for a meeting that was called off, else REQUEST.

    ``host`` makes the UID unique in the world, ``sender`` is the address that mails come from, ``presiding`` names who presides,
    ``to`` is the address invited.
    """
    canceled = meeting.state == "canceled"
    calendar, event = Calendar(), Event()
    method = "CANCEL" if canceled else "REQUEST"
    for name, value in (("prodid", "-//Steerco//EN"), ("version", "2.0"), ("calscale", "GREGORIAN"), ("method", method)):
        calendar.add(name, value)
    begins = meeting.starts_at.astimezone(zone)
    event.add("uid", f"{meeting.id}@{host}")
    event.add("sequence", meeting.version)
    event.add("dtstamp", meeting.changed_at)
    event.add("dtstart", begins)
    event.add("dtend", begins + LENGTH)
    event.add("summary", title)
    event.add("status", "CANCELLED" if canceled else "CONFIRMED")
    if meeting.place:
        event.add("location", meeting.place)
    organizer = vCalAddress(f"mailto:{quote(sender, safe='@+')}")
    organizer.params["cn"] = vText(presiding)
    event["organizer"] = organizer
    attendee = vCalAddress(f"mailto:{quote(to, safe='@+')}")
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    attendee.params["partstat"] = vText("NEEDS-ACTION")
    attendee.params["rsvp"] = vText("FALSE")
    event.add("attendee", attendee, encode=False)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return method, calendar.to_ical()
