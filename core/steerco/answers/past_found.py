"""The answer to what a period would have been under a draft: acts that come out otherwise, duties that move, and numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date

from msgspec import Struct, field

from steerco.answers.findings import CitedClause, unlooked
from steerco.charter.model import Label


class PastAct(Struct, frozen=True):
    """An act that comes out otherwise. ``was`` are the clauses by which it was done, ``clauses`` those of the draft.

    ``kind``: ``refused``; ``another`` (others may: ``may``); ``late``; ``more`` (something has to come first: ``code``);
    ``other-clause`` (done all the same); ``unclear`` (its input names what the draft does not have). A secret vote
    is not decided again: that one of them came out otherwise would tell whose it was.
    """

    seq: int
    day: date
    action: str
    ref: str
    person: str
    acting_for: str
    was: tuple[str, ...]
    kind: str
    code: str
    clauses: tuple[CitedClause, ...]
    may: tuple[str, ...] = ()


class PastDuty(Struct, frozen=True):
    """A duty that comes out otherwise. ``kind``: ``gone``, ``new``, ``earlier``, ``later``, or ``state`` (on the same day, and
    done, late or missed instead). Days are those by which it was owed; states those on the last day of the period; ``holders``
    are the persons who owe it under either, and ``record`` is the id of the record that it concerns."""

    duty: str
    label: Label
    holder: str
    period: str
    kind: str
    due_was: date | None
    due_is: date | None
    state_was: str
    state_is: str
    cites_was: tuple[str, ...]
    cites_is: tuple[str, ...]
    holders: tuple[str, ...]
    record: str


class PastRefused(Struct, frozen=True):
    """Acts that were refused at the time, by the same clauses, and that the draft may let through: it grants the act to
    ``granted``, who could not do it before, or takes a bar away (``unbarred``). Only their number is known."""

    action: str
    was: tuple[str, ...]
    number: int
    granted: tuple[str, ...]
    unbarred: tuple[str, ...]
    clauses: tuple[CitedClause, ...]


class PastOfType(Struct):
    """The numbers of one record type, so that a reader is told no number of records that they may not see.

    ``kinds``: of the acts that come out otherwise, how many of each kind; ``gone``: how many were not looked at, and why
    (``gone-revision`` and its number, ``gone-file``, ``gone-before``, ``gone-secret``).
    """

    events: int = 0
    acts: int = 0
    decided: int = 0
    asked: int = 0
    asked_from: int = 0
    refused: int = 0
    touched: set[str] = field(default_factory=set)
    kinds: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)

    @classmethod
    def together(cls, every: Collection[PastOfType]) -> PastOfType:
        """Return the numbers of several types as one."""
        kinds, gone = Counter[str](), Counter[str]()
        for each in every:
            kinds.update(each.kinds)
            gone.update(each.gone)
        return cls(
            events=sum(each.events for each in every),
            acts=sum(each.acts for each in every),
            decided=sum(each.decided for each in every),
            asked=sum(each.asked for each in every),
            asked_from=min((each.asked_from for each in every if each.asked_from), default=0),
            refused=sum(each.refused for each in every),
            touched=set[str]().union(*(each.touched for each in every)),
            kinds=kinds,
            gone=gone,
        )


class PastUnder(Struct, frozen=True):
    """A period under a draft. ``events`` and ``acts`` of it; ``decided`` from their facts; ``asked`` anew, from event
    ``asked_from`` on, since the draft touches ``touched``. ``otherwise``: how many acts come out otherwise, of which ``flips``
    tells the first; ``numbers``: how many of each kind. ``refused``: how many acts were refused in the months of the period, as
    far as that was counted; ``widened``: those of them that the draft may let through. ``of_types``: the numbers of each
    type of record; ``absent``: the draft's plugins that are not here. ``not_looked_at`` says in each language what was left out,
    ``left_out`` the same in English; ``wrong``: what is wrong with a draft that was read as far as it loads."""

    first: date
    last: date
    events: int
    acts: int
    decided: int
    asked: int
    asked_from: int
    touched: tuple[str, ...]
    flips: tuple[PastAct, ...]
    duties: tuple[PastDuty, ...]
    otherwise: int
    numbers: dict[str, int]
    refused: int
    widened: tuple[PastRefused, ...]
    of_types: dict[str, PastOfType]
    absent: tuple[str, ...]
    left_out: tuple[str, ...]
    not_looked_at: tuple[Label, ...] = ()
    wrong: tuple[str, ...] = ()


REFUSED_UNSEEN, NOT_ALL_SEEN = "refused-unseen", "not-all-seen"


def told(
    days: tuple[date, date],
    of_types: Mapping[str, PastOfType],
    flips: tuple[PastAct, ...],
    duties: tuple[PastDuty, ...],
    widened: tuple[PastRefused, ...],
    absent: tuple[str, ...],
    further: tuple[str, ...] = (),
    wrong: tuple[str, ...] = (),
) -> PastUnder:
    """Return the answer about a period (both ``days`` included) that the numbers of some types make, with what is told one by
    one. Acts of further types stand in ``flips`` alone and are counted from there; ``further`` says what else was left out, and
    ``wrong`` what is wrong with the draft."""
    every = PastOfType.together(of_types.values())
    kinds = Counter(each.kind for each in flips if _type(each.action) not in of_types) + Counter(every.kinds)
    untold = kinds.total() - len(flips)
    left = (unlooked(REFUSED_UNSEEN), *_left_out(every.gone, untold, absent), *map(unlooked, further))
    return PastUnder(
        first=days[0],
        last=days[1],
        events=every.events,
        acts=every.acts,
        decided=every.decided,
        asked=every.asked,
        asked_from=every.asked_from,
        touched=tuple(sorted(every.touched)),
        flips=flips,
        duties=duties,
        otherwise=kinds.total(),
        numbers=dict(kinds + Counter(f"duty-{each.kind}" for each in duties)),
        refused=every.refused,
        widened=widened,
        of_types=dict(of_types),
        absent=absent,
        left_out=tuple(map(str, left)),
        not_looked_at=left,
        wrong=wrong,
    )


def _left_out(gone: Mapping[str, int], untold: int, absent: tuple[str, ...]) -> Iterator[Label]:
    for why, number in sorted(gone.items()):
        code, _, revision = why.partition(" ")
        yield unlooked(code, number=number, revision=revision)
    if untold > 0:
        yield unlooked("untold", number=untold)
    if absent:
        yield unlooked("plugins-absent", names=", ".join(absent))


def seen_of(
    answer: PastUnder, whole: Collection[str], acts: Collection[int], duty: Callable[[PastDuty], bool], *, all_seen: bool
) -> PastUnder:
    """Return what an answer says to a reader who sees every record of the types ``whole`` (``all_seen``: these are all that
    there are), of others the ``acts`` (numbers of their events) on records that they may see, and the duties that ``duty`` lets
    through. That something is left out is said whether or not there was any."""
    further = () if all_seen else (NOT_ALL_SEEN,)
    of_types = {name: own for name, own in answer.of_types.items() if name in whole}
    flips = tuple(each for each in answer.flips if each.seq in acts)
    duties = tuple(each for each in answer.duties if duty(each))
    widened = tuple(each for each in answer.widened if _type(each.action) in whole)
    return told((answer.first, answer.last), of_types, flips, duties, widened, answer.absent, further, answer.wrong)


def _type(action: str) -> str:
    return action.partition(".")[0]
