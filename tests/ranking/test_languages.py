"""Languages: headlines with a deck in each, real articles, and texts that tell nothing."""

import gzip
import json
import os
import random
import time
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article
from recommender.ranking.language_codes import packed, same_code, unpacked
from recommender.ranking.languages import language_of, language_of_article
from recommender.ranking.scripts import ONE_LANGUAGE
from recommender.ranking.telltale_letters import GROUPS, INDISPENSABLE, LETTERS
from recommender.ranking.telltale_words import WORDS

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "articles.jsonl"
REAL = Path(os.environ.get("MOREFROM_REAL_DATA", "/nowhere"))

HEADLINES = {
    "en": "Ministers agree on tougher border checks. "
    "The new rules will apply from next month, officials said on Tuesday.",
    "fr": "Le gouvernement présente son budget. "
    "Les dépenses de santé augmenteront l’an prochain, selon le ministre.",
    "de": "Regierung einigt sich auf neuen Haushalt. "
    "Die Ausgaben für Bildung sollen im kommenden Jahr steigen, sagte der Minister.",
    "es": "El Gobierno presenta los presupuestos. "
    "El gasto en sanidad subirá el próximo año, según la ministra de Hacienda.",
    "pt": "Governo apresenta orçamento para o próximo ano. "
    "A despesa com a saúde vai aumentar, disse o ministro das Finanças.",
    "it": "Il governo presenta la manovra. "
    "La spesa per la sanità crescerà nel prossimo anno, ha detto il ministro.",
    "nl": "Kabinet presenteert nieuwe begroting. "
    "De uitgaven aan zorg gaan volgend jaar omhoog, zegt de minister van Financiën.",
    "af": "Regering stel nuwe begroting bekend. "
    "Die uitgawes aan gesondheid sal volgende jaar styg, het die minister gesê.",
    "sv": "Regeringen lägger fram en ny budget. "
    "Utgifterna för vården ökar nästa år, säger finansministern.",
    "da": "Regeringen fremlægger ny finanslov. "
    "Udgifterne til sundhed stiger næste år, siger finansministeren efter mødet.",
    "no": "Regjeringen legger fram nytt budsjett. "
    "Utgiftene til helse øker neste år, sier finansministeren etter møtet.",
    "is": "Ríkisstjórnin kynnir ný fjárlög. "
    "Útgjöld til heilbrigðismála aukast á næsta ári, segir fjármálaráðherra.",
    "fi": "Hallitus esitteli uuden budjetin. "
    "Terveydenhuollon menot kasvavat ensi vuonna, sanoo "
    "ministeri, joka on myös puolueen johtaja.",
    "et": "Valitsus esitles uut eelarvet. "
    "Tervishoiu kulud kasvavad järgmisel aastal, ütles "
    "minister, kes ei soovinud rohkem rääkida.",
    "lv": "Valdība apstiprina jauno budžetu. "
    "Izdevumi veselības aprūpei nākamgad pieaugs, "
    "sacīja ministrs, bet nodokļi netiks mainīti.",
    "lt": "Vyriausybė pristatė naują biudžetą. "
    "Išlaidos sveikatos apsaugai kitais metais didės, sakė ministras, bet mokesčiai nesikeis.",
    "pl": "Rząd przedstawił nowy budżet. "
    "Wydatki na zdrowie wzrosną w przyszłym roku, powiedział minister finansów.",
    "cs": "Vláda představila nový rozpočet. "
    "Výdaje na zdravotnictví příští rok vzrostou, "
    "řekl ministr financí, který návrh připravil.",
    "sk": "Vláda predstavila nový rozpočet. "
    "Výdavky na zdravotníctvo budúci rok vzrastú, "
    "povedal minister financií, ktorý návrh pripravil.",
    "sl": "Vlada predstavila nov proračun. "
    "Izdatki za zdravstvo se bodo prihodnje leto "
    "povečali, je dejal minister, ki ga je pripravil.",
    "hr": "Vlada predstavila novi proračun. "
    "Izdaci za zdravstvo iduće će godine porasti, "
    "rekao je ministar financija, gdje su tisuće eura.",
    "sr": "Влада представила нови буџет. "
    "Издаци за здравство ће следеће године порасти, рекао је министар финансија.",
    "mk": "Владата го претстави новиот буџет. "
    "Трошоците за здравство ќе пораснат следната година, рече министерот за финансии.",
    "ro": "Guvernul prezintă noul buget. "
    "Cheltuielile pentru sănătate vor crește anul viitor, a spus ministrul de finanțe.",
    "hu": "A kormány bemutatta az új költségvetést. "
    "Az egészségügyi kiadások jövőre nőnek, mondta "
    "a miniszter, aki szerint nem lesz adóemelés.",
    "sq": "Qeveria paraqet buxhetin e ri. "
    "Shpenzimet për shëndetësinë do të rriten vitin e ardhshëm, tha ministri i financave.",
    "tr": "Hükümet yeni bütçeyi açıkladı. "
    "Sağlık harcamaları gelecek yıl artacak, diyen "
    "bakan vergiler için bir değişiklik olmadığını söyledi.",
    "az": "Hökumət yeni büdcəni təqdim etdi. "
    "Nazir bildirib ki, səhiyyə xərcləri gələn "
    "il artacaq və vergilər üçün dəyişiklik olmayacaq.",
    "ca": "El govern presenta els pressupostos. "
    "La despesa en salut augmentarà l’any vinent, segons la "
    "consellera, que no preveu més impostos amb aquesta llei.",
    "gl": "O Goberno presenta os orzamentos. "
    "O gasto en sanidade medrará o vindeiro ano, segundo "
    "a conselleira, que non prevé unha suba dos impostos.",
    "eu": "Gobernuak aurrekontu berria aurkeztu du. "
    "Osasun gastua handitu egingo da datorren urtean, "
    "esan zuen sailburuak, baina zergak ez dira aldatuko.",
    "ga": "Foilsíonn an rialtas an buiséad nua. "
    "Beidh ardú ar an gcaiteachas sláinte an bhliain seo chugainn, "
    "a dúirt an tAire, agus níl aon athrú ar na cánacha.",
    "id": "Pemerintah mengumumkan anggaran baru. "
    "Belanja kesehatan akan naik tahun depan, kata menteri yang juga ketua partai itu.",
    "tl": "Inilabas ng pamahalaan ang bagong badyet. "
    "Tataas ang gastos sa kalusugan sa susunod na "
    "taon, ayon sa kalihim, ngunit hindi ang mga buwis.",
    "vi": "Chính phủ công bố ngân sách mới. "
    "Chi tiêu cho y tế sẽ tăng trong năm tới, bộ trưởng cho biết, nhưng không tăng thuế.",
    "sw": "Serikali yatangaza bajeti mpya. "
    "Matumizi ya afya yataongezeka mwaka ujao, alisema "
    "waziri wa fedha, lakini kodi hazitabadilika kwa sasa.",
    "ru": "Правительство представило новый бюджет. "
    "Расходы на здравоохранение в следующем году вырастут, сообщил министр.",
    "uk": "Уряд представив новий бюджет. "
    "Видатки на охорону здоров’я наступного року зростуть, повідомив міністр.",
    "be": "Урад прадставіў новы бюджэт. "
    "Выдаткі на ахову здароўя ў наступным годзе вырастуць, паведаміў міністр.",
    "bg": "Правителството представи новия бюджет. "
    "Разходите за здравеопазване ще се увеличат през следващата година, каза министърът.",
    "kk": "Үкімет жаңа бюджетті ұсынды. "
    "Келесі жылы денсаулық сақтау шығындары өседі деп мәлімдеді министр.",
    "ar": "الحكومة تعرض الموازنة الجديدة. قال الوزير إن الإنفاق على الصحة سيرتفع في العام المقبل.",
    "fa": "دولت بودجه جدید را ارائه کرد. وزیر گفت هزینه‌های بهداشت در سال آینده افزایش خواهد یافت.",
    "ur": "حکومت نے نیا بجٹ پیش کر دیا. "
    "وزیر خزانہ نے کہا کہ صحت کے اخراجات میں اگلے سال اضافہ ہوگا۔",
    "ps": "حکومت نوې بودجه وړاندې کړه. "
    "وزیر وویل چې د روغتیا لګښتونه به راتلونکی کال زیات شي او مالیات به نه لوړیږي.",
    "ckb": "حکومەت بودجەی نوێی پێشکەش کرد. "
    "وەزیر گوتی خەرجی تەندروستی لە ساڵی داهاتوودا زیاد دەکات.",
    "hi": "सरकार ने नया बजट पेश किया. "
    "स्वास्थ्य पर खर्च अगले साल बढ़ेगा, वित्त मंत्री ने संसद में कहा।",
    "mr": "सरकारने नवा अर्थसंकल्प मांडला. "
    "आरोग्यावरील खर्च पुढील वर्षी वाढणार आहे, "
    "असे अर्थमंत्र्यांनी सांगितले आणि कर वाढणार नाही.",
    "ne": "सरकारले नयाँ बजेट ल्यायो. "
    "स्वास्थ्यमा खर्च आउँदो वर्ष बढ्ने छ, अर्थमन्त्रीले भने र कर नबढाउने बताए।",
    "he": "הממשלה הציגה את התקציב החדש. ההוצאה על בריאות תגדל בשנה הבאה, אמר שר האוצר.",
    "yi": "די רעגירונג האט פארגעשטעלט א נייעם בודזשעט. "
    "די הוצאות אויף געזונט וועלן וואקסן, האט געזאגט "
    "דער מיניסטער, און עס איז נישטא קיין נייע שטייערן.",
    "el": "Η κυβέρνηση παρουσίασε τον νέο προϋπολογισμό. "
    "Οι δαπάνες για την υγεία θα αυξηθούν, είπε ο υπουργός.",
    "hy": "Կառավարությունը ներկայացրեց նոր բյուջեն. Նախարարն ասաց, որ ծախսերը կաճեն։",
    "ka": "მთავრობამ ახალი ბიუჯეტი წარადგინა. ხარჯები გაიზრდება, განაცხადა მინისტრმა.",
    "bn": "সরকার নতুন বাজেট পেশ করেছে. স্বাস্থ্য খাতে ব্যয় বাড়বে, বলেছেন মন্ত্রী।",
    "ta": "அரசு புதிய பட்ஜெட்டை தாக்கல் செய்தது. அடுத்த ஆண்டு சுகாதாரச் செலவு உயரும்.",
    "th": "รัฐบาลเสนองบประมาณใหม่. รัฐมนตรีกล่าวว่างบด้านสุขภาพจะเพิ่มขึ้นในปีหน้า",
    "zh": "政府公布新预算. 财政部长表示，明年的医疗支出将会增加。",
    "ja": "政府、新年度予算案を発表. 医療費は来年度も増える見通しだと財務相は述べた。",
    "ko": "정부, 새해 예산안 발표. 내년 보건 지출이 늘어날 것이라고 장관이 밝혔다.",
    "am": "መንግሥት አዲስ በጀት አቀረበ. የጤና ወጪ በሚቀጥለው ዓመት ይጨምራል።",
}  # fmt: skip
"""The same news everywhere: a new budget, and what is said of it."""

