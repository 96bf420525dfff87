"""Which script a text is written in; many have a single language."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping

LATIN = "latin"

_STARTS, _SCRIPTS = zip(
    *(
        (0, ""), (0x41, LATIN), (0x5B, ""), (0x61, LATIN), (0x7B, ""), (0xC0, LATIN),
        (0x250, ""), (0x370, "el"), (0x400, "cyrillic"), (0x530, "hy"), (0x590, "hebrew"),
        (0x600, "arabic"), (0x700, ""), (0x750, "arabic"), (0x780, ""), (0x8A0, "arabic"),
        (0x900, "devanagari"), (0x980, "bn"), (0xA00, "pa"), (0xA80, "gu"), (0xB00, "or"),
        (0xB80, "ta"), (0xC00, "te"), (0xC80, "kn"), (0xD00, "ml"), (0xD80, "si"), (0xE00, "th"),
        (0xE80, "lo"), (0xF00, "bo"), (0x1000, "my"), (0x10A0, "ka"), (0x1100, "ko"),
        (0x1200, "am"), (0x13A0, ""), (0x1780, "km"), (0x1800, "mn"), (0x18B0, ""),
        (0x1E00, LATIN), (0x1F00, "el"), (0x2000, ""), (0x3041, "kana"), (0x30FB, ""),
        (0x30FC, "kana"), (0x3100, ""), (0x3131, "ko"), (0x3190, ""), (0x3400, "han"),
        (0xA000, ""), (0xAC00, "ko"), (0xD7B0, ""), (0xF900, "han"), (0xFB00, LATIN),
        (0xFB13, ""), (0xFB1D, "hebrew"), (0xFB50, "arabic"), (0xFE00, ""), (0xFE70, "arabic"),
        (0xFF00, ""), (0xFF66, "kana"), (0xFFA0, ""), (0x20000, "han"), (0x40000, ""),
    ),
    strict=True,
)  # fmt: skip
"""Where in Unicode a script begins, each up to the next; a script of one language has its code."""

_DENSE = ("han", "kana", "ko")
"""Scripts of which a character says as much as two letters."""

_LEAST_KANA = 1 / 16
"""Share of kana among kana and Chinese characters from which on a text is Japanese."""

_MAX_WITHOUT_KANA = 60
"""Longest text, in characters, that Japanese might write without any kana: a headline."""

_CHINESE_ALONE = frozenset("这們们說说吗嗎没還对為为將将從从發发個這她你您")
"""Characters of nearly every Chinese text that Japanese does not write."""

ONE_LANGUAGE = frozenset({*_SCRIPTS, "ja", "zh"} - {"", LATIN, "han", "kana"})
"""Scripts that are codes of languages, with some that `script_of` never finds."""


def script_of(letters: Mapping[str, int], default: str) -> str:
    """Return the script that most of a text is written in.

    Args:
        letters: how often each character stands in the text.
        default: the newsroom's own language.

    Returns:
        Its name, or the code of the only language that is written so; empty without any letters.
    """
    counts: defaultdict[str, int] = defaultdict(int)
    for letter, n in letters.items():
        counts[_SCRIPTS[bisect_right(_STARTS, ord(letter)) - 1]] += n
    counts.pop("", None)
    for script in _DENSE:
        if script in counts:
            counts[script] *= 2
    kana, han = counts.pop("kana", 0), counts.pop("han", 0)
    if kana or han:
        is_japanese = kana >= _LEAST_KANA * (kana + han)
        if not kana and default == "ja" and sum(letters.values()) <= _MAX_WITHOUT_KANA:
            is_japanese = not _CHINESE_ALONE & letters.keys()
        counts["ja" if is_japanese else "zh"] = kana + han
    return max(counts, key=lambda script: counts[script], default="")
