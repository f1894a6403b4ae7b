"""The work between meetings: directions, tasks, programmes, reports, consultations, checks, registers."""