NEAR = {
    "no": {"da"}, "gl": {"pt"}, "et": {"fi"}, "sk": {"cs"}, "hr": {"sr"}, "sl": {"cs", "hr", "sr"},
}  # fmt: skip
"""Languages so near that as a newsroom's own they take a short text of the other."""


@pytest.mark.parametrize("language", HEADLINES)
def test_a_headline_with_its_deck_tells_its_language(language: str) -> None:
    text = HEADLINES[language]
    for default in set(HEADLINES) - NEAR.get(language, set()):
        assert language_of(text, None, default) == language, default


TOO_SHORT = frozenset(
    ["af", "bg", "et", "eu", "gl", "mr", "nl", "no", "sk", "sl", "sq", "sv", "sw", "uk"]
)
"""Languages of which four words may be taken for another, or tell nothing."""


@pytest.mark.parametrize("language", sorted(set(HEADLINES) - TOO_SHORT))
def test_most_headlines_alone_tell_their_language(language: str) -> None:
    headline = HEADLINES[language].partition(". ")[0]
    assert language_of(headline, None, "en") == language
    assert language_of(headline, None, language) == language


@pytest.mark.parametrize(
    ("headline", "language"),
    [
        ("Wirtschaftsminister kündigt neue Maßnahmen gegen steigende Strompreise an", "de"),
        ("Les agriculteurs bloquent les routes autour de la capitale", "fr"),
        ("El paro baja en mayo por tercer mes consecutivo", "es"),
        ("Sciopero dei treni, disagi per i pendolari nelle grandi città", "it"),
        ("Trabalhadores dos transportes marcam greve para a próxima semana", "pt"),
        ("Boeren blokkeren snelwegen uit protest tegen de stikstofplannen", "nl"),
        ("Rolnicy zablokowali drogi w proteście przeciwko umowie z Unią", "pl"),
        ("Zemědělci vyjeli do ulic, protestují proti dohodě s Unií", "cs"),
        ("Bönder protesterar mot det nya förslaget om skatt på diesel", "sv"),
        ("Çiftçiler mazot fiyatlarını protesto etmek için yolları kapattı", "tr"),
        ("Nông dân phản đối giá xăng dầu tăng cao trong tháng này", "vi"),
        ("Фермери перекрили дороги на знак протесту проти нових правил", "uk"),
        ("Земеделците блокираха пътищата в знак на протест срещу новите правила", "bg"),
        ("Сельхозпроизводители перекрыли дороги в знак протеста против новых правил", "ru"),
        ("کشاورزان در اعتراض به افزایش قیمت سوخت جاده‌ها را بستند", "fa"),
        ("المزارعون يغلقون الطرق احتجاجا على ارتفاع أسعار الوقود", "ar"),
    ],
)
def test_a_longer_headline_tells_its_language_in_a_newsroom_of_another(
    headline: str, language: str
) -> None:
    assert {language_of(headline, None, default) for default in ("en", "ja", language)} == {
        language
    }


