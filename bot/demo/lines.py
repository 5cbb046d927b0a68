"""What the people of the script say, and what they are told."""

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
"""A picture of one pixel."""
EMMA_SAID = "The tin arrived with a dent, and two of the bags & their labels were torn."
IVAN_SAID = "Банка помята, крышка не закрывается."
LINA_SAID = "茶罐到手时已经凹了，盖子盖不严。"
SAID = {"emma": EMMA_SAID, "ivan": IVAN_SAID, "lina": LINA_SAID}
ANSWER = "I am sorry, Emma. A new tin leaves today; keep the dented one for pencils."
SORRY = "Иван, простите за ожидание. Новая банка уезжает к вам сегодня."
LATER = "отвечаем дольше"
OVERDUE = "nobody has written"
FAILED = "did not help"
KEPT = "Promise kept"
FREE = "Tom has not written for some time"
TITLE = "Tins travel in a cardboard sleeve"
CHANGED = {
    "en": "Every tin travels in a cardboard sleeve now. It survives a drop of two metres.",
    "ru": "Теперь каждая банка едет в картонном рукаве. С двух метров она цела.",
    "zh": "现在每个茶罐外面都套了纸套，从两米高摔下也完好。",
}
"""What was done, in the language of each who is told."""
ALSO = {
    "ru": ("Банки едут в картонном рукаве", CHANGED["ru"]),
    "zh": ("茶罐套上了纸套", CHANGED["zh"]),
}
