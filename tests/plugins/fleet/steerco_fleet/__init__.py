"""Vehicles of a committee: one of everything that a plugin can add."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from steerco.extension.api import (
    Act,
    Advice,
    Answer,
    Exporter,
    Fragment,
    Hands,
    Happened,
    LayerText,
    Notice,
    PolicyText,
    Record,
    Request,
    Route,
    Rule,
    Ruling,
    TenantFacts,
    escape,
    hookimpl,
    resource,
)
from steerco_fleet.vehicle import Vehicle

SUNDAY = 7
SEEN: list[int] = []
"""The events that this process was told of, for the tests."""
TOLD: list[tuple[str, str]] = []
"""Who was told of what."""

POLICY = """
p, {main}, *, x-fleet-vehicle, register, keeper=head, allow, circular-7:1
p, {main}, *, x-fleet-vehicle, read, -, allow, circular-7:1
p, relation:keeper, *, x-fleet-vehicle, book, -, allow, circular-7:1
p, relation:keeper, *, x-fleet-vehicle, inspect, -, allow, circular-7:5
p, relation:author, *, x-fleet-vehicle, retire, -, allow, circular-7:1
"""


@hookimpl
def record_types() -> list[type[Record]]:
    return [Vehicle]


@hookimpl
def layers(tenant: TenantFacts) -> list[LayerText]:
    return [LayerText("circular-7.toml", resource(__name__, "circular-7.toml"))]


@hookimpl
def policy(tenant: TenantFacts) -> list[PolicyText]:
    return [PolicyText("fleet.csv", POLICY.format(main=tenant.main_body))]


@hookimpl
def rules(tenant: TenantFacts) -> list[Rule]:
    return [
        Rule(on="x-fleet-vehicle.book", cite=("circular-7:2",), judge=enough_seats),
        Rule(on="meeting.convene", cite=("circular-7:3",), judge=not_on_a_sunday),
    ]


def enough_seats(act: Act) -> Ruling | None:
    """A vehicle has as many seats as it has."""
    if act.input["people"] <= act.record["seats"]:
        return None
    return act.refuse("too-many", vi="Xe không đủ chỗ.", en=f"The vehicle has {act.record['seats']} seats.")


def not_on_a_sunday(act: Act) -> Ruling | None:
    """Nobody meets on a Sunday."""
    starts: datetime | None = act.input.get("starts_at")
    if starts is None or act.local_day(starts).isoweekday() != SUNDAY:
        return None
    return act.not_yet("sunday", vi="Không họp vào Chủ nhật.", en="No meeting is convened for a Sunday.")


@hookimpl
def advice(tenant: TenantFacts) -> list[Advice]:
    if tenant.settings["depot"] != "nowhere":
        return []
    return [Advice("no-depot", "the vehicles have no depot", ("circular-7:1",))]


@hookimpl
def routes(tenant: TenantFacts) -> list[Route]:
    return [Route("board", board, doc="The vehicles"), Route("one/{ref}", one), Route("open", plain, public=True)]


def board(request: Request) -> Answer:
    """The vehicles that the caller may see."""
    found = [escape(each["name"]) for each in request.hands.records("x-fleet-vehicle", by=request.by)]
    return Answer("<ul>" + "".join(f"<li>{name}</li>" for name in found) + "</ul>", title="Vehicles")


def one(request: Request) -> Answer:
    """One vehicle as text."""
    found = request.hands.record("x-fleet-vehicle", request.params["ref"], by=request.by)
    return Answer("none" if found is None else found["name"], media="text/plain", status=404 if found is None else 200)


def plain(request: Request) -> Answer:
    """Something that everybody may see."""
    return Answer(request.hands.tenant.settings["depot"], media="text/plain")


@hookimpl
def exporters(tenant: TenantFacts) -> list[Exporter]:
    return [Exporter("csv", "text/csv; charset=utf-8", as_csv)]


def as_csv(fields: tuple[str, ...], records: Iterable[Mapping[str, Any]]) -> Iterable[bytes]:
    """A list as CSV."""
    for row in [fields, *([str(record.get(field, "")) for field in fields] for record in records)]:
        line = io.StringIO()
        csv.writer(line).writerow(row)
        yield line.getvalue().encode()


@hookimpl
def page_slot(tenant: TenantFacts, slot: str, hands: Hands, language: str) -> list[Fragment]:
    return [Fragment("<p>Vehicles are kept here.</p>")] if slot == "tenant" else []


@hookimpl
def consume(tenant: TenantFacts, event: Happened, hands: Hands) -> None:
    SEEN.append(event.seq)


@hookimpl
def deliver(tenant: TenantFacts, notice: Notice, hands: Hands) -> None:
    TOLD.append((notice.person, notice.about.action))


def count(hands: Hands, words: tuple[str, ...]) -> str:
    """The command."""
    return str(len(list(hands.records("x-fleet-vehicle"))))