@pytest.mark.parametrize("language", HEADLINES)
def test_an_article_tells_its_language_whatever_is_expected(language: str) -> None:
    others = [text for key, text in HEADLINES.items() if key != language]
    article = Article("a", title="Reuters", body=f"{HEADLINES[language]} " * 4 + others[0])
    for default in HEADLINES:
        assert language_of_article(article, default) == language, default


@pytest.mark.parametrize(
    ("text", "stated", "default", "expected"),
    [
        ("Die Regierung hat sich auf einen Haushalt geeinigt", "fr", "en", "fr"),
        ("Україна", "uk", "en", "uk"),
        ("Россия", "en", "ru", "en"),
        ("Россия", None, "en", "ru"),
        ("Россия", None, "bg", "bg"),
        ("Україна", None, "uk", "uk"),
        ("العربية", None, "en", "ar"),
        ("فارسی", None, "fa", "fa"),
        ("中国", None, "en", "zh"),
        ("中国", None, "ja", "ja"),
        ("米大統領選", None, "ja", "ja"),
        ("这是新闻", None, "ja", "zh"),
        ("これはニュースです", None, "en", "ja"),
        ("使用 scikit-learn 和 Python 进行机器学习的新方法", None, "en", "zh"),
        ("한국", None, "en", "ko"),
        ("हिन्दी", None, "en", "hi"),
        ("हिन्दी", None, "mr", "mr"),
        ("ไทย", None, "en", "th"),
        ("Ελλάδα", None, "en", "el"),
        ("ישראל", None, "en", "he"),
        ("Putin said: Россия", None, "en", "en"),
        ("iPhone 17", None, "ru", "ru"),
        ("", None, "de", "de"),
        ("2022 — 77", None, "de", "de"),
        ("2022 77", None, "ru", "ru"),
    ],
)
def test_language_of(text: str, stated: str | None, default: str, expected: str) -> None:
    assert language_of(text, stated, default) == expected


