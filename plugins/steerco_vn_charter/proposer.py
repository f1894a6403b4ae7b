"""The proposer of Vietnamese regulations (``api.CharterProposer``): each kind of phrase, one after another."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from steerco.extension.api import Parsed, ProposedRow
from steerco_vn_charter import proposing_formulas as formulas
from steerco_vn_charter import proposing_meetings as meetings
from steerco_vn_charter import proposing_parties as parties
from steerco_vn_charter import proposing_work as work
from steerco_vn_charter.proposing import WordRule, reading_of
from steerco_vn_charter.repairs import repairs

RULES: tuple[WordRule, ...] = (
    *(parties.instrument, parties.bodies, parties.roles, parties.groups, parties.seats, parties.succession, parties.bound),
    *(
        meetings.cadences,
        meetings.convening,
        meetings.sessions,
        meetings.attendance,
        meetings.notice,
        meetings.votes,
        meetings.terms,
    ),
    *(work.programmes, work.assigning, work.opinions, work.meetings_prepared, work.staff, work.regulation),
    *(formulas.formulas, formulas.answering, formulas.working_sessions),
)


class VietnameseProposals(Struct, frozen=True):
    """Reads rows of a charter out of Vietnamese words (``api.CharterProposer``)."""

    language: str = "vi"

    def propose(self, parsed: Parsed) -> Iterator[ProposedRow]:
        """Yield what was misread, then what the clauses propose; of rows none where no body is told."""
        reading = reading_of(parsed)
        yield from repairs(reading)
        if reading.parties.main:
            for rule in RULES:
                yield from rule(reading)
