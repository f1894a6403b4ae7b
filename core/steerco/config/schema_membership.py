"""The tables of a charter on membership: ``term``, ``cap``, ``eligibility`` (``steerco.charter.membership``)."""

from __future__ import annotations

from steerco.config.schema import Schema, cite, flag, ident, listed, one_of, table, tables, text, whole

MOST_TERMS = 100


def membership() -> Schema:
    """Return the tables."""
    return {
        "term": tables(
            {
                "cite": cite(),
                "role": text(),
                "seat": text(),
                "length": {"type": ["dict", "string"], "regex": "until-successor|not-stated|none"},
                "ends": one_of(["lapses", "holds-over", "shown"]),
                "limit": table({"consecutive": whole(min=1, max=MOST_TERMS), "lifetime": whole(min=1, max=MOST_TERMS)}),
                "limit_force": one_of(["hard", "soft"]),
            }
        ),
        "cap": tables(
            {
                "id": ident(required=True),
                "body": text(required=True),
                "by": text(required=True, regex="agency|attr:.+"),
                "max": table(
                    {
                        "at_most": whole(min=1, max=100_000),
                        "share": listed(whole(min=0), minlength=2, maxlength=2),
                        "under": flag(),
                    },
                    required=True,
                ),
                "cite": cite(),
                "of": one_of(["seated", "fixed", "voters"]),
                "on_breach": one_of(["refuse", "finding"]),
            }
        ),
        "eligibility": tables(
            {
                "role": text(required=True),
                "needs": tables(
                    {"attr": text(), "value": text(), "at_least": whole(min=0, max=100_000), "role": text()},
                    required=True,
                    minlength=1,
                ),
                "cite": cite(),
            }
        ),
    }
