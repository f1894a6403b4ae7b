"""The tables of a charter on time: ``clock`` (``steerco.charter.tables.clock``)."""

from __future__ import annotations

from steerco.config.schema import (
    Rules,
    Schema,
    cite,
    day,
    flag,
    ident,
    label,
    listed,
    one_of,
    partial_date,
    table,
    tables,
    text,
    text_table,
    whole,
)

WEEKDAY_PATTERN = r"((first|second|third|fourth|last)-)?(monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
UNITS = ["days", "calendar", "working", "weeks", "months", "years", "hours", "minutes"]
"""The units of every length of time."""
LENGTH_PATTERN = r"[0-9]{1,5} (working|((working |calendar )?days?)|weeks?|months?|years?|hours?|minutes?)"
MOST = 100_000


def length(**rules: object) -> Rules:
    """Return a length of time: ``{ value = 2, unit = "weeks" }``, or in words (``"2 weeks"``)."""
    parts: Schema = {"value": whole(min=0, max=MOST, required=True), "unit": one_of(UNITS)}
    return {"type": ["dict", "string"], "regex": LENGTH_PATTERN, "schema": parts, **rules}


def clocks(kind: str) -> Schema:
    """Return the table of clocks, with its force in a law."""
    law = kind == "law"
    forces = ["binding", "floor", "default"] if law else [kind]
    shorten: Schema = {
        "to": {**length(required=True), "regex": f"none|{LENGTH_PATTERN}"},
        "by": text(required=True),
        "cause": text(),
        "reason": {"type": ["string", "boolean"], "empty": False},
    }
    return {
        "clock": tables(
            {
                "id": ident(required=True),
                "what": text(required=True),
                "cite": cite(),
                "label": label(required=True),
                "body": text(),
                "kinds": listed(text(), minlength=1),
                "where": text_table(),
                "counts_from": text(),
                "side": one_of(["before", "after"]),
                "value": {"type": ["integer", "string"], "min": 0, "max": MOST, "regex": "not-stated|none"},
                "unit": one_of(UNITS),
                "before": length(),
                "after": length(),
                "calendar": text(),
                "roll": one_of(["working"]),
                "also": one_of(["next-meeting"]),
                "duty_of": text(),
                "effect": one_of(["out-of-order", "late", "shown"]),
                "shorten": tables(shorten),
                "never_shorten_kinds": listed(text()),
                "from": partial_date(),
                "to": partial_date(),
                "judged_on": one_of(["act", "counts_from"]),
                "clear": flag(),
                "force": one_of(forces, required=law),
                "words": text(),
            }
        )
    }


def lifetimes() -> Schema:
    """Return the table of lifetimes."""
    ends: Schema = {"after": length(), "of": text(), "on": day(), "event": text()}
    return {
        "lifetime": tables(
            {
                "body": text(required=True),
                "cite": cite(),
                "ends": {"type": ["dict", "string"], "regex": "not-stated|none", "schema": ends},
                "unless": listed(text(regex=r"renewed-by:decision:.+|law")),
                "effect": one_of(["no-acts", "shown"]),
                "review": tables({"every": length(required=True), "by": text(required=True), "of": text()}),
                "establishment": tables(
                    {
                        "what": text(required=True),
                        "counts_from": text(required=True),
                        "before": length(),
                        "within": length(),
                        "after": length(),
                    }
                ),
            }
        )
    }


def publications() -> Schema:
    """Return the table of what is made public."""
    of = [
        "agenda",
        "papers",
        "minutes",
        "decision",
        "vote",
        "members",
        "rules",
        "powers",
        "drafts",
        "statistics",
        "recording",
        "meeting",
        "document",
    ]
    withhold: Schema = {"when": listed(text()), "by": text(), "shown_as": text()}
    return {
        "publication": tables(
            {
                "of": one_of(of, required=True),
                "cite": cite(),
                "body": text(),
                "to": one_of(["public", "members", "agency", "named"]),
                "within": {**length(), "regex": f"not-stated|none|{LENGTH_PATTERN}"},
                "duty_of": text(),
                "parts": listed(text()),
                "withhold": table(withhold),
                "keep": length(),
            }
        )
    }
