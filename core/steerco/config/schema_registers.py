"""The table of ``registers.toml``: the record types that a tenant declares for itself."""

from __future__ import annotations

from steerco.config.schema import Schema, flag, free, label, listed, slug, table, tables, text, texts

FIELD_PATTERN = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
"""The name of a field: it stands in inputs and addresses."""
PREFIX_PATTERN = r"[A-Z]{1,3}"

REGISTERS: Schema = {
    "register": tables(
        {
            "id": slug(required=True),
            "prefix": text(regex=PREFIX_PATTERN),
            "label": label(80),
            "plural": label(80),
            "states": listed(slug(), required=True, minlength=1),
            "state_labels": free(valuesrules=label(80)),
            "cite": texts(3),
            "fields": listed(
                table(
                    {
                        "name": text(required=True, regex=FIELD_PATTERN, maxlength=40),
                        "type": text(required=True, maxlength=20),
                        "required": flag(),
                        "label": label(80),
                        "choices": listed(slug(), minlength=1, maxlength=30),
                        "choice_labels": free(valuesrules=label(80)),
                        "sorts": listed(text(), minlength=1),
                        "to": texts(5),
                    }
                ),
                required=True,
                minlength=1,
            ),
            "relations": free(valuesrules=text()),
            "facets": free(valuesrules=text()),
            "action": tables(
                {
                    "name": slug(required=True),
                    "label": label(80),
                    "from": listed(slug()),
                    "to": slug(),
                    "sets": listed(text()),
                    "needs": listed(text()),
                    "not_before": text(),
                    "tells": listed(text()),
                    "cite": texts(3),
                }
            ),
        }
    )
}
