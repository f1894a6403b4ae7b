"""Proposals for a charter's data from the words of its English text: fixed phrases, each meaning one row
(``api.CharterProposer``).

Precision before recall: *biweekly* means two things and proposes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from steerco.extension.api import Parsed, ProposedRow
from steerco_en_charter.speaking import LIKELY, MADE_OF_MEMBERS, PERHAPS, SURE, EnglishReading, reading_of

_WORDS = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
)
_NUMBERS = {**{word: n for n, word in enumerate(_WORDS, 1)}, "fifteen": 15, "twenty": 20, "twenty-one": 21, "thirty": 30}
_COUNT = rf"(?:(?P<count>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})(?: \(\d+\))?)"
_ONCE_EVERY = r"(?:once )?(?:in )?every"
_OFTEN = {
    "week": r"weekly|(?:once )?(?:a|per|each|every) week",
    "month": r"monthly|(?:once )?(?:a|per|each|every) (?:calendar )?month",
    "quarter": r"quarterly|(?:once )?(?:a|per|each|every) (?:calendar )?quarter"
    rf"|{_ONCE_EVERY} (?:three|3) months|four times (?:a|per) year",
    "half-year": r"semi-annually|(?:twice|two times) (?:a|per|each|every) year"
    rf"|{_ONCE_EVERY} (?:(?:six|6) months|half[- ]year)",
    "year": r"annually|(?:once )?(?:a|per|each|every) (?:calendar )?year",
}
_SHARES: dict[str, dict[str, Any]] = {
    r"(?:simple |absolute )?majority|more than (?:one[- ])?half|more than 50 ?(?:%|percent)": {"share": [1, 2], "over": True},
    r"two[- ]thirds|2/3": {"share": [2, 3]},
    r"three[- ](?:quarters|fourths)|3/4": {"share": [3, 4]},
    r"one[- ](?:quarter|fourth)|1/4": {"share": [1, 4]},
    r"one[- ]third|1/3": {"share": [1, 3]},
    r"(?:one[- ])?half|1/2|(?:50|fifty) ?(?:%|percent|per cent)(?: \(50 ?\\?%\))?": {"share": [1, 2]},
    r"unanimous(?:ly)?|unanimity": {"share": [1, 1]},
}
_SHARE = "|".join(f"(?:{each})" for each in _SHARES)
_OF_WHOM = {
    "cast": r"votes cast|cast votes?|present and voting|those voting",
    "present": r"(?:voting )?members (?:\w+ ){0,2}(?:present|attending|in attendance)|those (?:present|in attendance)",
    "fixed": r"(?:full|entire|total|fixed|authori[sz]ed) (?:membership|number of (?:seats|members))|all seats",
    "active": r"active (?:\w+ ){0,2}members|members (?:\w+ )?active",
    "seated": r"all (?:the |of the )?(?:voting |its )?members|(?:the |its )?(?:voting )?members|the entire \w+",
}
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAY_OF_YEAR = rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{_MONTHS})|(?P<month2>{_MONTHS}) (?P<day2>\d{{1,2}})"
_MEETINGS = {"regular": "regular|ordinary", "ad-hoc": "special|extraordinary|emergency|ad[- ]hoc"}
"""The kinds of meetings that charters tell apart, with their words."""
_BUT = (
    r"\b(?:except(?:ing)?|excluding|other than|apart from|save(?: for)?|with the exception of|exception of)"
    r"(?: (?!regular\b|ordinary\b|special\b|extraordinary\b|emergency\b)[a-z]+){0,5} "
)
"""What takes out the meetings that it stands before."""
UNNUMBERED = 60
"""Confidence of a title that stands in for the number of an instrument."""
English = Callable[[EnglishReading], Iterator[ProposedRow]]


def instrument(reading: EnglishReading) -> Iterator[ProposedRow]:
    """Propose the title as the instrument's name, where it has no number."""
    paper = reading.parsed.paper
    if paper.title and not paper.number:
        row = {"id": re.sub(r"[^a-z0-9]+", "-", paper.title.lower())[:60].strip("-")}
        yield ProposedRow("instrument", row, reading.clauses[0].part.id, paper.title, UNNUMBERED)


