"""Answers that only a running regulation can give: where it contradicts itself or the law, what leads nowhere, who could
come to what, and what it leaves open.

Pattern: look, then try where acts can show it. Each question reads powers, duties, procedures and values as a finite model
(roles, seats, aims, states, days) within bounds that its answer states. A ``Lab`` is a committee in a store of its own:

- ``reach`` performs every chain of acts there and tells only what came out as claimed.
- ``dead_ends`` asks the kernel's decision before it says that nobody may do what a duty, a state or a requirement needs.
- ``conflicts`` asks the kernel only how it takes a meeting that is called on the later of two last days of notice.
- ``silences`` and ``between`` are read off the texts.

Rule: nothing here writes to a committee that runs, and no answer says more than what was looked at and how (``Looked``).
"""
