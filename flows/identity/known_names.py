"""Words by which names are told from what is none, and given names from surnames.

All in lower case, without accents and with е for ё (`flows.identity.names` folds what it looks up
in the same way). The lists hold what is common. They need not be complete: whose name is not among
them is greeted without it, unless its place in the whole name leaves no doubt.
"""

from pathlib import Path


def _set(*words: str) -> frozenset[str]:
    return frozenset(" ".join(words).replace("ё", "е").split())


def _listed(file: str) -> frozenset[str]:
    lines = (Path(__file__).parent / file).read_text("utf-8").split("\n")
    return _set(*(line for line in lines if not line.startswith("#")))


TITLES = _set(
    "dr doctor mr mrs ms miss mx mister sir dame lord lady prof professor rev reverend capt md",
    "herr frau fr dipl ing mag hr fru mme mlle monsieur madame mademoiselle sr sra srta senor",
    "senora senorita don dona dott dottor sig signor signora signorina pan pani bay bayan mevr",
    "dhr г-н г-жа гн гжа г-ну госпожа господин гр гражданин гражданка др д-р доктор проф",
    "профессор товарищ тов пан пані добродій κ κος κα κυριος κυρια السيد السيدة الأستاذ الأستاذة",
    "الدكتور الدكتورة دكتور أستاذ מר גב גברת",
)
"""What is said before a name."""

SUFFIXES = _set(
    "jr jnr snr ii iii iv phd md msc bsc mba esq dds cpa ba ma bey hanim efendi мл ст младший",
    "старший",
)
"""What follows a name and is no part of it."""

PLACEHOLDERS = _set(
    "null none undefined unknown test tests testing tester testuser customer client user guest",
    "buyer admin administrator anonymous anon anonym demo sample example dummy noname nobody",
    "someone somebody person visitor member subscriber recipient default empty blank missing",
    "deleted removed inactive name firstname lastname surname fullname username first last",
    "unnamed untitled account contact info office support sales owner manager retail webuser",
    "placeholder tbd tba asdf asdfg asdfgh qwerty qwertz qwert foo foobar lorem ipsum doe kunde",
    "kundin gast benutzer unbekannt keine keiner kein cliente utente usuario invitado desconocido",
    "utilisateur inconnu anonyme misafir musteri klient gosc клиент клиента клиентка клиенты",
    "покупатель покупательница пользователь гость гостья аноним анонимный анонимно тест тестов",
    "тестовый тестовая тестовое заказчик заказчица получатель отправитель посетитель абонент",
    "подписчик имя фамилия отчество фио нет неизвестно неизвестный неизвестная неизвестен пусто",
    "пустой указано указан указана удалённый удаленный удалён удален аккаунт физлицо частное лицо",
    "розничный розничная пример демо админ администратор пробный безымянный некто никто йцукен",
    "фыва клієнт покупець користувач немає невідомо عميل عميلة زبون مستخدم ضيف مجهول اختبار לקוח",
    "לקוחה אורח משתמש בדיקה",
)
"""Words that stand where a name would; one of them, and it is no name."""

WHOLE_PLACEHOLDERS = _set(
    "na no nan nil void yes x xx xxx n/a n.a n\\a none. so-and-so да не нету он она я 无 空 没有",
    "匿名 测试 未知 未填写 先生 女士 小姐 太太 老板 亲 某某 佚名 无名 暂无 姓名 名字",
    "없음 고객 고객님 회원 손님 사용자 테스트 익명 이름 なし 名無し 不明 テスト 名前 お客様",
)
"""No names when nothing stands beside them."""

HAN_PLACEHOLDERS = (
    "客户", "客人", "顾客", "用户", "会员", "买家", "访客", "游客", "匿名", "测试",
    "客戶", "顧客", "用戶", "會員", "買家", "測試", "未命名", "管理员", "고객", "사용자",
    "테스트", "お客",
)  # fmt: skip
HAN_COMPANIES = (
    "公司", "有限", "集团", "集團", "商行", "商店", "商贸", "工作室", "工厂", "酒店", "餐厅",
    "超市",
    "会社", "银行", "学校", "学院", "医院", "门店", "旗舰", "小店", "茶馆", "茶行", "회사",
)  # fmt: skip
"""Parts of what is no person."""

