"""What the writer of a mail added: without our own mail quoted under, over or between it, and without signatures.

Mail programs lead to a quotation in their own language ("On ... wrote:", "Van: ...", "2026年...:"). Whatever the
language, the lines name whom they quote; we know our own name and addresses, and cut the lines that hold them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

from network.mail.replies import CUT

LONGEST = 2000
MOST_LOOKED_AT = 100_000
LONGEST_HEADER = 300
# How many lines a quotation is led to by, at most, and how short a word of greeting is.
_MOST_LEADING = 8
_GREETING = 40

_SIGNATURE = re.compile(r"--\s?$")
_ORIGINAL = re.compile(
    r"^-{2,}\s*(original message|forwarded message|urspr\w+ nachricht|message d'origine|mensaje original"
    r"|mensagem original|messaggio originale|oorspronkelijk bericht)",
    re.I,
)
_OUTLOOK = re.compile(r"^_{10,}$")
_HEADER = re.compile(r"^\W{0,3}(from|sent|date|to|subject|von|gesendet|de|envoy\w+)\W{0,3}:", re.IGNORECASE)
_ANY_HEADER = re.compile(r"^\W{0,3}[^\s:\uff1a][^:\uff1a]{0,24}[:\uff1a]")
_WROTE = re.compile(
    r"\b(wrote|schrieb|a \w{1,4}crit|escribi\w{1,3}|ha scritto)\b[^:]{0,80}:\s*$", re.IGNORECASE
)
_BEGINS_QUOTE = re.compile(r"^(on|am|le|el|il)\b", re.IGNORECASE)
_AT_A_TIME = re.compile(r"\d[:.h]\d{2}")
_DEVICE = re.compile(
    r"\b(iphone|ipad|ios|android|samsung|galaxy|huawei|xiaomi|blackberry|outlook|yahoo|proton|gmx|web\.de|mobile"
    r"|smartphone|handy|telefon)|iPhone|iPad",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"\b(sent|get|gesendet|herunterladen|envoy|t.l.charger|enviad|obtener|obter|inviat|scarica|verzonden|verstuurd|download"
    r"|skickat|sendt|l.hetetty|wys.an|odesl|отправлено|g.nderildi|hanki|h.mta)"
    r"|送信|发自|發自|보냄|보낸|أُرسلت|أرسل|مرسل",
    re.IGNORECASE,
)
_PROGRAM_LINK = re.compile(r"https?://(aka\.ms/|proton\.me|mail\.onelink\.me|go\.onelink\.me)", re.IGNORECASE)
_LONGEST_SENT_FROM = 140


def own_words(text: str, ours: Sequence[str] = ()) -> str:
    """What the writer added. `ours` are the addresses and the name that lines leading to a quotation hold."""
    lines = _plain(text[:MOST_LOOKED_AT]).split("\n")
    names = tuple(one.casefold() for one in ours if one)
    kept: list[str] = []
    is_quoted = False
    for number, line in enumerate(lines):
        # A longer line is a paragraph and leads no quotation; patterns never run over it.
        bare = line.strip() if len(line) <= LONGEST_HEADER else ""
        if bare.startswith(">"):
            if not is_quoted:
                _drop_leading(kept, names)
            is_quoted = True
            if CUT in bare and _says_something(kept):
                break
            continue
        is_quoted = is_quoted and not bare
        if CUT in bare or _ends_own_words(bare, kept, lines[number + 1 : number + 4]):
            break
        kept.append(line.rstrip())
    _drop_leading(kept, names)
    _drop_sent_from(kept)
    words = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return words if len(words) <= LONGEST else words[: LONGEST - 4].rstrip() + " ..."


def _plain(text: str) -> str:
    return "".join(
        sign
        for sign in text.replace("\r\n", "\n").replace("\r", "\n")
        if sign in "\n\t" or (sign.isprintable() and not "\ud800" <= sign <= "\udfff") or sign == "\u202f"
    )


def _says_something(kept: list[str]) -> bool:
    """Whether more than a greeting stands above the quotation; else the answer stands below or between it."""
    words = " ".join(kept).strip()
    return bool(words) and not (len(words) <= _GREETING and words.endswith((",", ":")))


def _ends_own_words(bare: str, kept: list[str], following: list[str]) -> bool:
    if _SIGNATURE.fullmatch(bare) or _ORIGINAL.match(bare) or _OUTLOOK.match(bare):
        return True
    # A quoted header: two of its lines under each other.
    if _HEADER.match(bare) and kept and _HEADER.match(kept[-1].strip()):
        kept.pop()
        return True
    if not _WROTE.search(bare) or _leads_to_marks(following):
        return False
    # "On Tuesday ... wrote:" may be broken over two or three lines.
    for back in range(3):
        led = [*kept[len(kept) - back :], bare] if back else [bare]
        if led and _BEGINS_QUOTE.match(led[0].strip()):
            del kept[len(kept) - back :]
            return True
    return False


def _leads_to_marks(following: list[str]) -> bool:
    """Whether the quotation carries marks of its own, so that the writer may go on below it."""
    first = next((line.strip() for line in following if line.strip()), "")
    return first.startswith(">")


def _drop_leading(kept: list[str], names: tuple[str, ...]) -> None:
    """The lines that led to a quotation, in whatever language."""
    while kept and not kept[-1].strip():
        kept.pop()
    if kept and _WROTE.search(kept[-1][-LONGEST_HEADER:]):
        begins = next((back for back in (1, 2, 3) if _BEGINS_QUOTE.match(_from_end(kept, back))), 1)
        del kept[-begins:]
        return
    paragraph = _last_paragraph(kept)
    for number, line in enumerate(paragraph):
        if any(name in line.casefold() for name in names) and _leads(paragraph[number:]):
            del kept[len(kept) - len(paragraph) + _where_it_begins(paragraph, number) :]
            return


def _from_end(kept: list[str], back: int) -> str:
    return kept[-back].strip() if back <= len(kept) else ""


def _last_paragraph(kept: list[str]) -> list[str]:
    lines: list[str] = []
    for line in reversed(kept[-_MOST_LEADING:]):
        if not line.strip() or len(line) > LONGEST_HEADER:
            break
        lines.insert(0, line.strip())
    return lines


def _leads(lines: list[str]) -> bool:
    """Whether these lines, of which the first names us, lead to our mail rather than speak of us."""
    return lines[-1].endswith((":", "\uff1a")) or sum(1 for line in lines if _ANY_HEADER.match(line)) > 1


def _where_it_begins(paragraph: list[str], number: int) -> int:
    """A long leading line is broken before our name or address: the line with the hour belongs to it."""
    before = paragraph[number - 1] if number else ""
    return number - 1 if _AT_A_TIME.search(before) or before.endswith(("<", "(")) else number


def _drop_sent_from(kept: list[str]) -> None:
    """The line in which a telephone or a program says that it sent the mail."""
    while kept and not kept[-1].strip():
        kept.pop()
    last = kept[-1].strip() if kept else ""
    if len(last) > _LONGEST_SENT_FROM:
        return
    if _PROGRAM_LINK.search(last) or (_SENT_FROM.search(last) and _DEVICE.search(last)):
        kept.pop()


# --- mail that is HTML only -------------------------------------------------------------


class _Words(HTMLParser):
    """Text of HTML: blocks on lines of their own, a mark for what is quoted, what is never shown left out."""

    BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr"})
    HIDDEN = frozenset({"style", "script", "head", "title", "template"})
    VOID = frozenset({"br", "hr", "img", "meta", "link", "input"})
    QUOTED = ("gmail_quote", "yahoo_quoted", "protonmail_quote", "moz-cite-prefix", "zmail_extra")
    SIGNED = ("gmail_signature", "moz-signature", "protonmail_signature", "ms-outlook-mobile-signature")
    # What follows these is the other mail, without anything around it.
    LAST = ("divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container")
    _NOT_SHOWN = re.compile(r"display\s*:\s*none", re.IGNORECASE)

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins a line; a quotation hides what is in it and leaves its mark."""
        given = {name: value or "" for name, value in attrs}
        marks = f"{given.get('class', '')} {given.get('id', '')}".casefold()
        if tag in self.VOID or self.hidden:
            if self.hidden and tag not in self.VOID:
                self.hidden.append(tag)
            elif tag in self.BLOCKS and not self.hidden:
                self.parts.append("\n")
            return
        if any(mark in marks for mark in self.LAST):
            self.parts.append(f"\n{CUT}\n")
        elif tag == "blockquote" or any(mark in marks for mark in self.QUOTED):
            self.parts.append("\n>\n")
            self.hidden.append(tag)
        elif self._is_left_out(tag, marks, given):
            self.hidden.append(tag)
        elif tag in self.BLOCKS:
            self.parts.append("\n")

    def _is_left_out(self, tag: str, marks: str, given: dict[str, str]) -> bool:
        signed = any(mark in marks for mark in self.SIGNED)
        return tag in self.HIDDEN or signed or bool(self._NOT_SHOWN.search(given.get("style", "")))

    def handle_endtag(self, tag: str) -> None:
        """A block ends its line; a hidden part ends where it began."""
        if self.hidden:
            if tag in self.hidden:
                while self.hidden.pop() != tag:
                    continue
        elif tag in self.BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Words that are shown."""
        if not self.hidden:
            self.parts.append(re.sub(r"\s+", " ", data))


def text_of_html(html: str) -> str:
    """The words a reader of the HTML would see; a line of “>” stands where something is quoted."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (line.strip() for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
