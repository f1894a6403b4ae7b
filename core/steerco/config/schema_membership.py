"""The tables of a charter on membership: ``term``, ``cap``, ``eligibility`` (``steerco.charter.tables.membership``)."""

from __future__ import annotations

from steerco.config.schema import Rules, Schema, cite, day, flag, ident, listed, one_of, table, tables, text, whole
from steerco.config.schema_voters import RELATED

MOST_TERMS = 100
MOST_SEATS = 100_000
LONGEST = 36_500
"""The longest length of a term, in its unit."""
_NEED: Schema = {"attr": text(), "value": text(), "at_least": whole(min=0, max=100_000), "role": text()}
_WAYS = "runner-up|special-election|leave-open|appointed-by:.+"
_LENGTH: Schema = {
    "value": whole(min=1, max=LONGEST, required=True),
    "unit": one_of(["days", "weeks", "months", "years"], required=True),
}


def length(**rules: object) -> Rules:
    """Return a length of time in days, weeks, months or years."""
    return table(_LENGTH, **rules)


def membership() -> Schema:
    """Return the tables."""
    return {
        "term": _term(),
        "vacancy": _vacancy(),
        "suspension": _suspension(),
        "rotation": _rotation(),
        "cap": _cap(),
        "eligibility": _eligibility(),
        "removal": _removal(),
    }


def _term() -> Rules:
    return tables(
        {
            "cite": cite(),
            "role": text(),
            "seat": text(),
            "body": text(),
            "length": {"type": ["dict", "string"], "regex": "until-successor|not-stated|none", "schema": _LENGTH},
            "starts": text(regex=r"appointment|election|fixed:(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"),
            "ends": one_of(["lapses", "holds-over", "shown"]),
            "whichever": one_of(["shorter", "longer"]),
            "limit_exempt": table({"shorter_than": length(required=True)}),
            "stagger": tables(
                {
                    "group": text(required=True),
                    "seats": whole(min=1, max=MOST_SEATS, required=True),
                    "first": day(required=True),
                }
            ),
            "confirm": table({"every": length(required=True), "by": text(required=True)}),
            "limit": table({"consecutive": whole(min=1, max=MOST_TERMS), "lifetime": whole(min=1, max=MOST_TERMS)}),
            "limit_force": one_of(["hard", "soft"]),
        }
    )


def _vacancy() -> Rules:
    return tables(
        {
            "role": text(required=True),
            "order": listed(text(regex=_WAYS), required=True, minlength=1),
            "cite": cite(),
            "runner_up_max": whole(min=0, max=MOST_SEATS),
            "when": tables(
                {
                    "before_next": table({"less_than": length(required=True)}, required=True),
                    "order": listed(text(regex=_WAYS), required=True, minlength=1),
                }
            ),
            "term_of_successor": one_of(["rest", "new"]),
        }
    )


def _suspension() -> Rules:
    return tables(
        {
            "role": text(required=True),
            "after": table(
                {
                    "of": one_of(["meetings", "votes", "contribution", "silence"], required=True),
                    "missed": whole(min=1, max=1000),
                    "consecutive": flag(),
                },
                required=True,
            ),
            "cite": cite(),
            "effect": listed(one_of(["voting", "quorum-base", "membership", "seat"])),
            "within": length(),
            "unless": listed(one_of(["excused", "proxy-named"])),
            "notice_to": {
                "type": ["string", "dict"],
                "empty": False,
                "schema": {"to": text(required=True), "days": whole(min=0, max=LONGEST)},
            },
            "restored": table(
                {
                    "attended": whole(min=1, max=1000),
                    "consecutive": flag(),
                    "votes_in_last": flag(),
                    "by_contribution": flag(),
                    "by": text(regex="decision:.+"),
                }
            ),
        }
    )


def _rotation() -> Rules:
    return tables(
        {
            "role": text(required=True),
            "order": listed(text(), required=True, minlength=2),
            "period": length(required=True),
            "from": day(required=True),
            "cite": cite(),
            "groups_of": whole(min=2, max=1000),
            "group_role": text(),
        }
    )


def _cap() -> Rules:
    return tables(
        {
            "id": ident(),
            "body": text(required=True),
            "by": text(required=True, regex="agency|attr:.+"),
            "max": table(
                {
                    "at_most": whole(min=1, max=100_000),
                    "share": listed(whole(min=0), minlength=2, maxlength=2),
                    "under": flag(),
                }
            ),
            "steps": tables(
                {
                    "at_most": whole(min=0, max=100_000, required=True),
                    "up_to": whole(min=0, max=100_000),
                    "from": whole(min=0, max=100_000),
                }
            ),
            "related": RELATED,
            "repair": table(
                {"order": listed(one_of(["they-decide", "last-in", "all-leave", "lots"]), minlength=1), "within": length()}
            ),
            "waiver": text(),
            "cite": cite(),
            "of": one_of(["seated", "fixed", "voters"]),
            "on_breach": one_of(["refuse", "finding", "suspend-voting", "duty"]),
        }
    )


def _eligibility() -> Rules:
    return tables(
        {
            "role": text(required=True),
            "needs": tables({**_NEED, "any": tables(_NEED, minlength=1)}, minlength=1),
            "endorsements": table(
                {
                    "at_least": whole(min=1, max=100_000, required=True),
                    "by": text(required=True),
                    "distinct": text(regex="attr:.+"),
                }
            ),
            "acknowledges": table({"what": text(required=True), "within": length()}),
            "cite": cite(),
        }
    )


def _removal() -> Rules:
    return tables(
        {
            "role": text(required=True),
            "decision": text(required=True),
            "cite": cite(),
            "call": table({"by": text(), "in": text(), "second": whole(min=0, max=1000)}),
            "steps": tables(
                {"what": one_of(["feedback", "vote"], required=True), "at_least": length(), "within": length()}, minlength=1
            ),
        }
    )
