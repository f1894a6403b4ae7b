"""The round of reports on a meeting's eve: convening a meeting calls for them, where a template of the charter says so."""

from __future__ import annotations

from steerco.charter.templates import templates
from steerco.records import Do, Record


def open_round(do: Do, meeting: Record, kind: str) -> None:
    """Call for the reports that a meeting of this kind asks for: one from each holder of the roles that the template names."""
    for template in templates((do.charter, *do.layers)).values():
        if not template.asked or (template.body, template.meeting) != (meeting.body, kind):
            continue
        persons = (person for role in template.asked for person in do.parties.holders(role))
        for who in dict.fromkeys(do.parties.seat(person, meeting.body) for person in persons):
            do.then("report.call", template=template.id, to=[who], meeting=meeting.id, body=meeting.body)