def bodies(reading: EnglishReading) -> Iterator[ProposedRow]:
    """Propose the body, with the numbers of members that the text fixes, and its roles."""
    sizes: dict[str, int] = {}
    size = (
        rf"(?:consists? of|composed of|comprises?|has|have|be) (?P<bound>at least |no more than |not more than |up to )?{_COUNT}"
    )
    for clause, sentence, match in reading.sentences(rf"{size} (?:\w+ ){{0,2}}members\b"):
        if reading.subject(clause, sentence) == reading.body and not sizes:
            key = {"at least ": "min", None: "seats"}.get(match["bound"], "max")
            sizes = {key: _number(match["count"])}
            yield reading.row("body", clause, sentence, LIKELY, id=reading.body, label={"en": reading.name}, **sizes)
    first = next((clause for clause in reading.clauses if reading.name.lower() in clause.text), None)
    if not sizes and first is not None:
        yield reading.row("body", first, first.part.text, LIKELY, id=reading.body, label={"en": reading.name})
    for id, name in reading.offices.items():
        for clause, sentence, _ in reading.sentences(rf"\b{name.lower().replace(' ', '[- ]')}"):
            chosen = rf"\b(?:elects?|appoints?) (?:.* and )?(?:a |its |the )?(?:[a-z]+ )?{name.lower().replace(' ', '[- ]')}"
            made_of = id == "member" and re.search(MADE_OF_MEMBERS, sentence.lower())
            if reading.subject(clause, sentence) == id or re.search(chosen, sentence.lower()) or made_of:
                yield reading.row("role", clause, sentence, LIKELY, id=id, body=reading.body, label={"en": name})
                break


def terms(reading: EnglishReading) -> Iterator[ProposedRow]:
    """Propose how long somebody serves, and how often in a row."""
    years = rf"(?P<years>\d{{1,2}}|{'|'.join(_NUMBERS)})[- ]year terms?"
    for clause, sentence, match in reading.sentences(rf"(?:terms? of (?:office of )?{_COUNT} years?|{years})"):
        serving = re.search(r"\bmembers? (?:who )?serv(?:e|es|ing) ", sentence.lower())
        role = "member" if serving else reading.subject(clause, sentence)
        if role in reading.offices:
            row: dict[str, Any] = {"role": role, "length": {"value": _number(match["count"] or match["years"]), "unit": "years"}}
            whole = clause.part.text.lower()
            if starts := re.search(rf"\b(?:beginning|starting|commencing) (?:on )?(?:{_DAY_OF_YEAR})", whole):
                row["starts"] = f"fixed:{_month_and_day(starts)}"
            if limit := re.search(rf"\bno(?:t)? (?:\w+ ){{0,3}}more than {_COUNT} consecutive terms", whole):
                row["limit"] = {"consecutive": _number(limit["count"])}
            yield reading.row("term", clause, sentence, LIKELY, **row)


def cadences(reading: EnglishReading) -> Iterator[ProposedRow]:
    """Propose how often the body meets."""
    for every, words in _OFTEN.items():
        pattern = rf"\b(?:shall |will |must )?(?:meets?|hold(?:s)? (?:\w+ )?meetings?) (?:regularly )?(?:at least )?(?:{words})\b"
        for clause, sentence, _ in reading.sentences(pattern):
            if reading.subject(clause, sentence) == reading.body:
                label = {"en": f"Regular meeting of the {reading.name}"}
                row = {"id": "regular-meeting", "label": label, "body": reading.body, "kind": "regular", "every": every}
                yield reading.row("cadence", clause, sentence, SURE, **row, holder=reading.body)


