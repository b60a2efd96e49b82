"""What was understood of a question is taken off with the words that lead to it."""

from __future__ import annotations

import pytest

from network.matching.vocabulary import vocabulary
from network.pages.directory.loosening import without_words_of
from search.words import clean


@pytest.mark.parametrize(
    ("question", "label", "left"),
    [
        ("find a distributor for medtech in the Gulf", "Gulf", "find a distributor for medtech"),
        ("find a distributor for medtech in the Gulf", "Introduction to distributors", "medtech in the Gulf"),
        ("oman OR qatar hydrogen", "Oman", "qatar hydrogen"),
        ("oman OR qatar hydrogen", "Qatar", "oman hydrogen"),
        ("market:oman pumps", "Oman", "pumps"),
        ("a German mentor", "Germany", "a language:German mentor"),
        ("Zu\u0308rich, pharma", "Switzerland", "pharma"),
        ("water and medtech", "Water", "medtech"),
    ],
)
def test_what_was_understood_goes_with_the_words_that_lead_to_it(question, label, left):
    text = clean(question)
    understood = vocabulary().understand(text)
    [one] = [one for one in understood if one.label == label]
    assert without_words_of(text, one, understood) == left
