"""``steerco serve`` and ``steerco work``.

processes       starts and ends them
announcing      what a server prints when it starts; ``readiness`` tells the service manager
autoreload      begins anew when a file of the program changes
logs            lines of log
telemetry       metrics and traces
"""

from steerco.cli.serve.commands import serve, work

__all__ = ["serve", "work"]