@pytest.mark.parametrize(
    ("default", "text", "expected"),
    [
        ("cy", "Mae'r llywodraeth yn cyhoeddi'r gyllideb newydd", "cy"),
        ("cy", "Расходы на здравоохранение вырастут, сообщил министр", "ru"),
        ("tg", "Ҳукумат буҷети нав пешниҳод кард, гуфт вазир", "tg"),
        ("as", "চৰকাৰে নতুন বাজেট দাখিল কৰিলে", "as"),
        ("bs", "Vlada je predstavila novi budžet, rekao je ministar, ali nije sve jasno", "bs"),
    ],
)
def test_a_language_without_a_list_is_believed(default: str, text: str, expected: str) -> None:
    assert language_of(text, None, default) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("eng", "en"), ("rus", "ru"), ("chi", "zh"), ("zho", "zh"), ("iw", "he"), ("nn", "no"),
        ("en", "en"), ("haw", "haw"), ("und", None), ("zxx", None), (None, None), ("", None),
    ],
)  # fmt: skip
def test_each_language_has_one_code(said: str | None, expected: str | None) -> None:
    assert same_code(said) == expected
    assert language_of("2026", said, "de") == (expected or "de")


def test_the_default_has_one_code_too() -> None:
    assert language_of("2026", None, "eng") == "en"
    assert language_of(HEADLINES["no"], None, "nb") == "no"


