"""How many seats a body has: by its own word, else by the charter's list of seats."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from steerco.charter.model import Charter, Role


def stated_seats(charter: Charter, body: str, roles: Collection[str] = ()) -> int | None:
    """Return how many seats a body has, by its own word or by the charter's list of seats; None if neither says.

    ``roles`` narrow the list to the seats of these roles and groups; the body's own word stays.
    """
    found = charter.body(body)
    return found.seats if found is not None and isinstance(found.seats, int) else places_in(charter, body, roles)


def places_in(charter: Charter, body: str, roles: Collection[str] = ()) -> int | None:
    """Return the number of listed seats in a body, less those of alternates; None if a role of it has no named seats, so that
    anybody may be appointed. Where the body says whom it counts (``counted``), only these."""
    places = [count for role in charter.roles if role.body == body for count in _of_role(charter, role, roles)]
    return sum(places) if places and None not in places and any(places) else None  # type: ignore[arg-type]  # no None is left


def _of_role(charter: Charter, role: Role, roles: Collection[str]) -> Iterator[int | None]:
    """Yield how many seats of a role count: nothing for a role that is not counted, None where it has no named seats."""
    body = charter.body(role.body)
    counted = frozenset(body.counted if body is not None else ())
    own = charter.closure(role.id) | {role.body}
    seats = [seat for seat in charter.seats if seat.role == role.id and not seat.stands_for]
    if not seats:
        if (not counted or counted & own) and (not roles or own.intersection(roles)):
            yield 1 if body is not None and body.head == role.id and not role.several else None
        return
    for names in (own | charter.closure(seat.id) for seat in seats):
        yield int((not counted or bool(counted & names)) and (not roles or not names.isdisjoint(roles)))
