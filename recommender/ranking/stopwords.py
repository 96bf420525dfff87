"""Words that say nothing about a story: short lists of our own, one a language.

Public lists drop *us*, *state*, *world*, *home* and *may*, which in news are countries, places and
a month. These hold articles, pronouns, prepositions, auxiliaries and the words for "said" only;
whatever else is common is weighed down by its rarity. Where writing has no spaces they are pairs of
characters, as words are there.

A language without a list of its own here has the words that give it away (`telltale_words`), but
for those that say something.
"""

from types import MappingProxyType

from recommender.ranking.telltale_words import WORDS

_LISTS = {
    "en": """a about above after again against all also an and any are as at be because been before
        being below between both but by can could did do does doing down during each few for from
        further had has have having he her here hers herself him himself his how i if in into is it
        its itself just me more most my myself no nor not now of off on once only or other our ours
        out over own said same say says she should so some such than that the their theirs them
        themselves then there these they this those through to too under until up very was we were
        what when where which while who whom whose why will with would you your yours mr mrs ms
        isn't aren't wasn't weren't don't doesn't didn't won't wouldn't can't couldn't shouldn't
        hasn't haven't hadn't it's he's she's that's there's i'm i've i'd we're we've they're
        they've you're""",
    "de": """aber alle als also am an auch auf aus bei bin bis das dass dem den der des die dies
        diese dieser doch durch ein eine einem einen einer eines er es für hat hatte haben ich ihr
        ihre im in ist ja kann kein keine man mehr mit nach nicht noch nur ob oder ohne sagte sein
        seine seit sich sie sind so über um und uns unter vom von vor war waren was wenn werden wie
        wird wir worden wurde wurden zu zum zur""",
    "es": """a al algo ante aunque así cada como con contra cual cuando de del desde dijo donde dos
        e el ella ellas ellos en entre era es esa ese eso esta está estas este esto estos están fue
        fueron ha había han hasta hay la las le les lo los me mi muy más ni no nos o otra otro para
        pero por porque que qué quien se sea según ser si sido sin sobre son su sus también tan
        tiene todo tras un una uno unos y ya yo""",
    "fr": """a ai ainsi alors au aussi autre aux avait avec avoir c ce cela celle celui ces cet
        cette ceux comme d dans de depuis des dit donc dont du elle elles en entre est et été être
        eu fait il ils j je l la le les leur leurs lui m mais même n ne nous on ont ou où par pas
        plus pour qu quand que qui s sa sans se selon ses si son sont sous sur t tous tout très un
        une vous y à""",
    "it": """a ad ai al alla alle anche avere c che chi ci come con cui d da dal dalla degli dei del
        della delle dello di dopo e ed era essere fra gli ha hanno i il in io l la le lei lo loro ma
        mi ne negli nei nel nella non o per perché più quando quella quello questa questo se sei si
        sia sono su sua sue sul sulla suo tra tutti un una uno è""",
    "pt": """a ao aos as até com como da das de depois do dos e ela ele eles em entre era essa esse
        esta está este eu foi foram há isso já lhe mais mas mesmo muito na nas não no nos o os ou
        para pela pelo por porque qual quando que quem se seja sem ser seu seus sobre sua suas são
        também tem um uma é""",
    "ru": """а без бы был была были было быть в вам вас весь во вот все всё всего вы где да даже для
        до его ее её если есть еще ещё же за здесь и из или им их к как ко когда который которая
        которые кто ли лишь между меня мне мы на над нам нас не него нее нет ни них но ну о об
        однако он она они оно от по под при с сам со свой себя сказал так также такой там тем то
        того тоже той только том ты у уже хотя чего чем что чтобы эта эти это этого этой этом этот
        я""",
    "uk": """а або але без був була були було бути в вже ви від він вона вони все для до за з зі і
        із й його її їх на над не ні ну об от під по при про та так також там те ти то того у це
        цей ця ці чи що щоб як який яка які я""",
    "ar": """إلى إن أن أنه أنها أو أي إذا الا التي الذي الذين ان او بعد بين بها به تلك ثم حتى حيث
        ذلك على عليه عليها عن عند في فيه فيها قال قد كان كانت كل كما لا لم لن له لها ليس ما مع من
        منذ منه منها هذا هذه هم هو هي هناك و وفي وقال ولا وهو وهي يكون""",
    "zh": """的 了 和 是 在 有 与 及 等 也 就 都 而 着 对 为 以 并 或 这 那 他 她 它 们 我 你 不
        我们 他们 她们 你们 它们 这个 那个 这些 那些 一个 一些 没有 可以 因为 所以 但是 如果
        以及 由于 对于 已经 就是 不是 还是 而且 或者 之后 之前 以后 以前 其中 其他 自己 这样
        什么 为了 不过 虽然 以来 还有 也是 并且 表示""",
    "ja": """こと して した する され れた いる いた ある あっ った って です ます まし この
        その ため など から まで には では とし もの よう いう れる てい とは にも でも また
        との への なっ なる ない おり たち けれ ども""",
    "ko": """있다 있는 있었 했다 했고 하고 하는 하며 한다 하기 되는 된다 됐다 이다 에서 으로
        까지 부터 에게 것은 것이 것을 그는 그녀 우리 라고 다고 지만 에는 이라 이런 그런 대한
        위해 통해 따라""",
    "el": """ο η το οι τα του της των τον την τους τις ένα ένας μία μια και να θα δεν μη μην με
        σε από για στο στη στην στον στα στις στους που πως ότι αν όταν όπως αλλά ή είναι ήταν
        έχει έχουν είχε κατά μετά πριν προς παρά χωρίς αυτό αυτή αυτός αυτά αυτές αυτοί αυτών
        αυτού εκείνο μας σας τι τη ως ενώ καθώς επίσης πολύ πιο μόνο κάθε όλα όλοι εγώ εσύ είπε
        δήλωσε""",
    "hy": """և եւ է են էր էին եմ ես եք որ որը որոնք այդ այս այն դա նա նրա նրան նրանք մենք մեր ես
        իմ դու ի իր իրենց մեջ վրա մասին համար հետ մինչև բայց կամ եթե թե ինչ ով ոչ չի չեն նաև
        արդեն միայն պետք ասաց""",
    "ta": """ஒரு என்று மற்றும் இந்த அந்த இது அது என ஆகும் வேண்டும் உள்ள அவர் அவர்கள் நாம் நான் தான் மேலும் என்ன
        ஆனால் போன்ற வரை மூலம் முதல் குறித்து கொண்டு இருந்து இல்லை உள்ளது தெரிவித்தார் கூறினார்""",
    "bn": """এবং ও এই সেই এটি তিনি তার তারা তাদের আমি আমরা আমাদের করে করা হয় হয়েছে হচ্ছে ছিল জন্য
        থেকে সঙ্গে সাথে কিন্তু যে যা না নয় বা তবে কি একটি একজন পর বলে বলেন বলেছেন""",
    "eo": """la de kaj en al ke por estas estis kun sed ne li ŝi ili ni mi vi oni tiu tio kiu
        kio kiel el pri per post ĝi sia ankaŭ pli nur se aŭ dum diris""",
    "st": """ke le ho ea ya wa la ba tsa sa mo hore o e re bona ena empa ka ha ne itse""",
}

