"""Georgian letters for machines: romanisation, slugs, and search that forgives how people type."""

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator

# letter: national romanisation of 2002 (Presidential Decree 109 of 24 February 2011), and the key
# of the common Georgian QWERTY layout: what appears when somebody forgets to switch the layout.
LETTERS = {
    "ა": ("a", "a"),
    "ბ": ("b", "b"),
    "გ": ("g", "g"),
    "დ": ("d", "d"),
    "ე": ("e", "e"),
    "ვ": ("v", "v"),
    "ზ": ("z", "z"),
    "თ": ("t", "T"),
    "ი": ("i", "i"),
    "კ": ("k’", "k"),
    "ლ": ("l", "l"),
    "მ": ("m", "m"),
    "ნ": ("n", "n"),
    "ო": ("o", "o"),
    "პ": ("p’", "p"),
    "ჟ": ("zh", "J"),
    "რ": ("r", "r"),
    "ს": ("s", "s"),
    "ტ": ("t’", "t"),
    "უ": ("u", "u"),
    "ფ": ("p", "f"),
    "ქ": ("k", "q"),
    "ღ": ("gh", "R"),
    "ყ": ("q’", "y"),
    "შ": ("sh", "S"),
    "ჩ": ("ch", "C"),
    "ც": ("ts", "c"),
    "ძ": ("dz", "Z"),
    "წ": ("ts’", "w"),
    "ჭ": ("ch’", "W"),
    "ხ": ("kh", "x"),
    "ჯ": ("j", "j"),
    "ჰ": ("h", "h"),
}

_NATIONAL = str.maketrans({letter: national for letter, (national, _) in LETTERS.items()})
_KEYBOARD = str.maketrans({letter: key for letter, (_, key) in LETTERS.items()})
_TYPED = {key: letter for letter, (_, key) in LETTERS.items()}
_APOSTROPHES = re.compile("[’'ʼ‘`´ʹ]+")
_CAPITALS = re.compile("[Ა-Ჿ]+")
_WORD = re.compile(r"[^\W_]+")
# Several Latin spellings of one Georgian sound, brought to one: q, y and k; x and kh; w, c and ts.
_SPELLINGS = re.compile(r"dzh|zh|tz|ph|th|[cskg]h|[qyxwfcəı]")
_ONE_SPELLING = {
    "dzh": "j",
    "zh": "j",
    "tz": "ts",
    "ph": "p",
    "th": "t",
    "q": "k",
    "y": "k",
    "x": "kh",
    "w": "ts",
    "c": "ts",
    "f": "p",
    "ə": "e",
    "ı": "i",
}
_WORD_LENGTH = 60  # characters of a word that search looks at; a lexeme may have 2 kB at most
_TEXTS_READ = 64  # keys that are kept: several rooms ask for those of a text that was just typed
_WORDS_ASKED = 12  # words of a question that are looked at
_READINGS = 16  # ways to read one word typed with the Latin layout


def fold(text: str) -> str:
    """Bring text to the form in which it is compared: NFC, lower case, Mkhedruli, plain spaces."""
    composed = unicodedata.normalize("NFC", text).casefold()
    return " ".join(unicodedata.normalize("NFC", composed).split())


def romanise(text: str) -> str:
    """Write Georgian in the national romanisation of 2002; other letters stay."""
    return _mkhedruli(text).translate(_NATIONAL)


def keyboard(text: str) -> str:
    """Write Georgian as it appears when typed with the Latin layout on: wyaltubo for წყალტუბო."""
    return _mkhedruli(text).translate(_KEYBOARD)


def from_keyboard(text: str) -> str:
    """Read text that was typed with the Latin layout on, capital letters as Shift."""
    return "".join(_TYPED.get(sign) or _TYPED.get(sign.lower()) or sign for sign in text)