def notice(reading: EnglishReading) -> Iterator[ProposedRow]:
    """By when the members have the call."""
    days = rf"{_COUNT} (?P<unit>(?:working|business|calendar|clear)? ?days?|weeks?)(?:['’]s?)?"
    for clause, sentence, match in reading.sentences(
        rf"{days} (?:in advance|before|prior to|advance notice|written notice|notice)"
    ):
        words = sentence.lower()
        if not re.search(r"\b(?:notice|notified|convened|called|invited|invitations?)\b", words) or "meeting" not in words:
            continue
        unit = "weeks" if "week" in match["unit"] else "working" if re.search("working|business", match["unit"]) else "calendar"
        row: dict[str, Any] = {"name": "notice", "value": _number(match["count"]), "unit": unit, "bound": "at-least"}
        for kind in _of_meetings(words, clause.part.text.lower()):
            where = {"body": reading.body, **({"kind": kind} if kind else {})}
            yield reading.row("rule", clause, sentence, LIKELY, **row, where=where)


def _of_meetings(sentence: str, clause: str) -> list[str]:
    """Return of which kinds of meetings a sentence speaks: those that alone are named, those that an exception leaves, else all
    of them, which is the kind ``""``. Another sentence of the clause may say to which its rule does not apply."""
    named = {kind for kind, words in _MEETINGS.items() if re.search(rf"\b(?:{words})\b", sentence)}
    away = r"\bnot apply to (?:[a-z]+ ){0,4}?"
    out = {
        kind
        for kind, words in _MEETINGS.items()
        if re.search(rf"{_BUT}(?:{words})\b", sentence) or re.search(rf"{away}(?:{words})\b", clause)
    }
    if not out and len(named) != 1:
        return [""]
    return [kind for kind in _MEETINGS if kind not in out and kind in (named - out or _MEETINGS)]


def quorums(reading: EnglishReading) -> Iterator[ProposedRow]:
    """Propose how many must be there, to meet or to vote."""
    measure = rf"(?P<share>{_SHARE})|(?:at least )?{_COUNT}(?= (?:voting )?members)"
    patterns = (
        r"quorum (?P<aim>to meet |to vote |for [a-z ]+?)?(?:[a-z ]{0,45})?(?:shall be|is|are|(?:shall )?consists? of|requires) "
        rf"(?:a |the )?(?:presence of )?(?:a |at least )?(?:{measure})(?P<of>.*)",
        rf"(?:a )?(?:{measure})(?P<of>[^.;]*?) (?:shall )?(?:constitutes?|makes?(?: up)?|forms?) a quorum(?P<aim>)",
    )
    seen: set[str] = set()
    for pattern in patterns:
        for clause, sentence, match in reading.sentences(pattern):
            only_votes = re.search(r"\b(?:continue to meet|may (?:still )?meet|prevented from making)\b", clause.text)
            aim = "vote" if only_votes or re.search("vote|decision", match["aim"] or "") else "meet"
            row: dict[str, Any] = {"id": f"to-{aim}", "body": reading.body, "for": aim}
            base = _base(match["of"].replace("present", "").replace("attending", ""))
            if aim not in seen and (base or match["count"]):
                seen.add(aim)
                row |= {"of": base or "seated"} | (
                    _share(match["share"]) if match["share"] else {"at_least": _number(match["count"])}
                )
                yield reading.row("quorum", clause, sentence, LIKELY, **row)


