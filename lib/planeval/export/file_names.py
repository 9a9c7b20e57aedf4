"""Ids of any text as names of files: exact both ways, and safe wherever files are kept."""

from __future__ import annotations

import re

from ..words.problems import WrongUse

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CODE_LENGTH = 4  # of any character in base 36
LONGEST = 200  # of the 255 that file systems allow
RESERVED = re.compile(
    r"(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])\Z"
)  # Windows keeps these to itself, whatever follows the dot
PIECE = re.compile(r"__([0-9A-Z]{4})|_([A-Z])|([0-9A-Z-])")


def file_name(identifier: str) -> str:
    """A name of capitals, digits, - and _ alone, so that no two ids meet where case does not count.

    A small letter becomes _ and its capital, any other character __ and its number in base 36.
    Raises: WrongUse for an id that would be too long. Example: I-101 → I-101, i-1あ → _I-1__09M6.
    """
    name = "".join(map(_piece, identifier))
    if RESERVED.match(name):
        name = _coded(name[0]) + name[1:]
    if len(name) > LONGEST:
        raise WrongUse(
            f"指標ID「{identifier}」は長すぎて、ファイルの名前になりません。半角の英数字で短くしてください。"
        )
    return name


def identifier_of(name: str) -> str:
    """The id that `file_name` was given. Raises: ValueError for a name that it does not make."""
    pieces = list(PIECE.finditer(name))
    if "".join(piece[0] for piece in pieces) != name:
        raise ValueError(name)
    return "".join(
        chr(int(piece[1], 36)) if piece[1] else (piece[2] or "").lower() + (piece[3] or "") for piece in pieces
    )


def _piece(sign: str) -> str:
    if re.match(r"[0-9A-Z-]", sign):
        return sign
    return f"_{sign.upper()}" if re.match(r"[a-z]", sign) else _coded(sign)


def _coded(sign: str) -> str:
    number, code = ord(sign), ""
    for _ in range(CODE_LENGTH):
        number, digit = divmod(number, len(DIGITS))
        code = DIGITS[digit] + code
    return f"__{code}"
