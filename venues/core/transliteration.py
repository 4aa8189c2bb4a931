"""How a word sounds, whichever letters it is written in: souq, suq, souk and سوق share their consonants.

Arabic writes few vowels and every transliteration writes them in its own way, so words are compared by their consonants; those
that transliterations mix up (q and k, s and ص, j and g and غ) count as one. Words of one script must share their vowels too,
roughly: ship is not shop.
"""

import re
from dataclasses import dataclass

ARABIC = re.compile(r"[\u0600-\u06ff]")
# Letters to sounds; the longer spellings first. Upper case is for sounds that no single Latin letter writes.
LATIN_SOUNDS = (
    ("tch", "S"), ("sch", "S"), ("sh", "S"), ("ch", "S"), ("kh", "X"), ("gh", "j"), ("th", "t"), ("dh", "d"), ("ph", "f"),
    ("ck", "k"), ("qu", "k"), ("ce", "se"), ("ci", "si"), ("cy", "sy"), ("ou", "u"), ("oo", "u"), ("ow", "u"), ("ee", "i"),
    ("ei", "i"), ("ai", "i"), ("ay", "i"), ("ey", "i"), ("c", "k"), ("q", "k"), ("g", "j"), ("p", "b"), ("v", "f"), ("x", "ks"),
    ("o", "u"), ("e", "i"), ("y", "i"),
)  # fmt: skip
ARABIC_SOUNDS = str.maketrans({
    "ا": "a", "و": "w", "ي": "i", "ب": "b", "پ": "b", "ت": "t", "ط": "t", "ث": "t", "ج": "j", "غ": "j", "گ": "j", "ح": "h",
    "ه": "h", "خ": "X", "د": "d", "ذ": "d", "ض": "d", "ر": "r", "ز": "z", "ظ": "z", "س": "s", "ص": "s", "ش": "S", "چ": "S",
    "ع": "", "ف": "f", "ڤ": "f", "ق": "k", "ك": "k", "ل": "l", "م": "m", "ن": "n",
})  # fmt: skip
LATIN = re.compile("|".join(spelling for spelling, _ in LATIN_SOUNDS))
SOUND_OF = dict(LATIN_SOUNDS)
DOUBLED = re.compile(r"(.)\1+")
VOWELS = re.compile("[aiu]")
# Fewer consonants than this say nothing: every short word would sound like every other.
FEWEST_CONSONANTS = 2


@dataclass(frozen=True)
class Sound:
    """`consonants` in order, the first vowel sound of a word dropped; `vowels` with a, i and u for all of them."""

    consonants: str
    vowels: str
    is_arabic: bool

    @property
    def is_telling(self) -> bool:
        """Whether there are enough consonants to compare by."""
        return len(self.consonants) >= FEWEST_CONSONANTS

    def is_like(self, other: "Sound") -> bool:
        """Return whether the two may be spellings of one word."""
        same = self.consonants == other.consonants
        return same and (self.is_arabic != other.is_arabic or self.vowels == other.vowels)


def sound_of(word: str) -> Sound:
    """Return how a folded word sounds.

    >>> sound_of("souq").is_like(sound_of("suk")), sound_of("souq").is_like(sound_of("سوق")), sound_of("shop").consonants
    (True, True, 'Sb')
    """
    is_arabic = ARABIC.search(word) is not None
    spoken = word.translate(ARABIC_SOUNDS) if is_arabic else LATIN.sub(lambda found: SOUND_OF[found[0]], word)
    # w is a consonant where a word begins with it, else a vowel; an h at the end is ta marbuta, or silent.
    spoken = spoken[:1] + spoken[1:].removesuffix("h").replace("w", "u")
    spoken = DOUBLED.sub(r"\1", spoken)
    return Sound(VOWELS.sub("", spoken), spoken, is_arabic)
