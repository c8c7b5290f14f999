"""Bytes of a text file into UTF-8, or a sentence that says which encoding it probably is."""

from __future__ import annotations

import codecs
import re

from deskcollect.errors import BadBook, BadUse

_SAMPLE_BYTES = 1_000_000
_EXCEL = "Save it as “CSV UTF-8” in the spreadsheet program, or read it again with  --encoding"
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


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
        codecs.lookup(encoding)
    except LookupError as error:
        raise BadUse(f"“{encoding}” is no encoding.", "Known are for example gb18030, big5 and cp1252.") from error
    return _strict(data, file, encoding)


def _utf8(data: bytes, file: str) -> str:
    """Decode what should be UTF-8."""
    likely = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if not likely and b"\0" in data[:_SAMPLE_BYTES]:
        raise BadBook(f"{file} is no text file.", "Export it as CSV, JSON, XLSX or Parquet and name it accordingly.")
    try:
        if not likely:
            return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        guess = guess_encoding(data)
        raise BadBook(f"{file} line {line} is not UTF-8; it looks like {guess}.", f"{_EXCEL} {guess}") from error
    raise BadBook(f"{file} is not UTF-8; it looks like {likely}.", f"{_EXCEL} {likely}")


def _strict(data: bytes, file: str, encoding: str) -> str:
    """Decode with a named encoding."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadBook(
            f"{file} line {line} cannot be read as {encoding}.",
            f"It looks like {guess_encoding(data)}: try  --encoding {guess_encoding(data)}",
        ) from error


def guess_encoding(data: bytes) -> str:
    """Return the likely encoding of bytes that are not UTF-8.

    Single high bytes between plain letters are Western; simplified Chinese fits GB 2312 whole; traditional Chinese
    uses second bytes that GB 2312 has not.
    """
    sample = data[:_SAMPLE_BYTES]
    runs = re.findall(rb"[\x80-\xff]+", sample)
    if runs and sum(len(run) == 1 for run in runs) * 2 > len(runs):
        return "cp1252"
    for name, answer in (("gb2312", "gb18030"), ("big5", "big5"), ("gb18030", "gb18030"), ("big5hkscs", "big5hkscs")):
        if _fits(sample, name):
            return answer
    return "cp1252"


def _fits(sample: bytes, encoding: str) -> bool:
    """Say whether a sample, perhaps cut within a letter, can be decoded."""
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(sample, final=False)
    except UnicodeDecodeError:
        return False
    return True