def test_names_with_foreign_letters_do_not_decide() -> None:
    for name in ("Erdoğan", "Wałęsa", "Peña Nieto", "Løkke Rasmussen", "Ceauşescu", "Škoda"):
        text = f"{name} meets the president. {name} said on Tuesday that the talks were good."
        assert {language_of(text, None, code) for code in ("en", "tr", "pl", "es")} == {"en"}


def test_more_is_read_where_the_beginning_tells_little() -> None:
    table = "1.25 2.50 3.75 " * 40
    assert language_of(table + HEADLINES["de"] * 5, None, "en") == "de"
    assert language_of(table * 20 + HEADLINES["de"] * 5, None, "en") == "en"


def test_only_the_beginning_decides_the_language() -> None:
    assert language_of("the word of a man " * 100 + "слово " * 1_000_000, None, "en") == "en"


def test_composed_and_decomposed_letters_are_one() -> None:
    for language, text in HEADLINES.items():
        assert language_of(unicodedata.normalize("NFD", text), None, "en") == language
        assert language_of(text.upper(), None, language) == language


@given(st.text(max_size=300), st.sampled_from([None, "fr", "und"]), st.sampled_from(["en", "uk"]))
def test_any_text_has_a_language(text: str, stated: str | None, default: str) -> None:
    found = language_of(text, stated, default)
    assert found == language_of(text, stated, default)
    assert found in {default, stated} | ONE_LANGUAGE.union(*WORDS.values())
    assert unpacked(packed(found)) == found


@given(st.from_regex(r"[a-z]{1,4}", fullmatch=True))
def test_codes_fit_into_four_bytes(code: str) -> None:
    assert packed(code) < 2**32
    assert unpacked(packed(code)) == code


def test_lists_are_of_the_same_languages() -> None:
    for table in (LETTERS, GROUPS):
        for script, lists in table.items():
            assert set(lists) <= set(WORDS[script])
    assert set(INDISPENSABLE) <= set(WORDS["cyrillic"])


@pytest.mark.parametrize("unit", ["a ", "a", "я", "中", "é" + "\u0301" * 30, "\u0301", "7", "\n"])
def test_ten_megabytes_of_anything_cost_no_more_than_their_beginning(unit: str) -> None:
    text = unit * (10_000_000 // len(unit))
    started = time.monotonic()
    language_of(text, None, "en")
    assert time.monotonic() - started < 5  # a thousand times what it takes


@pytest.mark.parametrize("default", ["en", "ru", "zh", "es", "ar", "de", "uk"])
def test_the_sample_is_what_it_says(default: str) -> None:
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        held = json.loads(line)
        article = Article(held["id"], held["title"], summary=held["summary"], body=held["body"])
        assert language_of_article(article, default) == held["language"], held["id"]


@pytest.mark.skipif(not REAL.is_dir(), reason="MOREFROM_REAL_DATA is not set")
@pytest.mark.parametrize(
    ("name", "language", "share"),
    [
        ("reuters21578", "en", 0.02),  # of which most are price tables
        ("digitalgov_blog", "en", 0.003),
        ("ecbplus", "en", 0.003),
        ("wikitimes_2015_09", "en", 0.04),  # single sentences
        ("wikinews_2019_2020", "en", 0.005),
        ("bbc2225", "en", 0.0),
        ("ant_arabic", "ar", 0.0),
        ("cctv_xwlb_zh", "zh", 0.001),
        ("onetv_ru_headlines_20k", "ru", 0.002),
    ],
)
def test_real_articles_are_what_they_are(name: str, language: str, share: float) -> None:
    with gzip.open(REAL / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        lines = random.Random(7).sample(file.readlines(), 250)
    articles = []
    for held in map(json.loads, lines):
        texts = (held.get(key) or "" for key in ("title", "summary", "body"))
        title, summary, body = texts
        articles.append(Article(held["id"], title, summary=summary, body=body))
    for default in (language, "de"):
        found = Counter(language_of_article(one, default) for one in articles)
        allowed = 1 if default == language else max(1, 3 * share * len(articles))
        assert len(articles) - found[language] <= allowed, (default, found)
