"""Words out of text, the same for profiles and for questions: case, accents, hyphens and endings do not count."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from whoosh.lang.porter import stem as porter

# Letters that Unicode does not take apart into a plain letter and a mark.
_FOLDS = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t",
        "ə": "e", "ŋ": "n", "ĸ": "k", "ƒ": "f",
    }
)  # fmt: skip
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼʻ`´ʾʿ＇", "'") | dict.fromkeys("‐‑–", "-"))
# A word, or several held together as in O'Neill, al-Rashid, R&D, U.A.E.; Han and kana stand one by one.
_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_HAN}]+|(?:(?![{_HAN}])[^\W_])+(?:['&.\-](?:(?![{_HAN}])[^\W_])+)*")
# The same for texts of plain letters alone, which most are: three times as fast.
_PLAIN_WORD = re.compile(r"[A-Za-z0-9]+(?:['&.\-][A-Za-z0-9]+)*")
_JOINTS = re.compile(r"['&.\-]")
MAX_WORD = 64

# Words that carry no meaning in a question; they are kept inside phrases and when nothing else was typed.
STOPWORDS = frozenset(
    {
        "a", "about", "an", "and", "any", "anybody", "anyone", "are", "as", "at", "be", "but", "by",
        "can", "could", "do", "does", "for", "from", "has", "have", "he", "help", "helps", "her", "his",
        "how", "i", "if", "in", "into", "is", "it", "its", "just", "like", "looking", "me", "my",
        "need", "of", "on", "or", "our", "out", "person", "please", "she", "so", "some", "somebody",
        "someone", "than", "that", "the", "their", "them", "there", "they", "this", "to", "us", "want",
        "was", "we", "were", "what", "when", "where", "which", "who", "whom", "will", "with", "would",
        "you", "your",
    }
)  # fmt: skip

# Words of whoever tells about a firm and its plans: in a paragraph they say nothing about the person wanted.
SMALL_TALK = frozenset(
    {
        "able", "after", "again", "all", "already", "also", "am", "another", "around", "ask", "away", "back",
        "based", "because", "been", "before", "being", "believe", "best", "better", "big", "both", "business",
        "come", "companies", "company", "did", "done", "each", "early", "either", "else", "enough", "even",
        "ever", "every", "few", "find", "firm", "firms", "first", "found", "get", "give", "go", "going", "good",
        "got", "great", "had", "happy", "hard", "having", "hear", "here", "hope", "hoping", "ideally", "interested",
        "keen", "kind", "know", "knows", "large", "last", "later", "learn", "less", "let", "little", "long", "look",
        "lot", "made", "make", "makes", "making", "many", "may", "maybe", "might", "month", "months", "more",
        "most", "much", "must", "near", "never", "new", "next", "no", "not", "nothing", "now", "off", "often",
        "one", "only", "other", "others", "over", "own", "part", "people", "perhaps", "plan", "planning", "quite",
        "really", "right", "same", "say", "see", "seek", "seeking", "seen", "sell", "selling", "should", "since",
        "small", "something", "soon", "start", "started", "still", "such", "sure", "take", "talk", "tell", "thanks",
        "then", "these", "thing", "things", "think", "those", "three", "through", "time", "too", "tried", "try",
        "trying", "two", "under", "understand", "until", "up", "use", "used", "very", "wants", "way", "week",
        "weeks", "well", "while", "why", "without", "work", "worked", "working", "year", "years", "yet",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text, `text[start:end]` once in `composed` form. `parts` are folded; one but for compounds."""

    parts: tuple[str, ...]
    start: int
    end: int

    @property
    def joined(self) -> str:
        """The word without its joints: "oneill" for O'Neill."""
        return "".join(self.parts)


def composed(text: str) -> str:
    """The text in the one form that tokens are counted in: letters and marks composed, plain apostrophes."""
    return unicodedata.normalize("NFC", text).translate(_APOSTROPHES)


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """The word without case and accents: "zurich" for Zürich, "lukasz" for Łukasz."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.casefold().translate(_FOLDS))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def tokens(text: str) -> list[Token]:
    """The words of a text, in order. `start` and `end` count in `composed(text)`."""
    if text.isascii():
        return _plain_tokens(text)
    found = []
    for match in _WORD.finditer(composed(text)):
        word = match.group()
        pieces = list(word) if word[0] >= "\u3040" else _JOINTS.split(word)
        parts = tuple(folded[:MAX_WORD] for piece in pieces if (folded := fold(piece)))
        if parts:
            found.append(Token(parts, match.start(), match.end()))
    return found


def _plain_tokens(text: str) -> list[Token]:
    # A backtick is read as an apostrophe, as everywhere.
    found = []
    for match in _PLAIN_WORD.finditer(text.replace("`", "'").lower()):
        word = match.group()
        parts = (word,) if word.isalnum() else tuple(_JOINTS.split(word))
        found.append(Token(tuple(part[:MAX_WORD] for part in parts), match.start(), match.end()))
    return found


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of a folded English word; other scripts and figures come back as they are."""
    return str(porter(word)) if word.isascii() and word.isalpha() and len(word) > 2 else word
