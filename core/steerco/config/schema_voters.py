"""The keys and tables of a charter that say who votes: alternates, units, weights (``steerco.charter.tables.voters``)."""

from __future__ import annotations

from steerco.config.schema import Rules, Schema, cite, flag, free, ident, listed, one_of, table, tables, text, whole

MOST_WEIGHT = 10_000_000_000
"""The largest weight: more than any population."""
BY = "agency|attr:.+"
LEAD = "chair"
"""The effect of a recusal that keeps from opening, closing and deciding the matter."""
PAPERS = "papers"
"""The effect of a recusal that the papers are kept from who takes no part."""
ALTERNATE: Schema = {
    "stands_for": text(),
    "rights": listed(one_of(["attend", "vote", "quorum"]), minlength=1),
    "when": listed(one_of(["away", "presides"]), minlength=1),
}
"""The keys by which a seat is an alternate's."""
RELATED = tables({"by": text(required=True, regex=BY), "groups": listed(listed(text(), minlength=2), required=True, minlength=1)})
_RECUSAL_LIMIT: Schema = {
    "share": listed(whole(min=0), minlength=2, maxlength=2, required=True),
    "over": flag(),
    "of": one_of(["seated", "fixed"]),
    "then": one_of(["no-decision"]),
    "route": text(),
}
_LEAST: Schema = {"value": whole(min=1, max=1000, required=True), "unit": one_of(["days", "calendar", "weeks"])}
_NOMINATIONS: Schema = {
    "at_least": table(_LEAST),
    "by": one_of(["elector", "anyone"]),
    "self": flag(),
    "seconds": whole(min=0, max=100),
}
_MONTH_DAY = "(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
UNIT: Schema = {
    "unit": text(regex=f"person|{BY}"),
    "split": one_of(["no-vote", "latest", "head-of-delegation"]),
    "related": RELATED,
}
"""The keys by which a body says who has the one vote."""


def voters() -> Schema:
    """Return the tables."""
    return {"proxy": _proxy(), "recusal": _recusal(), "election": _election(), "weight": _weight()}


def _proxy() -> Rules:
    return tables(
        {
            "id": ident(),
            "body": text(required=True),
            "cite": cite(),
            "allowed": {"type": ["boolean", "string"], "regex": "not-stated|not-read"},
            "per_holder": {"type": ["integer", "string"], "min": 1, "max": 1000, "regex": "none|not-stated|not-read"},
            "to": text(),
            "form": one_of(["written", "spoken", "any", "not-stated"]),
            "instructions": one_of(["required", "allowed", "none", "not-stated"]),
            "counts_for": listed(one_of(["vote", "quorum"]), minlength=1),
            "chain": flag(),
        }
    )


def _recusal() -> Rules:
    return tables(
        {
            "id": ident(),
            "body": text(required=True),
            "role": text(),
            "cite": cite(),
            "on": listed(text(), minlength=1),
            "declared_by": listed(text(), minlength=1),
            "effect": listed(one_of(["vote", "base", "quorum", "discussion", PAPERS, LEAD]), minlength=1),
            "waivable": flag(),
            "limit": table(_RECUSAL_LIMIT),
            "abstains": flag(),
            "disclosure": table({"promptly": flag(), "yearly": text(regex=_MONTH_DAY)}),
        }
    )


def _election() -> Rules:
    return tables(
        {
            "id": ident(required=True),
            "fills": text(required=True),
            "electors": text(required=True),
            "cite": cite(),
            "system": ident(),
            "certificate": flag(),
            "nominations": table(_NOMINATIONS),
            "voting": table({"at_least": table(_LEAST), "phases": whole(min=1, max=10)}),
            "secret": flag(),
            "if_one_candidate": one_of(["acclamation", "vote"]),
            "confirmed_by": text(regex="decision:.+"),
            "window": table({"from": text(required=True, regex=_MONTH_DAY), "to": text(required=True, regex=_MONTH_DAY)}),
        }
    )


def _weight() -> Rules:
    return tables(
        {
            "name": ident(required=True),
            "by": text(required=True, regex=f"seat|{BY}"),
            "values": free(required=True, empty=False, valuesrules=whole(min=0, max=MOST_WEIGHT)),
            "cite": cite(),
        }
    )
