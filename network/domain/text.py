"""Text from people: made plain at the edge, and looked through for contact details."""

import re
import unicodedata

from network.domain.errors import Invalid

# Letters that NFKD does not take apart.
_FOLDED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
# Marks that turn the reading direction of what follows, or stand for nothing at all.
_INVISIBLE = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_BLANKS = re.compile(r"\s+")
_LINE_END = re.compile("\r\n|\r|\x85|\u2028|\u2029")
_GAPS = re.compile(r"\n{3,}")


def clean_line(text: str | None, *, field: str | None = None) -> str:
    """One line: composed (NFC), blanks joined, ends stripped; Invalid for control characters."""
    return _BLANKS.sub(" ", _plain(text, field)).strip()


def clean_text(text: str | None, *, field: str | None = None) -> str:
    """Several lines: as `clean_line`, but lines stay, with one empty line at most between them."""
    lines = _LINE_END.sub("\n", _plain(text, field)).split("\n")
    return _GAPS.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _plain(text: str | None, field: str | None) -> str:
    if not text:
        return ""
    # A NUL is refused by PostgreSQL and a lone surrogate by every encoder: stop them here.
    if _REFUSED.search(text):
        raise Invalid("text_control", "This holds a character that cannot be stored.", field)
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def fold(text: str) -> str:
    """Case, accents and width taken away, to compare names; letters of all scripts stay."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_FOLDED))
    kept = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", kept).casefold()


def slugify(text: str, *, longest: int = 60, fallback: str = "") -> str:
    """Lower-case ASCII words joined by hyphens; `fallback` where nothing of the text is left."""
    plain = fold(text).encode("ascii", "ignore").decode("ascii")
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return slug[:longest].strip("-") or fallback


# --- contact details ------------------------------------------------------------------

# Every repetition is bounded: an unbounded one takes minutes over a text made for the purpose.
_EMAIL = re.compile(
    r"""[^\s@<>"(),:;]\s?(?:@|[(\[{]\s?at\s?[)\]}])\s?[\w-]{1,63}
        \s?(?:\.|[(\[{]\s?(?:dot|\.)\s?[)\]}])\s?[\w-]""",
    re.VERBOSE | re.IGNORECASE,
)
_SPELT_EMAIL = re.compile(r"\w at [\w-]{1,63} dot [a-z]{2}", re.IGNORECASE)
_URL = re.compile(r"(?:https?|ftp)\s?:\s?//|mailto:|\bwww\s?\.\s?[\w-]", re.IGNORECASE)
# Endings that also are words ("me", "in", "is") are left out: a full stop without a blank after it
# is a slip of the keyboard, not an address.
_BARE_HOST = re.compile(
    r"""(?<![\w@])[a-z0-9-]{1,63}\.(?:
        (?:co|com|org|ac|gov|net|edu)\.[a-z]{2}
        | com|org|net|edu|gov|info|biz|dev|app|io|ai|eu|uk|de|fr|es|nl|ch|ie|jp|cn|br|ca|au|nz|sg|hk|ae
        | link|ly
        )(?![\w-])""",
    re.VERBOSE | re.IGNORECASE,
)
_SHORT_LINK = re.compile(r"\b(?:wa|t|m)\.me/", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.,£$€¥])(?:\+|\(|00|0)?\d[\d \t().\-/\u2010-\u2013]{5,24}\d(?![\w,])")
_GROUPED_US = re.compile(r"\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}")
_DIGIT = re.compile(r"\d")
_LEAST_DIGITS = 7
_LEAST_NATIONAL_DIGITS = 9
_MOST_DIGITS = 16


def contains_contact_details(text: str | None) -> bool:
    """Whether an e-mail address, a telephone number or a web address stands in the text.

    Used to hold back free text until two people are introduced. It errs on the cautious side for
    addresses and on the lenient one for numbers, which needs are full of.
    """
    if not text:
        return False
    flat = _DIGIT.sub(_ascii_digit, unicodedata.normalize("NFKC", text))
    patterns = (_EMAIL, _SPELT_EMAIL, _URL, _BARE_HOST, _SHORT_LINK)
    if any(pattern.search(flat) for pattern in patterns):
        return True
    return any(_is_telephone(match.group().strip()) for match in _NUMBER.finditer(flat))


def _ascii_digit(match: re.Match[str]) -> str:
    # Digits of every script have a value, so a number written in Arabic ones is still a number.
    return str(unicodedata.decimal(match.group()))


def _is_telephone(number: str) -> bool:
    digits = sum(letter.isdigit() for letter in number)
    if not _LEAST_DIGITS <= digits <= _MOST_DIGITS:
        return False
    if number.startswith(("+", "00")):
        return True
    if _GROUPED_US.fullmatch(number):
        return True
    return digits >= _LEAST_NATIONAL_DIGITS and number.startswith(("0", "("))
