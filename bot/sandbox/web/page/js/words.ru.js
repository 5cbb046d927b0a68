/** The sandbox's page in Russian. @type {Record<string, string | Record<string, string>>} */
export default {
  "Sandbox": "Песочница", "sandbox": "песочница", "Time": "Время", "Page": "Страница", "Phones": "Телефоны", "+1 hour": "+1 час", "+1 day": "+1 день", "Light or dark": "Светлая или тёмная",
  "A bot that goes by the clock of its machine does not follow.": "Бот, который живёт по часам своего компьютера, за ними не идёт.",
  "Telegram on this machine, without an account": "Telegram на этом компьютере, без учётной записи", "Add yourself: a name and a language.": "Добавьте себя: имя и язык.",
  "Start your bot, with VERSO_BOT_API_URL={} and the token that the terminal shows.": "Запустите бота с VERSO_BOT_API_URL={} и токеном, который показан в терминале.",
  "On your phone, open the link that verso run prints; then make a group and type /setup there.": "Откройте на своём телефоне ссылку, которую печатает verso run; потом создайте группу и напишите в ней /setup.",
  "Everything is in memory, and gone when the sandbox ends.": "Всё хранится в памяти и исчезнет, когда песочница остановится.", "Add a person": "Добавить человека", "Add": "Добавить", "Name": "Имя", "Language of their Telegram": "Язык Telegram у этого человека",
  "The sandbox has stopped. Start it again with verso sandbox; what was in it is gone.": "Песочница остановлена. Запустите её снова: verso sandbox. То, что в ней было, пропало.",
  "Back": "Назад", "Chat menu": "Меню чата", "{}'s phone": "Телефон: {}", "Chats": "Чаты", "Chat": "Чат", "Topics": "Темы", "closed": "закрыта", "typing…": "печатает…", "Members: {}": "Участники: {}", "Nothing was said here yet.": "Здесь ещё ничего не сказано.",
  "Start": "Начать", "Send /start": "Отправить /start", "Block the bot": "Заблокировать бота", "Unblock the bot": "Разблокировать бота", "Open a link that begins with t.me": "Открыть ссылку, которая начинается с t.me", "Open": "Открыть",
  "That is no link of a bot that is here. They begin with {}.": "Это не ссылка здешнего бота. Они начинаются с {}.", "New group…": "Новая группа…", "New group": "Новая группа", "With topics": "С темами", "With @{} as an admin": "С администратором @{}", "Make it": "Создать", "Cancel": "Отмена",
  "Add {}": "Добавить: {}", "Make @{} an admin": "Сделать @{} администратором", "Leave the group": "Выйти из группы",
};
