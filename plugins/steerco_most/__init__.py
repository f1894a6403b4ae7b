"""The one rule of the MOST Steering Board's regulation that neither TOML nor policy lines can say: whose conclusion it was.

Clause 7.3 has the Working Group urge and check the execution of "kết luận, chỉ đạo của Trưởng ban": of the Head, while 5.2.a.1
and 7.1 name Head and Deputy Head. The policy lines give its members the power to remind on tasks from conclusions and directions;
the rule takes it back where these were the Deputy Head's own.
"""

from __future__ import annotations

from collections.abc import Iterable

from steerco.extension.api import Act, Label, PolicyText, Rule, Ruling, TenantFacts, hookimpl, resource

CLAUSE = "7.3"
GLOSS = Label(vi="Thành viên Tổ công tác chỉ đôn đốc điều Trưởng ban kết luận, chỉ đạo.", en="Only on what came of the Head's.")
OTHERS = frozenset({"head", "wg-head", "deputy-head"})
"""Roles whose power to remind rests on other clauses (3.1, 3.2, 4.1, 5.2.a.1, 5.2.a.4), not bound to the Head's conclusions."""


@hookimpl
def policy(tenant: TenantFacts) -> Iterable[PolicyText]:
    """The power of the Working Group's members, as wide as a line can say it."""
    return [PolicyText("urging.csv", resource(__name__, "urging.csv"))]


@hookimpl
def rules(tenant: TenantFacts) -> Iterable[Rule]:
    """The rule that narrows it to the Head's."""
    return [Rule("task.remind", heads_only, (CLAUSE,), GLOSS)]


def heads_only(act: Act) -> Ruling | None:
    """Refuse a member of the Working Group who urges what came of somebody else's conclusion or direction than the Head's.

    The Head's is also what the Deputy Head concluded or directed on the Head's behalf (4.1).
    """
    if act.roles & OTHERS or act.record.get("author_as") == "head":
        return None
    return act.refuse(
        "not-the-heads",
        vi="Tổ công tác đôn đốc việc thực hiện kết luận, chỉ đạo của Trưởng ban; nhiệm vụ này do người khác kết luận, chỉ đạo.",
        en="The Working Group urges what came of the Head's conclusions and directions; this task came of another's.",
    )