def votes(reading: EnglishReading) -> Iterator[ProposedRow]:
    """By how many of whom something passes; consensus; who breaks a tie."""
    tie = _tie(reading)
    pattern = (
        r"\b(?:by|with|requires?) (?:a |an |the )?(?:affirmative )?(?:vote of )?(?:a )?"
        rf"(?P<share>{_SHARE})(?: majority)?(?: vote)? (?:of|by) (?P<of>[^.;]*)"
    )
    for clause, sentence, match in reading.sentences(pattern):
        base, words = _base(match["of"]), sentence.lower()
        amends = bool(re.search(r"\bamend(?:ed|ments?)?\b", words))
        if not base or "quorum (" in words or not (amends or _of_decisions(words)):
            continue
        written = bool(
            re.search(r"\bwithout a meeting\b|\b(?:electronic|written|e-?mail) (?:vote|ballot)\b|\bin writing\b", words)
        )
        id, channel = ("written-vote", "written") if written else ("vote", "meeting")
        row: dict[str, Any] = {"id": "amendment" if amends else id, "body": reading.body, "rule": "vote"}
        row |= {"label": {"en": "Amendment of the charter" if amends else f"Vote of the {reading.name}"}}
        row |= {"classes": ["regulation"]} if amends else {}
        row |= {"channels": [channel]} if written or " at a meeting" in words else {}
        row["pass"] = [{"count": "for", "of": base, **_share(match["share"])}]
        if least := re.search(
            rf"\b(?:(?:not|no) (?:fewer|less) than|(?:and |being )at least) {_COUNT}(?! ?(?:\w+ )?days)", words
        ):
            row["pass"].append({"count": "for", "at_least": _number(least["count"])})
        if re.search(r"\bproxies\b[^.;]*\bnot (?:be )?(?:count|used|voted)", clause.text):
            continue  # who counts is not said by the share alone
        if tie and not amends and row["pass"][0].get("over") and base == "cast":
            row["tie"] = tie
        yield reading.row("decision", clause, sentence, LIKELY, **row)
    for clause, sentence, _ in reading.sentences(
        r"\bdecisions? .*\b(?:made|taken|reached|adopted) by (?:unanimous )?consensus\b"
    ):
        label = {"en": "Decision by consensus"}
        yield reading.row("decision", clause, sentence, LIKELY, id="consensus", label=label, body=reading.body, rule="consensus")
    for clause, sentence, _ in reading.sentences(r"\bby secret ballot\b"):
        yield reading.row("ballot", clause, sentence, PERHAPS, id="secret", secret=True)


def _tie(reading: EnglishReading) -> str:
    """Return what the text says of equal votes: that somebody has the casting vote, or that the motion falls; "" else."""
    for _, _, match in reading.sentences(
        r"\b(?:ties?|tied|equality|votes are (?:equal|level))\b.*\b(?:the )?"
        r"(?P<who>chair\w*|president|conven[eo]r)\b.*casting vote"
    ):
        return f"casting:{reading.party(match['who']) or 'chair'}"
    falls = r"\bties? (?:votes? )?(?:is |are |shall be |will be )?(?:therefore |deemed |considered )*(?:against|lost|fails?\b)"
    return "fails" if any(reading.sentences(falls)) else ""


def powers(reading: EnglishReading) -> Iterator[ProposedRow]:
    """Propose who convenes, presides, keeps minutes and draws up the agenda; who acts for whom."""
    deeds = (
        (
            r"\b(?:convenes?|calls?) (?:and presides? (?:over|at) )?(?:(?:the |all |regular )*meetings|(?:each|every) meeting)\b",
            "meeting.regular convene",
            SURE,
        ),
        (r"\b(?:convenes?|calls?) (?:a |any )?(?:special|extraordinary) meetings?\b", "meeting.ad-hoc convene", SURE),
        (r"\bpresides? (?:over|at) (?:the |all |its )*meetings\b", "meeting open", LIKELY),
        (r"\bpresides? (?:over|at) (?:the |all |its )*meetings\b", "meeting conclude", LIKELY),
        (r"\b(?:keeps?|takes?|prepares?|drafts?|records?) (?:the )?minutes\b", "minutes draft", SURE),
        (r"\b(?:prepares?|sets?|draws? up) (?:the |each )?agendas?\b", "meeting set-agenda", LIKELY),
    )
    for pattern, power, confidence in deeds:
        for clause, sentence, _ in reading.sentences(pattern):
            who = reading.subject(clause, sentence)
            if who in reading.offices:
                yield reading.power(clause, sentence, confidence, f"{who} {power}")
    by = r"(?P<who>the [a-z -]+?)(?:[,.;]| or | at | upon |$)"
    called = rf"(?:special|extraordinary) meetings? (?:shall|may|can) be (?:called|convened) by {by}"
    for clause, sentence, match in reading.sentences(called):
        if who := reading.party(match["who"]):
            yield reading.power(clause, sentence, SURE, f"{who} meeting.ad-hoc convene")
    absent = (
        r"in the absence of (?P<absent>the [a-z -]+?), (?P<acts>the [a-z -]+?) "
        r"(?:shall |will )?(?:preside|act|take|perform|exercise|assume)"
    )
    for clause, sentence, match in reading.sentences(absent):
        away, acts = reading.party(match["absent"]), reading.party(match["acts"])
        if away and acts:
            held = ["meeting.open", "meeting.conclude"]
            yield reading.row("succession", clause, sentence, LIKELY, absent=away, acts=acts, powers=held)


