"""The commonest short words of each language: what gives it away.

They are not the stop lists: these may hold *said*, *us* or *new*, which must stay terms, and a
language may be told here that has no stop list. What counts is that a word which two languages
share stands in both lists, for then it favours neither.
"""

from types import MappingProxyType

WORDS = MappingProxyType({
    "latin": {
        "en": """the of and to in a for on that is was with by it as at from be his has have are he
            she said says say not an this but will its who been were had they would their more which
            or about after up one out new over than we you you're no all can could if when what
            where how why there into other some also years year first because against under while
            her him our us vs inc corp co ltd company dlrs mln cts qtr shr net here's it's don't i
            my your do does did may should must between before during these those only just most two
            last per loss profit three months note them then such being through so""",
        "fr": """le la les de des du un une et à au aux en dans pour par sur avec sans est sont a
            ont été être qui que qu'il qu'elle ce cette ces il elle ils se s'est ne pas n'est plus
            son sa ses leur leurs mais ou où comme entre après avant d'un d'une c'est l'on selon
            contre deux nous vous on y aussi dont fait depuis lors même tout tous sous afin ans
            avait était cela si très chez je mon""",
        "de": """der die das den dem des ein eine einer einen einem eines und in im zu zum zur von
            vom mit auf für ist sind war waren nicht auch an am als aus bei nach über um sich er sie
            es wir ich hat haben wird werden wurde wurden dass daß wie noch nur aber oder so wenn
            vor durch bis gegen unter zwischen mehr seine seiner ihre ihr sein man was kann soll
            jahr jahre sagte seit diese dieser dieses alle keine kein habe ab zwei ohne bereits""",
        "es": """el la los las de del un una unos unas y e en a al que se por para con sin su sus es
            son fue ha han no lo le les como más pero o entre sobre este esta estos estas ese esa
            desde hasta también ser está están había según cuando donde ya muy si tras ante contra
            durante años dos esto porque qué cómo nos todo todos yo mi hay era sido dijo uno""",
        "pt": """o a os as de do da dos das um uma e em no na nos nas ao à aos às que se por pelo
            pela para com sem seu sua seus suas é são foi foram não como mais mas ou entre sobre
            este esta esse essa isso desde até também ser está estão tem há quando onde já muito
            após contra durante anos dois ele ela eles segundo ainda nós você porque era disse diz
            num numa""",
        "it": """il lo la i gli le di del della dei delle dello degli un una uno e ed in nel nella
            nei nelle a al alla ai alle che si per con su sul sulla da dal dalla non è sono ha hanno
            come più ma o anche tra fra questo questa questi suo sua suoi loro essere stato stata
            dopo prima quando dove già contro anni due ci cui se l'ha c'è era molto secondo perché
            io mi no un'altra all'""",
        "nl": """de het een en van in op te dat die is zijn met voor niet aan er om ook als bij of
            naar uit door over tot dan maar worden wordt werd heeft hebben had hij ze zij we wij was
            waren meer nog wel kan zal zou deze dit geen onder tegen tussen na jaar haar hun je ik
            zich volgens omdat toen nu al twee zo""",
        "af": """die van en in is het nie te vir met op dat ’n 'n om by sy hy as aan uit was wat ook
            word sal kan deur tot oor maar hulle ons meer na moet nog haar of dit een se gesê teen
            jaar wees gaan kry jou jy ek my sê nuwe waar want baie gedoen hom twee sou so hoe nou
            kom toe""",
        "sv": """och i att det som en på är av för med den till inte har de ett om från var men vid
            så sig han hon vi jag kan efter eller under när mot där mellan också mer nu än ut upp år
            säger skulle ska blir blev hade sin sina alla över kommer vara man två utan enligt igen
            inga någon något mig dig får ännu samt både hur många skriver nya nytt även""",
        "da": """og i at det som en på er af for med den til ikke har de et om fra var men ved så
            sig han hun vi jeg kan efter eller under når mod hvor mellem også mere nu end ud op år
            siger skulle skal bliver blev havde sin sine alle over kommer være man to uden ifølge
            hvad nogle meget denne dette disse andre flere ingen kunne ville deres igen gennem
            blevet samt både dog hvis lige været fået mig dig gør bør uge endnu sammen""",
        "no": """og i å det som en på er av for med den til ikke har de et om fra var men ved så seg
            han hun vi jeg kan etter eller under når mot hvor mellom også mer nå enn ut opp år sier
            skulle skal blir ble hadde sin sine alle over kommer være man to uten ifølge hva noen
            mye at denne dette disse andre flere ingen kunne ville deres igjen gjennom blitt samt
            både hvis ikkje eit frå ein fram noe meg deg uken sammen trenger vært gått fått gjør
            kanskje""",
        "is": """og í að á er sem um við til af en það var ekki með fyrir hann hún þeir þess hafa
            hefur frá eru því eftir þegar vera segir verið upp úr einnig""",
        "fi": """ja on ei että se oli joka ovat hän mutta kun myös mukaan sekä tai kuin ole sen sitä
            hänen jonka jossa niin vain jo nyt olla ovat ollut vuonna vuoden jälkeen kanssa ennen
            noin tämä tämän ne mitä en sanoo sanoi vielä voi olisi uusi uuden enemmän tulee saa
            pitää kaksi sitten miksi miten kaikki joita päivän jotka jos""",
        "et": """ja on ei et see oli mis ta kui ka aga või ning oma tema ole siis mida kes seda
            selle need pole olid veel nii aasta pärast ütles juba kuid vaid välja üle enne ma peab
            saab tuleb uus uue uued kuidas miks praegu kaks mitte kus millal saada olla oleks tegi
            läks nende meie teie kõik enam homme vastu juures kohta järgi""",
        "lv": """un ir no ar par uz ka kas bet arī nav lai tas kā pēc vai tiek bija gan tā to vēl
            jau līdz pie gada viņš viņa savu kad ja šo būs pret starp jauna jauns kuri kuru savas
            var tika nevar""",
        "lt": """ir yra į iš su kad tai bet nuo apie kaip dėl po per ar jo jos jų buvo ne taip pat
            už tik iki prie metų kuris kuri kurie savo dar jau sako pagal ant šio bus prieš nėra
            naujas nauja kiek bei kurių turi gali""",
        "pl": """i w z na do się nie że to jest o po od za jak ale przez dla są był była było które
            który która co a czy już jego jej ich tym tego ten ta te przed przy ze we oraz tylko
            może roku lat pod bez też także gdy więc był byli będzie według""",
        "cs": """a v na se je že s z do o k i ale jako za by po podle který která které jeho jsou
            byl byla bylo byly pro při také už než nebo aby ve od to jsem ze není roku řekl mezi
            před až jen však ještě když má kde své proti si jak bude co by jsme nové nová nový dnes
            kdy proč kdo musí může bez kdyby tak""",
        "sk": """a v na sa je že s z do o k aj ale ako za by po podľa ktorý ktorá ktoré jeho sú bol
            bola bolo boli pre pri tiež už než alebo aby vo od to som zo nie roku povedal medzi pred
            až len však ešte keď má kde svoje ich či proti si bude čo sme nové nová nový dnes kedy
            prečo kto musí môže bez tak""",
        "sl": """in je na v se da za so ki z s po pa kot bi ne od do iz tudi pri o ob bil bila bilo
            ali še že le to ni kar kako med pred bo ga jih lahko leta dejal zaradi ter kjer več med
            proti danes zdaj kaj kdo tega vendar treba brez naj saj ste bom bodo če leto letu zakaj
            glede niso smo mora""",
        "hr": """i u je na se da za su od s a o iz ne ili što koji koja koje bi do kao ali nije biti
            bio bila bilo po te će sve još samo nakon prema godine rekao također gdje prije tko
            tijekom već kako više ga im to kod zbog protiv danas jer zašto bez novi uz""",
        "sr": """i u je na se da za su od sa a o iz ne ili što šta koji koja koje bi do kao ali nije
            biti bio bila bilo po te će sve još samo posle nakon prema godine rekao takođe gde pre
            ko tokom već kako više ga im to kod zbog protiv danas jer zašto bez novi uz""",
        "ro": """și şi de la în din a cu pe că nu un o care este sunt pentru mai ce să se al ale lui
            au fost dar ca prin după sau fi ei cel cea cei către între fără anul ani acest această
            iar va vor despre era îi le lor unei unui spus cum unde când noi vom două acum doar
            foarte poate""",
        "hu": """a az és hogy is nem egy meg van volt ez de csak már el mint azt ki le szerint még
            után ha vagy kell lesz sem majd ezt pedig között akkor amely aki két magyar ami nagyon
            ennek mert most be új nélkül lehet ne így több miért hogyan ma ő lett""",
        "sq": """e të në i dhe për me se nga një është që si ka do nuk më u janë kjo ky por ose pas
            tij saj këtë këtij mund tha duke kanë ishte deri ndaj ai ajo edhe pse kur duhet sot dy
            tre vetëm shumë pa""",
        "tr": """ve bir bu da de için ile olarak çok daha olan sonra kadar gibi ne var ama en ya her
            göre o ise değil mi dedi oldu olduğunu yıl yeni iki ki nin tarafından şu hem veya ancak
            kendi önce üzerinde bunu şekilde eden etti yok nasıl neden nedeniyle üzere bugün ilk
            gün""",
        "az": """və bir bu da də üçün ilə olan sonra kimi ki o daha çox görə edib isə deyil var idi
            amma hər qədər onun olub tərəfindən ildə yeni bildirib edir""",
        "ca": """el la els les de del dels un una i en a al als que es per amb sense seu seva és són
            ha han no ho com més però o entre sobre aquest aquesta aquests des fins també ser està
            quan on ja molt després contra durant anys dos si segons va van hi què perquè pel pels
            només nou tots fer té tenen poden pot cap seus seves ara avui mentre""",
        "gl": """o a os as de do da dos das un unha e en no na nos nas ao á que se por polo pola
            para con sen seu súa é son foi non como máis pero ou entre sobre este esta desde ata
            tamén ser está hai cando onde xa moi tras contra anos dous segundo os ás ó polos polas
            dunha nunha dun nun co coa cos coas moito isto eu el ela lle foron ten teñen pode
            poden""",
        "eu": """eta da ez du dira bat ere dute zen izan egin dio baina zuen edo bere hau ziren den
            hori arte baino beste behar duen egiten dela dituzte gabe ondoren dago daude horrek
            hauek guztiak berri urte egun batek izango esan dituen duten zuten arabera bezala lehen
            orain hemen""",
        "ga": """an na agus ar ag a do le go is sé sí tá bhí i leis as gur nach air de ach níl faoi
            chun mar atá ina sin seo ní idir""",
        "id": """yang dan di dari untuk dengan ini itu pada dalam tidak akan ke adalah juga telah
            oleh sebagai ada mereka ia dia bisa kata saat lebih atau karena para tahun sudah bahwa
            dapat menjadi orang satu kami kita tersebut setelah hingga antara seperti namun masih
            tak baru tiga dua hari siap jadi buat ingin harus bukan belum secara terhadap tentang
            serta hanya lagi usai soal""",
        "tl": """ang ng sa na mga ay at ni si para kay hindi ito siya nang may mula ayon pa rin lang
            nila kung isang kanyang""",
        "vi": """của và là có không được trong cho các với một người này đã những để khi từ ở về đến
            năm cũng ra như vào tại ông theo sẽ trên phải nhiều bị việc sau""",
        "sw": """ya na wa kwa ni katika la za kuwa hii cha huo hiyo wake baada kama watu pia lakini
            au alisema huyo hayo bila""",
    },
    "cyrillic": {
        "ru": """и в не на что с по он его к как из за у это но от для о же так до а был была было
            были или под при после также который которые которая все всё бы если уже со ее её их мы
            она они я об во чтобы только год года году лет может нет есть где когда более сообщил
            заявил этого сказал еще ещё между через над перед""",
        "uk": """і й в у не на що з до та за про для як від це але його її їх він вона вони ми я ще
            після також який яка які що щоб був була було були або при під по із зі якщо вже так
            тільки року рік років може немає є де коли більш повідомив заявив цього сказав між через
            над перед а о всі щодо нових новий нова чому буде треба""",
        "be": """і ў у не на што з па за як ад да для аб але яго яе іх ён яна яны мы я пасля таксама
            які якая якія каб быў была было былі або пры пад калі ўжо так толькі года годзе можа
            няма ёсць дзе гэта гэтага паведаміў сказаў яшчэ між праз а ці са новы новая чаму будзе
            трэба вельмі сёння таму""",
        "bg": """и на в не за от да се с е по че до са като ще му си ги това той тя те ние но или
            при след също който която които бил била било били под ако вече така само година години
            може няма има къде когато повече съобщи заяви каза още между през над пред а го ни към
            със във обаче най което както дали тази този тези нов нова заради докато какво защо бъде
            могат""",
        "sr": """и у на је да се су за од са а о из не или што шта који која које би до као али није
            бити био била било по те ће све још само после након према године рекао такође где пре
            ко током већ како више га им то код због против нов нова сада зашто без ово овај ова
            треба може""",
        "mk": """и на во да се за од со не е ќе што ги го му до како но или по дека кој која кои
            беше биле според исто така само година години може нема има каде кога повеќе рече уште
            меѓу преку над пред а ни тоа тој таа тие сите во нов нова сега зошто ова овој оваа оние
            треба""",
        "kk": """және мен үшін бұл бір деп де да еді болды осы сол ол бойынша туралы екен қазақстан
            жылы кейін арқылы оның болған пен бен жаңа бар жоқ емес деген үлкен керек бүгін қалай
            неге өз""",
    },
    "arabic": {
        "ar": """في من على إلى أن عن مع هذا هذه التي الذي الذين أنه كان كانت ما لا لم قد قال وقال
            وفي بعد بين كما أو ان الى خلال حيث ذلك بعض كل غير قبل أكثر عليه منذ هو هي لن ليس حول
            وأضاف عدد يوم عام و""",
        "fa": """در به از که را این با است برای و آن یک خود تا بر هم نیز شده شد های می ها کرد کرده
            بود باید ما او اما اگر هر پس پیش گفت دو سال روز مورد بین اند نمی شود دارد بی""",
        "ur": """کے کی میں اور سے ہے نے کو کا پر کہ ہیں اس یہ وہ نہیں تھا تھی تھے کر بھی ان جو گیا
            گئی ہو ہوئے لیے کہا بعد ایک اپنے تو ہی تک رہا رہے ساتھ جس دیا""",
        "ps": """د په چې او کې ته له سره هم دا دی ده یې شوي نه به يو یو وايي خو چی کی دي هغه پر تر
            کړې کړي کال""",
        "ckb": """لە بە و بۆ کە ئەو ئەم لەسەر بوو دەکات هەیە نییە لەگەڵ یان هەر دوای پێش ڕۆژی سەر
            ساڵی لەلایەن بەڵام""",
    },
    "devanagari": {
        "hi": """के की में है और से को का ने पर कि हैं यह इस नहीं था थे थी भी एक कर लिए हो वह जो तो
            ही तक या गया गई रहा रहे साथ अपने किया कहा बाद होने आज दो अब क्या क्यों कैसे सभी अपनी
            उनके जब अगर लेकिन नए नई बीच होगा होता होती करें आप""",
        "mr": """आहे आणि या आहेत हे ही तर व नाही होते होता होती असे केले केली केला त्या मात्र झाले
            झाली यांनी त्यांनी एक म्हणून तसेच असून करण्यात किंवा हा जर येथे साठी मध्ये वर अशी असा
            आता आज काही दोन पण परंतु यांच्या यांना आपल्या सर्व नये देण्यात सांगितले अधिक करा
            होणार""",
        "ne": """छ र पनि यो हो भने लागि गर्न गरेको भएको छन् थियो एक नेपाल तथा उनले बताए भन्ने गर्ने
            सो यस छैन हुन्छ हुने गरी भएका गरेका रहेको तर वा त्यो उनी हामी आफ्नो सबै आज दुई नयाँ
            गरिएको जना गर्दै सँग बीच भन्दै""",
    },
    "hebrew": {
        "he": """של את על לא הוא היא עם כי זה גם או אבל אל כל אם יש אין היה היתה הייתה כך אני הם בין
            לאחר עד רק יותר זאת אשר בו לו שלו מה אמר ידי""",
        "yi": """די און איז אין צו פון מיט ניט נישט דער דאס וואס זיי האט האבן אויך אז פאר ער זי מען
            אויף ווי איר""",
    },
})  # fmt: skip
"""For each script that several languages share, each one's short words."""
