"""Letters, and groups of letters, that few languages of a script have: what gives them away."""

from types import MappingProxyType

LETTERS = MappingProxyType({
    "latin": {
        "fr": "é è ê à ù ç œ û î ï ë â ô",
        "de": "ß ä ö ü",
        "es": "é ñ ¿ ¡ ó í á ú",
        "pt": "é ê à ç â ô ó í á ú ã õ",
        "it": "é è à ù ò ì",
        "nl": "é ï ë",
        "af": "ê ë ô",
        "sv": "é ä ö å",
        "da": "å ø æ",
        "no": "å ø æ",
        "is": "é ö ó í á æ þ ð ý",
        "fi": "ä ö",
        "et": "ä ö ü õ š ž",
        "lv": "č š ž ā ē ī ū ķ ļ ņ ģ",
        "lt": "ą ę č š ž ū ė į ų",
        "pl": "ó ł ą ę ś ź ż ń ć",
        "cs": "é ó í á ú č š ž ř ě ů ý ď ť ň",
        "sk": "é ô ä ó í á ú č š ž ý ď ť ň ľ ĺ ŕ",
        "sl": "č š ž",
        "hr": "ć đ č š ž",
        "sr": "ć đ č š ž",
        "ro": "î â ş ă ș ț ţ",
        "hu": "é ö ü ó í á ú ő ű",
        "sq": "ç ë",
        "tr": "ç â ö ü ğ ı ş",
        "az": "ç ö ü ğ ı ş ə",
        "ca": "é è à ç ï ó í ò",
        "gl": "ñ ¿ ¡ ó í á",
        "eu": "ñ",
        "ga": "é ó í á",
        "vi": "é ê à â ô ã õ ă đ ơ ư ạ ế ộ ố ệ ấ ề ị",
    },
    "cyrillic": {
        "ru": "ы э ё ъ щ й я ь ю",
        "uk": "щ й я ь ю і ї є ґ",
        "be": "ы э ё й я ь ю і ў",
        "bg": "ъ щ й я ю",
        "sr": "ј љ њ џ ђ ћ",
        "mk": "ј љ њ џ ѓ ќ ѕ",
        "kk": "ы э й я і ә ғ қ ң ұ ү һ ө",
    },
    "arabic": {
        "ar": "ي ك ة أ إ ى",
        "fa": "پ چ ژ گ ک ی",
        "ur": "پ چ گ ٹ ڈ ڑ ے ں ہ ھ ک ی",
        "ps": "پ چ ژ ک ی ي ټ ډ ړ ږ ښ ګ ۍ ې",
        "ckb": "پ چ ژ گ ھ ک ی ې ێ ۆ ە ڵ ڕ ڤ",
    },
    "devanagari": {
        "mr": "ळ",
    },
    "hebrew": {
        "yi": "װ ױ ײ",
    },
})  # fmt: skip
"""Letters that few other languages of the script have."""

GROUPS = MappingProxyType({
    "latin": {
        "en": """_th th_ _wh ing_ ed_ ght ee oo ck sh ly_ ty_ y_ ew ow 's_ ies_ ns_ ts_ ou ll
            al_ tion ment k_ e_ ch st_""",
        "fr": "ns_ ts_ ou ll tion ment eau aux eux oi que eur ai ique elle e_ ch",
        "de": "ck tion elle e_ sch ung cht ei tz pf keit isch en_ ge ch ber men acht",
        "es": "y_ ll al_ que en_ dad_ mente ción ciones os_ as_ o_ ch",
        "pt": "ou que ei mente os_ as_ o_ lh nh dade_ ção ções",
        "it": "ll ai elle e_ mente o_ zione gli zz cch tt i_ sta",
        "nl": "ee oo ns_ ment k_ eur sch cht ei isch en_ ge ij oe uu aa ui ch men ning st_",
        "af": "oe aa ui eid_ y ge",
        "sv": "ck ll tion k_ en_ tt men ska ade_ erna ning het sj hj",
        "da": "k_ e_ en_ ge tt og_ kk ade_ ning else hed ede_ øj ene_ hj",
        "no": "k_ e_ ei en_ tt og_ kk ning else het øy ene_ sj kj hj",
        "is": "ei tt kj hj",
        "fi": "ee oo k_ oi ai ei ij uu aa o_ tt i_ kk ssa sta inen",
        "et": "ee oo k_ oi ei uu aa kk sta st_ id_ us_",
        "lv": "ai ij os_ as_ i_ as is_",
        "lt": "ai as_ i_ as us_ is_",
        "pl": "ow o_ i_ sz cz rz dz owa ego_ ki_ ch ska",
        "cs": "ou o_ i_ ch ní_ ých_",
        "sk": "ou o_ ie_ ch ých_",
        "sl": "ij nj lj ih_",
        "hr": "ij i_ nj lj ije og_ ih_ sta",
        "sr": "i_ nj lj og_ ih_ sta",
        "ro": "ment i_ ul_ lor_ ea_ ilor",
        "hu": "k_ en_ i_ sz gy cs zs ny ek_ ak_",
        "sq": "sh ll ai os_ nj dh gj sj",
        "tr": "sh k_ ek_ ak_ lar ler yor in_",
        "az": "k_ ul_ lar",
        "ca": "ció y_ ts_ ll al_ ment que mente ny",
        "gl": "ou que ei mente os_ as_ o_ lh nh dade_",
        "eu": "tz ea_ ak_ tx ko_",
        "ga": "oi ch bh mh acht",
        "id": "ung ny ak_ kan_ nya_ ber men ng_ ang",
        "tl": "ng_ ang",
        "vi": "_th nh ch ng_ kh ph tr",
        "sw": "sh ki_ ch wa_ mb",
    },
    "cyrillic": {
        "ru": "ия ие ии ию ой ый ий_ ее ет ют ых ого_ ев ение ск ть_ ого ки_",
        "uk": "ий_ ого_ ння ськ цьк ть_ ів ти_ ого ій ня_ ць ки_",
        "be": "ць ага_ дз скі",
        "bg": "ия ие ии ет ев ение ск та_ ят ите ата ане ът ки_ ото_ ър ъл ън ъс ъв ъд ъм",
        "sr": "ет ти_ ње ије ог_",
        "mk": "ет ти_ та_ ите ата от_ ње ки_",
    },
    "arabic": {
        "ar": "_ال ات ها ون",
        "fa": "ات ها ین ته ند انی ای ان_",
        "ur": "ون ین وں انی ای ان_",
        "ps": "ته",
        "ckb": "ای ۆ ان_",
    },
    "devanagari": {
        "hi": "ला_ को_ ों ें",
        "mr": "ांनी च्या ला_",
        "ne": "लाई हरू को_ ले_ मा_",
    },
    "hebrew": {
        "he": "ים_ ות_",
        "yi": "ען יי אָ אַ",
    },
})  # fmt: skip
"""Groups of letters that are common in few, `_` where a word begins or ends.

They are asked only where words and letters tell little, as in a headline without a deck.
"""

INDISPENSABLE = MappingProxyType({"uk": "і", "be": "і"})
"""Letters so common in a language that no headline is without."""
