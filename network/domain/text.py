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
    plain = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    # Joiners belong to scripts and emoji; with nothing between them they would be a name nobody sees.
    return plain if any(_shows(letter) for letter in plain) else ""


def _shows(letter: str) -> bool:
    return not letter.isspace() and unicodedata.category(letter) != "Cf"


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
# The same in words of a few languages, between marks of any kind, or letter by letter.
_SPELT_EMAIL = re.compile(
    r"\w (?:at [\w-]{1,63} (?:dot|punkt)|(?:arroba|arobase|chiocciola) [\w-]{1,63} (?:punto|ponto|point)) [a-z]{2}"
    r"|\w\s?[<*_/|~-]at[>*_/|~-]\s?[\w-]{1,63}\s?(?:\.[a-z]{2}|[<*_/|~-]dot[>*_/|~-])"
    r"|@(?:\s\w\b){3}",
    re.IGNORECASE,
)
_MAILBOX = re.compile(
    r"@\s?(?:gmail|googlemail|hotmail|outlook|yahoo|icloud|proton|protonmail|gmx|qq|163|yandex|zoho|aol)\b"
    r"|\bat (?:gmail|googlemail|hotmail|icloud|protonmail|gmx)\b|\bmy (?:gmail|hotmail|icloud|wechat|whatsapp) is\b",
    re.IGNORECASE,
)
_MESSENGERS = (
    "telegram|whatsapp|signal|skype|wechat|weixin|viber|threema|snapchat|instagram|insta|twitter|discord"
)
_HANDLE = re.compile(
    rf"\b(?:{_MESSENGERS})\b\s?(?:id|name|handle|user)?\s?(?:[:=]\s?@?|@)[\w.+-]{{3}}"
    rf"|(?<!\w)@[\w.]{{3,40}}.{{0,4}}\bon (?:{_MESSENGERS})\b",
    re.IGNORECASE,
)
_URL = re.compile(r"(?:h[tx]{2}ps?|ftp)\s?:\s?//|mailto:|\bwww\s?[\s.]\s?[\w-]", re.IGNORECASE)
# Endings that also are words ("me", "in", "is") are left out: a full stop without a blank after it
# is a slip of the keyboard, not an address. With a path behind it any ending makes one.
_BARE_HOST = re.compile(
    r"""(?<![\w@])[a-z0-9-]{1,63}\.(?:
        (?:co|com|org|ac|gov|net|edu)\.[a-z]{2}
        | com|org|net|edu|gov|info|biz|dev|app|io|ai|eu|uk|de|fr|es|nl|ch|ie|jp|cn|br|ca|au|nz|sg|hk|ae
        | ar|bh|cl|cz|dk|eg|fi|gr|hu|il|ke|kr|kw|lt|lu|lv|mx|ng|om|ph|pk|pl|pt|qa|ro|rs|ru|sa|se|sk|tr|tw|ua|vn|za
        | link|ly|xyz|online|site|website|store|shop|club|museum|tech
        )(?![\w-])
        | (?<![\w@.])[a-z0-9-]{2,63}\.[a-z]{2,10}/\w
        | (?<![\w@])[\u0430-\u044f0-9-]{2,63}\.\u0440\u0444\b
        | \b[a-z0-9-]{2,63}\s(?:dot|[(\[{]dot[)\]}])\s(?:com|org|net|co|uk|io|de|fr)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_SHORT_LINK = re.compile(r"\b(?:wa|t|m)\.me/", re.IGNORECASE)
_BETWEEN = r"\d \t().\-/*_\u00b7\u2022\u2010-\u2015"
_NUMBER = re.compile(rf"(?<![\w.,£$€¥])(?:\+|\(|00|0)?\d[{_BETWEEN}]{{5,24}}\d(?![\w,])")
_GROUPED_US = re.compile(r"\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}")
# A whole number with its country and no plus: in one piece, or in four groups.
_INTERNATIONAL = re.compile(r"\d{11,12}|\d{1,3}-\d{1,4}-\d{3,4}-\d{3,4}")
_ASKED_TO_RING = re.compile(
    rf"\b(?:call|ring|phone|telephone|tel|mobile|cell|whatsapp|viber|signal|sms|dial)\b([^\d\n]{{0,20}})(\d[{_BETWEEN}]{{5,24}}\d)",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"\d{1,3}(?:[ .]\d{3}){1,4}")
_WORD_DIGITS = "zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple"
_SPELT_NUMBER = re.compile(
    rf"(?:\b(?:{_WORD_DIGITS})\b|\d)(?:[\s,.-]{{0,3}}(?:\b(?:{_WORD_DIGITS})\b|\d)){{6,24}}", re.I
)
_SPELT_DIGIT = re.compile(rf"\b(?:{_WORD_DIGITS})\b", re.IGNORECASE)
_LETTER_FOR_NOUGHT = re.compile(r"(?<=\d)[oO](?=[\d\s])")
_PLUS_IN_WORDS = re.compile(rf"\bplus(\s)(\d[{_BETWEEN}]{{5,24}}\d)", re.IGNORECASE)
_YEARS = re.compile(r"(?:19|20)\d{2}(?!\d)")
_ON_IT = re.compile(r"\b(?:me|us|on|at)\b|:", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_LEAST_DIGITS = 7
_LEAST_NATIONAL_DIGITS = 9
_LEAST_SPELT = 3
_MOST_DIGITS = 16


def contains_contact_details(text: str | None) -> bool:
    """Whether an e-mail address, a telephone number, a name in a messenger or a web address stands in the text.

    Used to hold back free text until two people are introduced. It errs on the cautious side for
    addresses and on the lenient one for numbers, which needs are full of.
    """
    if not text:
        return False
    shown = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    flat = _DIGIT.sub(_ascii_digit, unicodedata.normalize("NFKC", shown)).replace("\u3002", ".")
    patterns = (_EMAIL, _SPELT_EMAIL, _MAILBOX, _HANDLE, _URL, _BARE_HOST, _SHORT_LINK)
    return any(pattern.search(flat) for pattern in patterns) or _holds_number(flat)


def _holds_number(flat: str) -> bool:
    plain = _LETTER_FOR_NOUGHT.sub("0", flat)
    if any(_is_telephone(match.group().strip()) for match in _NUMBER.finditer(plain)):
        return True
    for pattern in (_ASKED_TO_RING, _PLUS_IN_WORDS):
        if any(_is_rung(match.group(1), match.group(2).strip()) for match in pattern.finditer(plain)):
            return True
    spelt = (_SPELT_DIGIT.findall(match.group()) for match in _SPELT_NUMBER.finditer(flat))
    return any(len(words) >= _LEAST_SPELT for words in spelt)


def _ascii_digit(match: re.Match[str]) -> str:
    # Digits of every script have a value, so a number written in Arabic ones is still a number.
    return str(unicodedata.decimal(match.group()))


def _is_telephone(number: str) -> bool:
    digits = sum(letter.isdigit() for letter in number)
    if not _LEAST_DIGITS <= digits <= _MOST_DIGITS:
        return False
    if number.startswith(("+", "00")):
        return True
    if _GROUPED_US.fullmatch(number) or _INTERNATIONAL.fullmatch(number):
        return True
    return digits >= _LEAST_NATIONAL_DIGITS and number.startswith(("0", "("))


def _is_rung(between: str, number: str) -> bool:
    """A number behind "call": no years, and an amount grouped by thousands only where it says "call me on"."""
    digits = sum(letter.isdigit() for letter in number)
    if not _LEAST_DIGITS <= digits <= _MOST_DIGITS or _YEARS.match(number):
        return False
    return bool(_ON_IT.search(between)) or not _THOUSANDS.fullmatch(number)
