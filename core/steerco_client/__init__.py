"""A client of the API of Steerco: acts that are safe to repeat, refusals with their clauses, lists as iterators."""

from steerco_client.answers import ActDone, CitedClause, DutyLine, Entitled, FeedItem, FoundRecord, PartyNamed, Ruling, WhoAmI
from steerco_client.async_client import AsyncClient
from steerco_client.calls import Act, paper
from steerco_client.client import Client
from steerco_client.errors import (
    ActOutOfOrder,
    ActRefused,
    ApiError,
    ClientError,
    Conflicting,
    InvalidInput,
    NoAnswer,
    NotVisible,
    ServerTrouble,
    TokenRefused,
    TooOften,
)
from steerco_client.sending import Patience

__all__ = [
    "Act",
    "ActDone",
    "ActOutOfOrder",
    "ActRefused",
    "ApiError",
    "AsyncClient",
    "CitedClause",
    "Client",
    "ClientError",
    "Conflicting",
    "DutyLine",
    "Entitled",
    "FeedItem",
    "FoundRecord",
    "InvalidInput",
    "NoAnswer",
    "NotVisible",
    "PartyNamed",
    "Patience",
    "Ruling",
    "ServerTrouble",
    "TokenRefused",
    "TooOften",
    "WhoAmI",
    "paper",
]