COMPANIES = _set(
    "gmbh ag kg ohg ug mbh ev llc llp ltd limited inc incorporated corp corporation company co",
    "plc sarl sas sa srl spa bv nv oy oyj ab aps asa pty kft zrt sro doo ooo oao zao pao tov too",
    "ip group holding holdings shop store shops hotel hostel restaurant cafe bar pub salon school",
    "clinic hospital church studio studios service services solutions systems consulting trading",
    "international industries agency media digital bakery garage team club foundation university",
    "institute partners associates bros sons enterprise enterprises technologies tech labs",
    "software family familie familia firma verein praxis apotheke backerei buro the ооо ип оао",
    "зао пао ао нко тоо чп фоп тов тзов гк ано гуп муп мбоу гбоу снт тсж ип. магазин салон кафе",
    "ресторан отель гостиница школа студия клиника компания фирма группа холдинг завод банк центр",
    "агентство мастерская служба отдел бухгалтерия склад доставка заказ семья бюро фонд институт",
    "университет типография пекарня кофейня бар клуб команда аптека ресепшн ресепшен приёмная",
    "приемная касса",
)
"""Words that make a name that of a company, a house or a family."""

AND = _set("and und et y e i o & + и й та або или with 和 与 及 ve og och en ja oraz و")
"""Between two names: they are two people. (One letter between two names is no initial of one.)"""

PARTICLES = _set(
    "van von de der den del della delle di da das do dos du des la las le les los el al bin ibn",
    "bint ben ter ten te af av zu zum zur y ap st san santa o mac mc дер ван фон де ла эль аль",
    "бен ибн бин ал",
)
"""With what surnames begin."""

HALF = _set(
    "abd abdul abdel abdal abu abou umm um bu sri shri smt абд абдул абу умм عبد أبو ابو أم ام آل",
    "ابن בן בת",
)
"""Half of a given name, which the next word completes."""

PATRONYMIC_WORDS = _set("оглы огли угли улы уулу кызы кизи қизи гызы oglu ogly ogli ugli kyzy qizi")
"""After the father's name: son or daughter of."""

PATRONYMICS = (
    "ович", "евич", "ьич", "мич", "кич", "овна", "евна", "ична", "йович", "івна",
    "ївна", "авіч", "аўна", "еўна", "ovich", "evich", "evitch", "ovitch", "ovna",
    "evna", "ichna", "ivna", "yovych", "ovych",
)  # fmt: skip

PATRONYMICS_ALONE = (
    "овна", "евна", "ична", "івна", "ївна", "аўна", "еўна", "ovna", "evna", "ichna",
)  # fmt: skip
"""Endings of patronymics that are no surnames."""

SURNAME_ENDS = (
    "ов", "ев", "ова", "ева", "ин", "ын", "ина", "ына", "ский", "ская", "цкий", "цкая",
    "ской", "цкой", "ський", "ська", "зький", "цький", "ный", "ная", "кий", "кая",
    "той", "вая", "вой", "енко", "ко", "чук", "юк", "ук", "ых", "их", "ян", "янц",
    "дзе", "швили", "иани", "ович", "евич", "ец", "чик", "оглу", "заде", "ейко", "нок",
    "аго", "ово", "ov", "ev", "ova", "eva", "sky", "skiy", "skij", "skaya", "ska",
    "ski", "cki", "enko", "chuk", "ovich", "evich", "yan", "shvili", "adze", "idze",
    "wicz", "czyk", "ovic", "evic", "opoulos", "opoulou", "idis", "akis", "oglu",
    "zade", "mann", "stein", "berg", "bauer", "meier", "meyer", "maier", "mayer",
    "sson", "sdottir", "rsen", "nsen", "lsen", "quist", "stra", "inen", "escu", "eanu",
    "ez", "οπουλος", "οπουλου", "ιδης", "ακης", "ძე", "შვილი", "յան", "եան",
)  # fmt: skip
SHORTEST_WITH_END = 5
"""A word as short as "Lev" or "Eva" has no ending."""

SURNAMES = _listed("surnames.txt")

KOREAN = _set(
    "kim lee park choi jung kang cho yoon jang lim han oh seo shin kwon hwang ahn song jeon hong",
    "yoo ko moon yang bae baek heo nam shim noh",
)
"""Surnames in Latin letters beside which a word like "Min-jun" is the given name."""

VIETNAMESE = _set("nguyen tran pham huynh hoang")
VIETNAMESE_MAYBE = _set(
    "le phan vu vo dang bui do ho ngo duong ly dinh truong dao doan trinh mai cao"
)
"""With which Vietnamese names begin; the given name is the last word."""
VIETNAMESE_MIDDLE = _set("van thi huu duc minh ngoc thanh quoc xuan hong thu kim bao gia hoai")

CHINESE_FIRST = _set(
    "wang zhang liu chen zhao huang zhou xu zhu guo luo zheng liang xie deng feng cao zeng xiao",
    "cheng cai yuan dong jiang tian ding shen zhong liao xiong qian dai cui meng qin qiu li lin",
    "wu",
)
"""Surnames in pinyin after which a word of two syllables is the given name."""

GIVEN = _listed("given_names.txt")
"""Those that are surnames, too, are here when most people who bear them are so called."""
