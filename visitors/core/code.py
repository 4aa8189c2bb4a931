"""The code that a visitor reads out to an operator: short, without letters that sound or look alike."""

import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U (https://www.crockford.com/base32.html)."""
LENGTH = 8
"""40 bits: with one code in a million in use, a guess hits one in a million times (an operator's guesses are throttled)."""

_HEARD_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})


def code_from(draws: bytes) -> str:
    """Return the code of `LENGTH` random bytes, in two groups of four.

    >>> code_from(bytes(range(8)))
    '0123-4567'
    """
    letters = "".join(ALPHABET[draw % len(ALPHABET)] for draw in draws[:LENGTH])
    return f"{letters[:4]}-{letters[4:]}"


def as_written(heard: str) -> str:
    """Return a code as it was written, from what an operator typed: any case, any spaces, letters for like digits.

    >>> as_written(" ol23 4567")
    '0123-4567'
    """
    letters = re.sub(r"[^0-9A-Z]", "", heard.upper().translate(_HEARD_AS))
    return f"{letters[:4]}-{letters[4:]}"
