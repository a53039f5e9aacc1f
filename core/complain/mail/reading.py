"""What a mail says to a reader: its visible text, and in it the sender's own words without what they quote."""

from __future__ import annotations

import codecs
import re
from email.message import EmailMessage, Message
from html.parser import HTMLParser

_MOST_CHARACTERS = 200_000
_HIDDEN_TAGS = {"script", "style", "head", "template", "noscript"}
_BREAKING_TAGS = {"br", "p", "div", "tr", "li", "td", "th", "h1", "h2", "h3", "h4", "table", "ul", "ol"}
_VOID_TAGS = {"br", "img", "hr", "meta", "link", "input", "col", "area", "base", "wbr", "source", "embed"}
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?!\.?\d*[1-9])")
_QUOTE_CLASSES = re.compile(
    r"gmail_quote|yahoo_quoted|moz-cite-prefix|ntes-mailmaster-quote|OutlookMessageHeader"
)

_QUOTE_BEGINS = re.compile(
    r"""^[ \t]*(?:
        -{2,}[ ]*(?:Original\ Message|Forwarded\ message|原始邮件|原邮件|回复的原邮件|转发的?邮件)[ ]*-{2,}
      | (?:On|在|于)?[^\n]{3,200}(?:wrote|写道)[ ]*[:：]
      | (?:发件人|From)[ ]*[:：][^\n]*\n[ \t]*(?:发送时间|发送日期|日期|收件人|Sent|Date|To)[ ]*[:：]
      )""",
    re.MULTILINE | re.VERBOSE,
)


def visible_text(message: EmailMessage) -> str:
    """Return all that a reader sees of a mail's body, quotations too.

    Args:
        message: Any mail; an unknown or wrong charset costs single characters, never the mail.
    """
    return _body(message, with_quotes=True)


def own_words(message: EmailMessage) -> str:
    """Return what the sender wrote: the visible text without quoted lines and quoted mails.

    Args:
        message: An answer.
    """
    text = _body(message, with_quotes=False)
    quote = _QUOTE_BEGINS.search(text)
    lines = (text if quote is None else text[: quote.start()]).splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith((">", "＞"))).strip()


def _body(message: EmailMessage, *, with_quotes: bool) -> str:
    part = message.get_body(("plain", "html")) or _first_text(message)
    if part is None:
        return ""
    text = decoded(part)[:_MOST_CHARACTERS]
    return _html_text(text, with_quotes) if part.get_content_subtype() == "html" else text


def _first_text(message: EmailMessage) -> Message | None:
    return next((part for part in message.walk() if part.get_content_maintype() == "text"), None)


def decoded(part: Message) -> str:
    """Return a part's text, whatever its charset claims to be.

    Args:
        part: A part that is not multipart.
    """
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    claimed = (part.get_content_charset() or "utf-8").strip("'\" ")
    # Mails say gb2312, or nothing, and mean its supersets; GB 18030 reads all of them.
    for charset in (claimed, "utf-8", "gb18030"):
        try:
            return payload.decode(codecs.lookup(charset).name)
        except (LookupError, UnicodeDecodeError):
            continue
    return payload.decode("utf-8", "replace")


def _html_text(html: str, with_quotes: bool) -> str:
    reader = _Reader(with_quotes)
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).splitlines())
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    """Collects what is seen of a page. An element that is never closed hides the rest: too little, not too much."""

    def __init__(self, with_quotes: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._with_quotes = with_quotes
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKING_TAGS:
            self.pieces.append("\n")
        if tag not in _VOID_TAGS and (self._hidden or self._hides(tag, dict(attrs))):
            self._hidden.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                continue
        if tag in _BREAKING_TAGS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)

    def _hides(self, tag: str, attributes: dict[str, str | None]) -> bool:
        if (
            tag in _HIDDEN_TAGS
            or "hidden" in attributes
            or _HIDING_STYLE.search(attributes.get("style") or "")
        ):
            return True
        is_quote = tag == "blockquote" or _QUOTE_CLASSES.search(attributes.get("class") or "")
        return bool(is_quote) and not self._with_quotes
