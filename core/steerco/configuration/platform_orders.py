"""What only the program needs, and cites as itself: ``steerco:…``, never counted as anybody's clause."""

from __future__ import annotations

ORDERS = frozenset(
    f"steerco:{code}"
    for code in (
        "state",
        "plugin-out-of-use",
        "plugin-missing",
        "entered-without-paper",
        "entered-for-oneself",
        "not-for-another",
        "administration",
        "tenant-suspended",
        "tenant-leaving",
        "seat-taken",
        "absence-begun",
        "absence-by-who-acts",
        "not-taken-back",
        "effect-uncertain",
        "text-not-loaded",
        "not-in-force",
        "no-re-delegation",
        "no-vote",
        "no-quorum",
        "vote-undecided",
        "secret-vote-undecided",
        "secret-vote-not-tried",
        "not-entitled-to-vote",
        "opinion-asked",
        "enough-left",
        "budget-exists",
        "already-issued",
        "already-acknowledged",
        "plan-not-issued",
        "visit-not-due",
        "nothing-to-remedy",
        "field-assigned",
        "field-of-charter",
        "already-requested",
        "substitute-named",
        "substitute-attended",
        "meeting-over",
        "meeting-canceled",
        "meeting-not-held",
        "minutes-exist",
        "signing-not-stated",
        "paper-not-made",
        "already-printed",
        "replacement-not-issued",
        "escalation-to-self",
        "channel-exists",
        "own-offer",
        "no-open-channel",
        "not-sent-here",
        "already-taken-in",
    )
)
"""Every platform order that a rule or an answer may cite. A test holds it equal to the codes that core's modules use."""

OUT_OF_USE, MISSING = "steerco:plugin-out-of-use", "steerco:plugin-missing"
"""What stops an act that a plugin of the tenant should judge and cannot: it failed when asked, or it does not run here at all.
Neither says anything of the act. They keep what a ministry's rule stopped from being open because a package was taken away."""
