"""Bytes of a text file into UTF-8, or a sentence that says which encoding it probably is."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

from deskcollect.errors import BadBook, BadUse

_SAMPLE_BYTES = 1_000_000
_PAIRS = re.compile(rb"([\xa1-\xc6][\x40-\x7e\xa1-\xfe])+")
_EXCEL = "Save it as “CSV UTF-8” in the spreadsheet program, or read it again with  --encoding"
# The mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes, file: str, encoding: str = "") -> str:
    """Return the text of a file, without a byte order mark.

    Errors: BadBook names the line and the likely encoding; BadUse when the encoding has no such name.
    """
    if not data.strip():
        raise BadBook(f"{file} is empty.", "Export it again; a table needs a line of headers and its rows.")
    if data.startswith(codecs.BOM_UTF8):
        return _strict(data, file, "utf-8-sig")
    if not encoding:
        return _utf8(data, file)
    try:
        with suppress(UnicodeDecodeError):
            b"\n".decode(encoding)
    except (LookupError, UnicodeError) as error:
        raise BadUse(f"“{encoding}” is no encoding.", "Known are for example gb18030, big5 and cp1252.") from error
    return _strict(data, file, encoding)


def _utf8(data: bytes, file: str) -> str:
    """Decode what should be UTF-8."""
    likely = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if not likely and b"\0" in data:
        likely = _wide(data)
        if not likely:
            line = data.count(b"\n", 0, data.index(b"\0")) + 1
            raise BadBook(
                f"{file} is no text file: line {line} holds a NUL byte.",
                "Export it as CSV, JSON, XLSX or Parquet and name it accordingly.",
            )
    try:
        if not likely:
            return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        guess = guess_encoding(data)
        raise BadBook(f"{file} line {line} is not UTF-8; it looks like {guess}.", f"{_EXCEL} {guess}") from error
    raise BadBook(f"{file} is not UTF-8; it looks like {likely}.", f"{_EXCEL} {likely}")


def _wide(data: bytes) -> str:
    """Return which UTF-16 bytes without a mark are, by the half that is nothing but NUL in most languages of Europe."""
    sample = data[: _SAMPLE_BYTES // 2 * 2]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if max(even, odd) * 10 < half * 4 or min(even, odd) * 10 > half:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _strict(data: bytes, file: str, encoding: str) -> str:
    """Decode with a named encoding."""
    try:
        return data.decode(encoding)
    except UnicodeError as error:
        line = data.count(b"\n", 0, getattr(error, "start", 0)) + 1
        raise BadBook(
            f"{file} line {line} cannot be read as {encoding}.",
            f"It looks like {guess_encoding(data)}: try  --encoding {guess_encoding(data)}",
        ) from error


def guess_encoding(data: bytes) -> str:
    """Return the likely encoding of bytes that are not UTF-8.

    Single high bytes between plain letters are Western, unless whole words are pairs as traditional Chinese has them;
    simplified Chinese fits GB 2312 whole; traditional Chinese uses second bytes that GB 2312 has not.
    """
    sample = data[:_SAMPLE_BYTES]
    runs = re.findall(rb"[\x80-\xff]+", sample)
    if runs and sum(len(run) == 1 for run in runs) * 2 > len(runs):
        return "big5" if _fits(sample, "big5") and _in_pairs(sample) else "cp1252"
    for name, answer in (("gb2312", "gb18030"), ("big5", "big5"), ("gb18030", "gb18030"), ("big5hkscs", "big5hkscs")):
        if _fits(sample, name):
            return answer
    return "cp1252"


def _in_pairs(sample: bytes) -> bool:
    """Say whether most words with high bytes are nothing but pairs of Big5's first plane, where the frequent signs stand.

    In a Western word a letter with an accent stands between plain ones.
    """
    words = [word for word in re.split(rb"[\x00-\x3f]+", sample) if not word.isascii()]
    return sum(bool(_PAIRS.fullmatch(word)) for word in words) * 2 > len(words)


def _fits(sample: bytes, encoding: str) -> bool:
    """Say whether a sample, perhaps cut within a letter, can be decoded."""
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(sample, final=False)
    except UnicodeDecodeError:
        return False
    return True
