"""Search: who is found for which words and facets, by whom, and why.

Knows documents and queries, never tables or requests. Callers compose `VolunteerDocument`s, ask with a
`Query`, and load the rows of the ids they get back. Which engine answers is a setting (`open_engine`).
"""

from search.documents import Affiliation, Audience, VolunteerDocument
from search.engine import Engine, IndexState, IndexStatus, SearchUnavailable, WriterBusy, open_engine
from search.marking import Piece, mark
from search.query import FACETS, PAGE_SIZE, Query, Sort
from search.ranking import Weights
from search.results import Correction, FacetCount, Hit, Match, Results, Suggestion
from search.verify import Differences, verify
from search.vocabulary import PlainVocabulary, Understood, Vocabulary

__all__ = [
    "FACETS",
    "PAGE_SIZE",
    "Affiliation",
    "Audience",
    "Correction",
    "Differences",
    "Engine",
    "FacetCount",
    "Hit",
    "IndexState",
    "IndexStatus",
    "Match",
    "Piece",
    "PlainVocabulary",
    "Query",
    "Results",
    "SearchUnavailable",
    "Sort",
    "Suggestion",
    "Understood",
    "Vocabulary",
    "VolunteerDocument",
    "Weights",
    "WriterBusy",
    "mark",
    "open_engine",
    "verify",
]
