"""One code for each language: what ISO 639 says in several ways, and what fits into an array."""

_CODES = {
    "afr": "af", "alb": "sq", "amh": "am", "ara": "ar", "arm": "hy", "aze": "az", "baq": "eu",
    "bel": "be", "ben": "bn", "bul": "bg", "bur": "my", "cat": "ca", "ces": "cs", "chi": "zh",
    "cmn": "zh", "cze": "cs", "dan": "da", "deu": "de", "dut": "nl", "ell": "el", "eng": "en",
    "est": "et", "eus": "eu", "fas": "fa", "fil": "tl", "fin": "fi", "fra": "fr", "fre": "fr",
    "geo": "ka", "ger": "de", "gle": "ga", "glg": "gl", "gre": "el", "guj": "gu", "heb": "he",
    "hin": "hi", "hrv": "hr", "hun": "hu", "hye": "hy", "ice": "is", "in": "id", "ind": "id",
    "isl": "is", "ita": "it", "iw": "he", "ji": "yi", "jpn": "ja", "kat": "ka", "kaz": "kk",
    "khm": "km", "kor": "ko", "lao": "lo", "lav": "lv", "lit": "lt", "mac": "mk", "mar": "mr",
    "may": "ms", "mkd": "mk", "mo": "ro", "msa": "ms", "mya": "my", "nb": "no", "nep": "ne",
    "nld": "nl", "nn": "no", "nno": "no", "nob": "no", "nor": "no", "per": "fa", "pol": "pl",
    "por": "pt", "pus": "ps", "ron": "ro", "rum": "ro", "rus": "ru", "slk": "sk", "slo": "sk",
    "slv": "sl", "spa": "es", "sqi": "sq", "srp": "sr", "swa": "sw", "swe": "sv", "tam": "ta",
    "tel": "te", "tgl": "tl", "tha": "th", "tur": "tr", "ukr": "uk", "urd": "ur", "vie": "vi",
    "yid": "yi", "zho": "zh",
}  # fmt: skip
"""Codes of three letters, withdrawn ones, and those of the two ways to write Norwegian."""

_NO_LANGUAGE = frozenset({"und", "mul", "mis", "zxx"})
"""What ISO 639-2 says where it does not say."""


def same_code(code: str | None) -> str | None:
    """Return the one code that stands here for a language.

    Args:
        code: what a newsroom says, an ISO 639 code in small letters, or None.

    Returns:
        The code, of two letters where there is one; None where no language is said.

    >>> same_code("eng"), same_code("nb"), same_code("und")
    ('en', 'no', None)
    """
    return None if not code or code in _NO_LANGUAGE else _CODES.get(code, code)


def packed(code: str) -> int:
    """Return a language's code as one number, to be written into an array.

    Args:
        code: at most four ASCII letters.
    """
    return int.from_bytes(code.encode("ascii"), "big")


def unpacked(number: int) -> str:
    """Return the language's code that `packed` made a number of.

    Args:
        number: in [0, 2³²).
    """
    return number.to_bytes(4, "big").lstrip(b"\0").decode("ascii")
