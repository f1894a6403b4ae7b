"""The tables of a charter that say how votes decide: ``decision``, ``ballot``, ``quorum`` (``steerco.charter.tables.voting``)."""

from __future__ import annotations

from steerco.config.schema import Rules, Schema, cite, flag, free, ident, label, listed, one_of, table, tables, text, whole

MOST_MEMBERS = 100_000
"""The largest number of members that a rule can speak of."""


def stated_whole(**rules: object) -> Rules:
    """Return a whole number, or the word that the text has none or does not say."""
    return {"type": ["integer", "string"], "min": 0, "max": MOST_MEMBERS, "regex": "not-stated|none", **rules}


def _share(**rules: object) -> Rules:
    return {"type": "list", "schema": whole(min=0), "minlength": 2, "maxlength": 2, **rules}


EXCLUDED = ["concerned", "author", "head", "recused"]
_UNITS = ["minutes", "hours", "calendar", "days", "working", "weeks"]
_LENGTH: Schema = {"value": whole(min=1, max=10_000, required=True), "unit": one_of(_UNITS)}
_TEST: Schema = {
    "count": text(required=True),
    "of": text(),
    "share": _share(),
    "over": flag(),
    "at_least": whole(min=0, max=MOST_MEMBERS),
    "at_most": whole(min=0, max=MOST_MEMBERS),
    "all_but": whole(min=0, max=MOST_MEMBERS),
    "more_than": text(),
    "less": listed(text()),
    "measure": text(regex="weight:.+"),
    "excluding": listed(one_of(EXCLUDED)),
}


_DEMAND: Schema = {"at_least": whole(min=1, max=MOST_MEMBERS), "of": text(required=True)}


def decisions(effect: Schema) -> Schema:
    """Return the tables; ``effect`` is the key by which a row is information only."""
    return {
        "decision": _decision(effect),
        "ballot": _ballot(),
        "quorum": _quorum(effect),
        "route": _route(),
        "written": _written(),
        "veto": _veto(),
        "bar": _bar(),
    }


def _decision(effect: Schema) -> Rules:
    return tables(
        {
            "id": ident(required=True),
            "label": label(required=True),
            "cite": cite(),
            "body": text(required=True),
            "rule": one_of(["one-decides", "consensus", "vote", "consent", "lazy"], required=True),
            "classes": listed(text(), minlength=1),
            "channels": listed(one_of(["meeting", "written"]), minlength=1),
            "base": one_of(["all", "present", "cast"]),
            "share": _share(),
            "over": flag(),
            "pass": {"type": ["list", "string"], "regex": "not-stated", "schema": table(_TEST)},
            "or_pass": listed({"type": "list", "schema": table(_TEST), "minlength": 1}),
            "tie": text(),
            "positions": {"type": ["list", "dict"]},
            "voters": {
                "type": ["string", "dict"],
                "empty": False,
                "schema": {"add": listed(text(), required=True, minlength=1)},
            },
            "excluding": listed(one_of(EXCLUDED)),
            "secret": flag(),
            "quorum": text(),
            "ballot": text(),
            "turns_to": text(),
            "at_once": flag(),
            "outcome_is": one_of(["decision", "advice"]),
            **effect,
        }
    )


def _ballot() -> Rules:
    return tables(
        {
            "id": ident(required=True),
            "cite": cite(),
            "label": label(),
            "channel": one_of(["meeting", "written", "either", "mixed"]),
            "opened_by": listed(text()),
            "closed_by": listed(text()),
            "on_request": table(_DEMAND),
            "second": whole(min=0, max=100),
            "second_within": table(_LENGTH),
            "period": table(
                {"value": whole(min=1, max=10_000), "unit": one_of(_UNITS, dependencies=["value"]), "at_least": table(_LENGTH)},
                minlength=1,
            ),
            "shorten": table(
                {
                    "by": text(required=True),
                    "reason": {"type": ["boolean", "string"], "regex": "required"},
                    "to": table(_LENGTH),
                }
            ),
            "extend": table({"by": text(required=True), "total": table(_LENGTH)}),
            "ended_by": table(
                {
                    "requests": whole(min=1, max=MOST_MEMBERS, required=True),
                    "of": text(required=True),
                    "then": one_of(["meeting"]),
                    "within": table(_LENGTH),
                }
            ),
            "also_ended_by": listed(text()),
            "close": one_of(["at-end", "when-settled", "all-voted", "declared"]),
            "revisable": one_of(["until-closed", "no"]),
            "taken": one_of(["by-name", "totals"]),
            "roll_call": table(_DEMAND),
            "explicit_abstention": flag(),
            "leavers": one_of(["stay", "drop"]),
            "hide": one_of(["until-closed"]),
            "secret": flag(),
            "reason_for": listed(text()),
        }
    )


def _quorum(effect: Schema) -> Rules:
    return tables(
        {
            "id": ident(required=True),
            "body": text(required=True),
            "cite": cite(),
            "for": one_of(["meet", "vote"]),
            "of": text(),
            "share": {"type": ["list", "string"], "regex": "none|not-stated"},
            "over": flag(),
            "at_least": whole(min=0, max=MOST_MEMBERS),
            "all_but": whole(min=0, max=MOST_MEMBERS),
            "must": listed(text()),
            "channels": listed(one_of(["meeting", "written"]), minlength=1),
            "counts": listed(one_of(["present", "proxy", "alternate", "remote", "substitute"]), minlength=1),
            "measured_by": one_of(["presence", "votes"]),
            "without": one_of(["cannot-open", "cancel", "second-call", "no-decision"]),
            "second_call": table(
                {"after": table(_LENGTH, required=True), "at_least": whole(min=1, max=MOST_MEMBERS, required=True)}
            ),
            "lost": one_of(["not-stated", "stops"]),
            **effect,
        }
    )


def _route() -> Rules:
    return tables(
        {
            "body": text(required=True),
            "cite": cite(),
            "classes": listed(text(), minlength=1),
            "first": text(required=True),
            "then": text(required=True),
            "when": table({"by": text(required=True), "finding": ident(required=True)}),
        }
    )


def _written() -> Rules:
    return tables(
        {
            "id": ident(),
            "body": text(required=True),
            "cite": cite(),
            "classes": listed(text(), minlength=1),
            "allowed": text(regex="always|never|not-stated|not-read|on-decision:.+"),
            "proposed_by": listed(text(), minlength=1),
            "agreed_by": text(),
            "silence": one_of(["none", "for", "abstain", "not-stated", "not-read"]),
            "reported": table({"in": text(required=True), "duty_of": text()}),
        }
    )


def _veto() -> Rules:
    return tables(
        {
            "id": ident(),
            "decision": text(required=True),
            "by": text(required=True),
            "cite": cite(),
            "within": table(_LENGTH),
            "reason": {"type": ["boolean", "string"], "regex": "required"},
            "override": text(),
        }
    )


def _bar() -> Rules:
    return tables(
        {
            "id": ident(),
            "on": text(required=True),
            "cite": cite(),
            "where": free(valuesrules=text()),
            "while": table(
                {"type": text(required=True), "class": text(), "kind": text(), "state": text(required=True)},
                required=True,
            ),
        }
    )
