"""Documents that leave the installation or come to it: packages of a period, proofs of a paper, exchange with others."""

from steerco.cli.documents.document import document
from steerco.cli.documents.exchange import exchange
from steerco.cli.documents.paper import paper

__all__ = ["document", "exchange", "paper"]
