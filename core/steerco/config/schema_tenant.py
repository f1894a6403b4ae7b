"""The tables of ``tenant.toml`` and ``people.toml``."""

from __future__ import annotations

from steerco.config.schema import (
    SLUG_PATTERN,
    Schema,
    colour,
    day,
    fact,
    free,
    label,
    listed,
    one_line,
    one_of,
    slug,
    table,
    tables,
    text,
    whole,
)

ISSUER = r"https://[^\s?#]+|http://(localhost|127\.0\.0\.1)(:[0-9]+)?(/[^\s?#]*)?"
"""The address of an OpenID provider: over TLS, unless nothing leaves this machine."""
MOST_PERSONAL = 200
"""Characters of what is kept of a person."""

TENANT: Schema = {
    "slug": text(required=True, regex=SLUG_PATTERN, maxlength=60),
    "name": label(required=True),
    "time_zone": text(),
    "languages": listed(one_of(["vi", "en"]), minlength=1),
    "main_body": text(),
    "reference": free(valuesrules=text(maxlength=12)),
    "kept_from": day(),
    "shared": listed(one_of(["week", "subjects"])),
    "charters": listed(text(), minlength=1),
    "house": text(),
    "former_house": listed(text()),
    "people": text(),
    "plugins": listed(text()),
    "settings": free(valuesrules=free()),
    "laws": listed(text()),
    "law_words": free(valuesrules=free(valuesrules=text())),
    "working_week": listed(whole(min=1, max=7), minlength=1, maxlength=7),
    "calendar": table({"holidays": listed(day()), "working_days": listed(day())}),
    "calendars": free(
        keysrules=slug(),
        valuesrules=table(
            {
                "working_week": listed(whole(min=1, max=7), minlength=1, maxlength=7),
                "holidays": listed(day()),
                "working_days": listed(day()),
            }
        ),
    ),
    "appearance": table({"colour": colour(), "short_name": label(40)}),
    "notifications": table({"remind_before": whole(min=0, max=30)}),
    "administration": table({"risky": listed(text()), "harmless": listed(text())}),
    "sign_in": table(
        {
            "openid": table(
                {
                    "issuer": text(required=True, regex=ISSUER, maxlength=300),
                    "client_id": text(required=True, maxlength=200),
                    "name": label(60),
                    "claim": text(maxlength=60),
                    "attribute": text(maxlength=60),
                }
            )
        }
    ),
}
"""``house`` names the house rules adopted last, ``former_house`` the files of those before; ``settings`` holds
a table for each plugin, by its name; ``calendar`` days off, and days worked in exchange (swap days);
``appearance`` how the committee's pages look; ``notifications`` how many working days before its day a duty is told;
``administration`` who may apply changes; ``sign_in`` an OpenID provider, whose
``claim`` says to which person, by e-mail address or another ``attribute``, somebody may belong."""

_PLACE: Schema = {
    "office": text(),
    "seat": text(),
    "agency": text(),
    "from": day(),
    "to": day(),
    "instrument": one_line(),
}
PEOPLE: Schema = {
    "agency": tables(
        {
            "id": slug(required=True),
            "name": label(required=True),
            "parent": text(),
            "kind": text(regex="[a-z0-9]+(-[a-z0-9]+)*", maxlength=60),
        }
    ),
    "office": tables({"id": slug(required=True), "title": label(required=True), "agency": text(required=True)}),
    "person": tables(
        {
            "id": slug(required=True),
            "name": label(MOST_PERSONAL, required=True),
            "email": one_line(MOST_PERSONAL),
            "attrs": free(maxlength=20, keysrules=slug(), valuesrules=fact()),
            **_PLACE,
            "count": whole(min=1, max=1000),
        }
    ),
    "appointment": tables({"person": text(required=True), **_PLACE}),
}
