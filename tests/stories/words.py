"""What is said and told in each language."""

from tests.stories.product_manager import Said

CHAPTERS = (
    (
        "# A product manager, from the worst barrier to whether it helped",
        "A test plays this (`tests/stories`) with the whole of Verso, over the stand-in for "
        "Telegram and a virtual clock; it is written here as it was said, by "
        "`python -m tests.stories`, and the pictures are those that the bot sent. Put in directly "
        "were 640 customers and their renewals (by the HTTP API) and three months of complaints "
        "(as rows, also that they led to the change). Those of Anna and Boris, and all that Olaf, "
        "the product manager, says and presses, went through the chat.",
    ),
    (
        "## June: too few people",
        "Lumen Tea sends first boxes and hopes that people renew. It has 40 customers, Olaf among "
        "them. He wants to try something on half.",
    ),
    (
        "## September: where it hurts",
        "Three months later there are 640 customers, 600 of them with a first box, and September "
        "had 28 complaints.",
    ),
    (
        "## Written down before",
        "It hurts newcomers most who open their first box and read a leaflet. Olaf wants to try a "
        "card in its place.",
    ),
    ("## Begun", "One half gets the card. The warehouse asks Verso for each box who that is."),
    (
        "## November: the letter",
        "In October the customers renew, or not. On Monday, 2 November, there is a letter.",
    ),
    (
        "## For everybody",
        "The desk makes the change for everybody and tells Anna and Boris, who had complained of "
        "the leaflet in Telegram. A week later both are asked whether it helped, and press *Yes*. "
        "The letter of 16 November says so.",
    ),
)

ENGLISH = Said(
    change="A card with three steps instead of the leaflet of eight pages",
    never="when it works",
    lesson="Three steps on a card are read, eight pages are not. Every first box gets the card.",
    title="A card with three steps in every first box",
    done="The leaflet had eight pages. There is a card now: how hot, how much, how long.",
    answer="You are right. 80 degrees, three minutes, two spoons to a pot.",
    anna="The leaflet has eight pages and I still do not know how hot the water should be.",
    boris="I could not find in the leaflet how long the tea should steep.",
    complaints={
        ("first_use", "guide"): [
            "The leaflet is too long, I gave up on page two",
            "Which temperature? The leaflet does not say it",
            "Eight pages of leaflet and no word about the temperature",
            "I steeped it too long, it got bitter",
            "The leaflet was in tiny print",
            "Could not find how long to steep it",
            "What temperature is right for green tea?",
            "The leaflet is about the farm and not about tea",
            "It got bitter, I must have steeped it wrong",
            "The leaflet confused me",
            "Temperature in the leaflet only in Fahrenheit",
            "How much tea for one cup? Not in the leaflet",
            "Too much text in the leaflet",
            "It came out bitter twice",
        ],
        ("waiting", "packaging"): [
            "The tin was dented",
            "Dented tin again",
            "The box was torn",
            "A dented lid",
            "The tin rattled, it was dented",
            "The seal was open",
        ],
        ("waiting", "delivery"): [
            "The courier did not ring",
            "It came two days late",
            "The courier left it in the rain",
            "Late again",
        ],
        ("later", "price"): ["The second box costs more than I thought", "Shipping costs too much"],
    },
    chapters=CHAPTERS,
)

RUSSIAN = Said(
    change="Карточка из трёх шагов вместо брошюры на восемь страниц",
    never="когда заработает",
    lesson="Три шага на карточке читают, восемь страниц — нет. Карточку кладём в каждый набор.",
    title="Карточка из трёх шагов в каждом первом наборе",
    done="Брошюра была на восемь страниц. Теперь есть карточка: вода, чай, время.",
    answer="Вы правы. 80 градусов, три минуты, две ложки на чайник.",
    anna="Чай испорчен: не нашла в брошюре, какой должна быть вода.",
    boris="Чай горький: в брошюре не написано, сколько его заваривать.",
    complaints={
        ("first_use", "guide"): [
            "Брошюра слишком длинная, сдался на второй странице",
            "Какая температура? В брошюре этого нет",
            "Восемь страниц брошюры и ни слова про температуру",
            "Передержал, чай стал горьким",
            "Брошюра набрана мелким шрифтом",
            "Не нашла, сколько заваривать",
            "Какая температура нужна зелёному чаю?",
            "Брошюра про плантацию, а не про чай",
            "Горький, видимо заварила не так",
            "Брошюра меня запутала",
            "Температура в брошюре в фаренгейтах",
            "Сколько чая на чашку? В брошюре нет",
            "Слишком много текста в брошюре",
            "Дважды вышел горьким",
        ],
        ("waiting", "packaging"): [
            "Банка помята",
            "Снова помятая банка",
            "Коробка порвана",
            "Крышка помята",
            "Банка помята и гремит",
            "Пломба вскрыта",
        ],
        ("waiting", "delivery"): [
            "Курьер не позвонил",
            "Пришло на два дня позже",
            "Курьер оставил под дождём",
            "Опять поздно",
        ],
        ("later", "price"): ["Второй набор дороже, чем я думала", "Доставка слишком дорогая"],
    },
    chapters=CHAPTERS,
)

CHINESE = Said(
    change="用三步卡片代替八页的说明书",
    never="等有效的时候",
    lesson="三步卡片有人看，八页说明书没人看。每个首次茶盒都放卡片。",
    title="每个首次茶盒里都有三步卡片",
    done="说明书以前有八页。现在有一张卡片：水温、茶量、时间。",
    answer="你说得对。80 度，三分钟，一壶两勺。",
    anna="说明书有八页，我还是不知道水要多热。",
    boris="说明书里找不到茶要泡多久。",
    complaints={
        ("first_use", "guide"): [
            "说明书太长，看到第二页就放弃了",
            "水温多少？说明书没写",
            "八页说明书，没有一句讲水温",
            "泡太久，变苦了",
            "说明书字太小",
            "找不到要泡多久",
            "绿茶的水温多少合适？",
            "说明书讲茶园，不讲泡茶",
            "很苦，大概泡错了",
            "说明书把我弄糊涂了",
            "说明书里的水温只有华氏",
            "一杯放多少茶？说明书没有",
            "说明书文字太多",
            "两次都泡苦了",
        ],
        ("waiting", "packaging"): [
            "茶罐瘪了",
            "茶罐又瘪了",
            "盒子破了",
            "盖子瘪了",
            "茶罐瘪了还响",
            "封口开了",
        ],
        ("waiting", "delivery"): [
            "快递员没打电话",
            "晚到两天",
            "快递员放在雨里",
            "又晚了",
        ],
        ("later", "price"): ["第二盒比我想的贵", "运费太贵"],
    },
    chapters=CHAPTERS,
)

SAID = {"en": ENGLISH, "ru": RUSSIAN, "zh": CHINESE}
