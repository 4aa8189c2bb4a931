"""One spelling for the many that people type: accents, Arabic letter forms, case, digits and punctuation fold away."""

import re
import unicodedata

# Letters that Unicode's decomposition leaves apart and Arabic writers use for one another; None drops the letter.
ARABIC_FORMS = {
    "ة": "ه",  # ta marbuta, typed as ha
    "ى": "ي",  # alef maqsura, typed as ya
    "ٱ": "ا",  # alef wasla
    "ک": "ك",  # Persian kaf
    "ی": "ي",  # Persian ya
    "ء": None,  # a hamza alone; those on alef, waw and ya go with the combining marks
    "ـ": None,  # tatweel only stretches a word
}
LATIN_FORMS = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "ı": "i"}
APOSTROPHES = dict.fromkeys("'’‘ʼ`´", None)
ARABIC_DIGITS = {digit: str(value) for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, digit in enumerate(digits)}
FOLDING = str.maketrans({**ARABIC_FORMS, **LATIN_FORMS, **APOSTROPHES, **ARABIC_DIGITS})
ARABIC_ARTICLE = "ال"
# A word must keep this many letters without its article: "ال" itself, or short words that only begin alike, stay whole.
LETTERS_AFTER_ARTICLE = 3
NOT_A_WORD = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Return the text as all its spellings share it: words of plain letters and digits, one space between them.

    >>> folded("Café  d’Été"), folded("مُصلّى"), folded("إدارة"), folded("Gate ١٢")
    ('cafe dete', 'مصلي', 'اداره', 'gate 12')
    """
    # Apostrophes and letter forms before decomposition too: some of them decompose into a space and a mark.
    decomposed = unicodedata.normalize("NFKD", text.translate(FOLDING))
    # Decomposition makes capitals of mathematical ones, and folding makes letters that decompose (Unicode 16, D146).
    decomposed = unicodedata.normalize("NFKD", decomposed.casefold())
    letters = "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")
    return NOT_A_WORD.sub(" ", letters.translate(FOLDING)).strip()


def words(text: str) -> tuple[str, ...]:
    """Return the folded words of the text, Arabic ones without the article.

    >>> words("دورة المياه"), words("Al-Baraha 2")
    (('دوره', 'مياه'), ('al', 'baraha', '2'))
    """
    return tuple(_without_article(word) for word in folded(text).split())


def _without_article(word: str) -> str:
    if word.startswith(ARABIC_ARTICLE) and len(word) >= len(ARABIC_ARTICLE) + LETTERS_AFTER_ARTICLE:
        return word.removeprefix(ARABIC_ARTICLE)
    return word