_TELLING = {
    "af": "jaar nuwe twee", "az": "ildə yeni", "be": "годзе новы новая",
    "bg": "година години нов нова", "ca": "anys dos nou", "ckb": "ساڵی ڕۆژی سەر",
    "cs": "roku nové nová nový dnes", "da": "år man to uge", "et": "aasta uus uue uued kaks",
    "eu": "berri urte egun", "fa": "سال روز دو مورد", "fi": "vuonna vuoden uusi uuden kaksi päivän",
    "gl": "anos dous", "hi": "आज दो नए नई", "hr": "godine danas novi", "hu": "magyar két új ma",
    "id": "tahun orang baru dua tiga hari", "kk": "қазақстан жылы жаңа үлкен бүгін",
    "lt": "metų naujas nauja", "lv": "gada jauna jauns", "mk": "година години нов нова",
    "mr": "आज दोन", "ne": "नेपाल आज दुई नयाँ", "nl": "jaar twee", "no": "år man to uken",
    "pl": "roku lat", "ps": "کال", "ro": "anul ani două", "sk": "roku nové nová nový dnes",
    "sl": "leta leto letu danes", "sq": "sot dy tre",
    "sr": "godine године danas данас novi нов нова",
    "sv": "år man två nya nytt", "sw": "watu", "tr": "yıl yeni iki bugün ilk gün",
    "vi": "người năm ông việc",
}  # fmt: skip
"""Words among those that give a language away that say something, and so are terms."""

_ALSO = {"bs": "hr", "ms": "id", "nb": "no", "nn": "no", "sh": "sr"}
"""Languages that have the words of another."""


def _all_lists() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for words in WORDS.values():
        for code, listed in words.items():
            kept = frozenset(_TELLING.get(code, "").split())
            found[code] = found.get(code, frozenset()) | frozenset(listed.split()) - kept
    found |= {code: frozenset(words.split()) for code, words in _LISTS.items()}
    return found | {code: found[other] for code, other in _ALSO.items()}


STOP_WORDS = MappingProxyType(_all_lists())
"""Stop words by ISO 639-1 code; a language without a list drops nothing."""
