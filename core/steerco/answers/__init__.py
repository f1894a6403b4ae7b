"""What only a regulation that runs can tell: where it contradicts itself or the law, what leads nowhere, who could come to what,
and what it leaves open.

Pattern: look, then try. Each question reads powers, duties, procedures and values as a finite model (roles, seats, aims, states,
days) within bounds that its answer states. What it finds is a claim. The kernel performs or refuses the acts of each claim in a
``Lab``, a committee in a store of its own, and only what came out as claimed is told.

Rule: nothing here writes to a committee that runs, and no answer says more than what was looked at (``Looked``).
"""