def duties(reading: EnglishReading) -> Iterator[ProposedRow]:
    """Minutes that are due some days after a meeting."""
    within = (
        rf"\bminutes\b.*\bwithin {_COUNT} (?P<unit>(?:working |business |calendar )?days|weeks?) "
        r"(?:of|after|following) (?:the |each |a )?meeting"
    )
    for clause, sentence, match in reading.sentences(within):
        who = reading.subject(clause, sentence) or next((id for id in ("secretary",) if id in reading.offices), "")
        if not who or who == reading.body:
            continue
        many = _number(match["count"]) * (7 if "week" in match["unit"] else 1)
        due = {"days": many, "unit": "working" if re.search("working|business", match["unit"]) else "calendar"}
        done = "minutes.circulate" if re.search(r"circulat|distribut|sent|send", sentence.lower()) else "minutes.draft"
        row = {"id": "minutes", "label": {"en": "Minutes of the meeting"}, "holder": who, "after": "meeting.conclude"}
        yield reading.row("duty", clause, sentence, LIKELY, **row, done_by=[done], same="meeting", due=due)


def caps(reading: EnglishReading) -> Iterator[ProposedRow]:
    """Propose how many members may come from one employer."""
    most = rf"(?:no|not) more than (?:(?P<share>{_SHARE})|{_COUNT})(?: \(\d+\))? (?:of (?:the |all )?)?(?:[a-z]+ ){{0,4}}members"
    one = r"(?:one|the same|a single) (?:entity|employer|company|organi[sz]ation)"
    for clause, sentence, match in reading.sentences(rf"{most}\b.*\b(?:employed|affiliated|employees|work)\b.*\b{one}"):
        most_of = {"share": _share(match["share"])["share"]} if match["share"] else {"at_most": _number(match["count"])}
        row = {"id": "one-employer", "body": reading.body, "by": "attr:employer", "of": "seated", "max": most_of}
        yield reading.row("cap", clause, sentence, LIKELY, **row)


ENGLISH: tuple[English, ...] = (instrument, bodies, terms, cadences, notice, quorums, votes, powers, duties, caps)


class EnglishProposals(Struct, frozen=True):
    """Reads rows of a charter out of English words (``api.CharterProposer``)."""

    language: str = "en"

    def propose(self, parsed: Parsed) -> Iterator[ProposedRow]:
        """Yield what the clauses propose; nothing where no body is told."""
        reading = reading_of(parsed)
        if reading.body:
            for each in ENGLISH:
                yield from each(reading)


def _of_decisions(words: str) -> bool:
    """Return whether a sentence is on decisions at large, and not on an election or a removal."""
    at_large = r"\b(?:decisions?|resolutions?|motions?|matters?|questions?|proposals?)\b"
    return bool(re.search(at_large, words)) and not re.search(
        r"\b(?:elect(?:s|ed|ions?)?\b|remov|admi(?:t|ssion)|appoint|expel|dissol)", words
    )


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word]


def _month_and_day(match: re.Match[str]) -> str:
    month, day = match["month"] or match["month2"], int(match["day"] or match["day2"])
    return f"{_MONTHS.split('|').index(month) + 1:02}-{day:02}"


def _share(words: str) -> dict[str, Any]:
    return next(share for pattern, share in _SHARES.items() if re.fullmatch(pattern, words))


def _base(words: str) -> str:
    """Return the base that words name, the narrowest first; "" where none."""
    return next((base for base, pattern in _OF_WHOM.items() if re.search(pattern, words)), "")
