"""Questions that several groups of commands put to a committee.

questions       the person, the moment and the snapshot that a question names; an answer and its words
findings        what an analysis of a charter found, and its words
draft           a draft of a tenant's files in a folder beside the home; with ``findings`` it stays out of this face, so that
                ``explain`` imports neither
"""

from steerco.cli.answers.questions import moment_of, payload, person, snapshot_of

__all__ = ["moment_of", "payload", "person", "snapshot_of"]
