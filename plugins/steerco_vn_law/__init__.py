"""Law of Viet Nam for committees of its administration: Decision 45/2018/QĐ-TTg on meetings, working days, report periods.

README.md says what it does, docs/readings/vn-law.md how the law was read and what remains to be compared with its text.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from steerco.extension.api import Advice, Calendar, Label, LayerText, Rule, TenantFacts, hookimpl, resource
from steerco_vn_law.days import VietNam, announcements, last_announced
from steerco_vn_law.invitations import INVITATION, too_late

GLOSS = Label(
    vi="Họp định kỳ: giấy mời gửi trước ít nhất 3 ngày làm việc.", en="Regular meetings: invited 3 working days before."
)
LAYERS = ("decision-45-2018.toml", "decree-30-2020.toml", "labour-code-2019.toml")


@hookimpl
def layers(tenant: TenantFacts) -> Iterable[LayerText]:
    """The instruments, as data."""
    return [LayerText(file, resource(__name__, file)) for file in LAYERS]


@hookimpl
def calendar(tenant: TenantFacts, base: Calendar) -> Calendar:
    """Viet Nam's working days, under what ``tenant.toml`` says of its own."""
    return VietNam(base, announcements(tenant.settings))


@hookimpl
def rules(tenant: TenantFacts) -> Iterable[Rule]:
    """The rule by which the law stops an act."""
    if not tenant.settings["refuse_late_invitations"]:
        return []
    return [Rule(on, too_late, (INVITATION,), GLOSS) for on in ("meeting.convene", "meeting.postpone")]


@hookimpl
def advice(tenant: TenantFacts, today: date) -> Iterable[Advice]:
    """A year that has begun with days off that are only expected."""
    year, last = today.year, last_announced(announcements(tenant.settings))
    if year <= last:
        return []
    message = (
        f"days off and swap days are known up to {last}, those of {year} are only expected; add what was announced under "
        "[[settings.steerco_vn_law.announced]]"
    )
    return [Advice("days-expected", message, ("45/2019/QH14:112",))]