def slug(text: str) -> str:
    """Make the part of an address out of a name, as municipal domains spell it: tetritskaro."""
    plain = _APOSTROPHES.sub("", romanise(fold(text)).replace("q", "k"))
    ascii_only = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")


@functools.lru_cache(maxsize=_TEXTS_READ)
def search_key(text: str) -> str:
    """Give the key into which Georgian and every usual Latin spelling of it fall.

    ASCII for Georgian and Latin text; letters of other scripts stay as they are, folded. Words
    are parted by one space, signs are gone.
    """
    return _SPELLINGS.sub(_one_spelling, " ".join(words(text)))


def words(text: str) -> list[str]:
    """Part text into words, each of letters and digits only, at most 60 characters long."""
    plain = unicodedata.normalize("NFKC", fold(text)).casefold()
    return _parted(romanise(plain))


def readings(query: str) -> list[str]:
    """List the keys of what a person may have meant: as typed first, then as keys of the layout."""
    found = [search_key(query)]
    if not _has_georgian(query):
        typed = [_word_readings(word) for word in _raw_words(query)]
        found += [" ".join(way) for way in itertools.islice(itertools.product(*typed), _READINGS)]
    return [reading for reading in dict.fromkeys(found) if reading]


def index_text(text: str) -> str:
    """Give the text that goes into `to_tsvector('simple', ...)`, so that `tsquery` finds it."""
    return search_key(text)


def tsquery(query: str, *, mark: str = "") -> str:
    """Give the text that goes into `to_tsquery('simple', ...)`; empty where nothing can be sought.

    All words must occur, each in any of its readings, each as the beginning of a word. Holds
    only letters, digits and the operators written here, so that no input makes it fail. `mark`
    stands before each word, as it does before the words of a municipality in the index.
    """
    groups = []
    for word in _raw_words(query)[:_WORDS_ASKED]:
        ways = [way for reading in readings(word) for way in reading.split()[:1]]
        if ways:
            groups.append("(" + " | ".join(f"{mark}{way}:*" for way in dict.fromkeys(ways)) + ")")
    return " & ".join(groups)


def _mkhedruli(text: str) -> str:
    """Bring Mtavruli capitals to Mkhedruli and leave the case of other scripts alone."""
    return _CAPITALS.sub(lambda found: found[0].lower(), text)


def _one_spelling(found: re.Match[str]) -> str:
    return _ONE_SPELLING.get(found[0], found[0])


def _has_georgian(text: str) -> bool:
    return any(sign in LETTERS for sign in fold(text))


def _raw_words(query: str) -> list[str]:
    """Part what was typed into words and keep the case, which says which keys went with Shift."""
    return _parted(unicodedata.normalize("NFC", query))


def _parted(text: str) -> list[str]:
    """Part text at every sign that is no letter or digit; accents and apostrophes just go."""
    bare = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text))
    if not bare.isascii():
        bare = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return [word[:_WORD_LENGTH] for word in _WORD.findall(bare)]


@functools.lru_cache(maxsize=1024)
def _word_readings(word: str) -> tuple[str, ...]:
    """Read one word as keys of the layout: as typed, then with Shift forgotten or left on."""
    ways = itertools.islice(_shifted(word), _READINGS)
    return tuple(dict.fromkeys(search_key(from_keyboard(way)) for way in ways))


def _shifted(word: str) -> Iterator[str]:
    """Yield the word as typed, then all lower-case, then each way to press Shift."""
    yield word
    choices = [_both(sign) for sign in word.lower()]
    for way in itertools.product(*choices):
        yield "".join(way)


def _both(sign: str) -> tuple[str, ...]:
    """Give both letters of a key whose Shift changes what the search key would be."""
    shifted = sign.upper()
    if sign.isascii() and shifted in _TYPED and sign in _TYPED:
        plain, other = search_key(_TYPED[sign]), search_key(_TYPED[shifted])
        return (sign,) if plain == other else (sign, shifted)
    return (sign,)
