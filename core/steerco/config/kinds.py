"""Which schema checks which kind of file."""

from __future__ import annotations

from steerco.config.schema import Schema
from steerco.config.schema_cases import CASES
from steerco.config.schema_charter import CHARTER, HOUSE, LAW
from steerco.config.schema_registers import REGISTERS
from steerco.config.schema_tenant import PEOPLE, TENANT

SCHEMAS: dict[str, Schema] = {
    "tenant": TENANT,
    "charter": CHARTER,
    "house": HOUSE,
    "people": PEOPLE,
    "cases": CASES,
    "law": LAW,
    "registers": REGISTERS,
}
