"""edXML packages with committees of other installations.

Read ``envelope.py`` (a passage as a package, and back) and ``parsing.py`` (a stranger's XML, read without trust). ``README.md``
says what a package proves, and where its form comes from.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from steerco.extension.api import Correspondent, TenantFacts, hookimpl


@hookimpl
def correspondents(tenant: TenantFacts) -> Iterable[Correspondent]:
    """The committees of other installations that the settings name."""
    from steerco_edxml.envelope import Organ, read, write  # with lxml, which nothing else needs

    own = Organ(tenant.settings["organ_id"], tenant.settings["organ_name"])
    for other in tenant.settings["committees"]:
        there = Organ(other["organ_id"], other["organ_name"])
        yield Correspondent(
            committee=other["name"],
            keys=tuple(other["keys"]),
            write=partial(write, own, there, tenant.zone),
            read=partial(read, there, own),
            suffix=".edxml",
        )
