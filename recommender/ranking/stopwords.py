"""Words that say nothing about a story: short lists of our own, one a language.

Public lists drop *us*, *state*, *world*, *home* and *may*, which in news are countries, places and
a month. These hold articles, pronouns, prepositions, auxiliaries and the words for "said" only;
whatever else is common is weighed down by its rarity.
"""

from types import MappingProxyType

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
    "zh": """的 了 和 是 在 有 与 及 等 也 就 都 而 着 对 为 以 并 或 这 那 他 她 它 们 我 你 不""",
}

STOP_WORDS = MappingProxyType({code: frozenset(words.split()) for code, words in _LISTS.items()})
"""Stop words by ISO 639-1 code; a language without a list drops nothing."""
