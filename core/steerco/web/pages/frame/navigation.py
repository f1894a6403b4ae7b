"""The head of a committee's pages: its name, six entries at most, search, account.

An entry under which a reader sees nothing is not shown: one whose pages are not part of the application, and administration for
whoever may change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from steerco.i18n import Words
from steerco.web.pages.frame.links import Links

Path = tuple[str, ...]


class Place(NamedTuple):
    """An entry of the navigation: its key (``here`` of the pages behind it), its path below the committee, and what belongs to
    it."""

    key: str
    path: Path
    within: tuple[Place, ...] = ()


ADMIN = ("house", "people", "accounts", "tokens", "plugins", "files", "plan", "revisions")
"""The parts of administration, in the order of its first page."""

PLACES = (
    Place("mine", (), (Place("mine", ()), Place("notices", ("notices",)), Place("drafts", ("drafts",)))),
    Place("meetings", ("calendar",)),
    Place(
        "tasks",
        ("records", "task"),
        (Place("tasks", ("records", "task")), Place("agencies", ("agencies",)), Place("reports", ("reports",))),
    ),
    Place("records", ("records",), (Place("records", ("records",)), Place("archive", ("archive",)))),
    Place(
        "charter",
        ("charter",),
        (
            Place("charter", ("charter",)),
            Place("powers", ("powers",)),
            Place("ask", ("ask",)),
            Place("duties", ("duties",)),
            Place("fields", ("fields",)),
            Place("compliance", ("compliance",)),
            Place("people", ("people",)),
            Place("log", ("log",)),
        ),
    ),
    Place("admin", ("admin",), tuple(Place(f"admin-{part}", ("admin", part)) for part in ADMIN)),
)
FOR_WHOEVER_HAS_A_PART = frozenset({"tasks", "records", "archive", "powers", "duties", "fields", "compliance"})
FOR_WHOEVER_READS_AT_LARGE = frozenset({"people", "log"})
OWN = frozenset({"notices", "drafts"})
"""Pages that are somebody's own."""
ABROAD = {"overview": "mine", "meeting": "meetings", "task": "tasks", "week": "mine"}
"""Pages that belong to an entry under another name than its key."""


class Entry(NamedTuple):
    """A link of the head. ``current``: the page shown belongs to it; ``exact``: it is that page."""

    label: str
    href: str
    current: bool = False
    exact: bool = False
    within: tuple[Entry, ...] = ()


class Head(NamedTuple):
    """The head of a page. ``who`` is the reader by office, empty for a stranger; ``links`` are those of the account."""

    name: str
    short: str
    href: str
    entries: tuple[Entry, ...]
    search: str
    who: str
    sign_in: str
    sign_out: str
    links: tuple[Entry, ...]


@dataclass(frozen=True)
class Navigation:
    """The navigation of one reader: words and links of the page, whether an address is one of the application's, and the
    reader's part (nobody's, somebody's, one of an administrator); ``hidden`` are the entries that are not there for them."""

    say: Words
    links: Links
    exists: Callable[[str], bool]
    signed_in: bool
    administers: bool
    hidden: frozenset[str] = frozenset()

    def entries(self, here: str, places: tuple[Place, ...] = PLACES) -> tuple[Entry, ...]:
        """Return the entries that the reader sees, with those within them; ``here`` is the page shown."""
        return tuple(self._entry(place, here) for place in places if self._seen(place))

    def _seen(self, place: Place) -> bool:
        if place.key in OWN and not self.signed_in:
            return False
        if place.key in self.hidden or (place.key == "admin" and not self.administers):
            return False
        return self.exists(self.links.to(*place.path).partition("?")[0])

    def _entry(self, place: Place, here: str) -> Entry:
        within = self.entries(here, place.within)
        exact = place.key in (here, ABROAD.get(here))
        key = "overview" if place.key == "mine" and not self.signed_in else place.key
        current = exact or any(each.current for each in within)
        return Entry(self.say("frame.nav", key), self.links.to(*place.path), current, exact, within if len(within) > 1 else ())
