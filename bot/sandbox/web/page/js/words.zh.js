/** The sandbox's page in Chinese. @type {Record<string, string | Record<string, string>>} */
export default {
  "Sandbox": "沙盒", "sandbox": "沙盒", "Time": "时间", "Page": "页面", "Phones": "手机", "+1 hour": "+1 小时", "+1 day": "+1 天", "Light or dark": "浅色或深色",
  "A bot that goes by the clock of its machine does not follow.": "按自己电脑时钟运行的机器人不会跟着变。",
  "Telegram on this machine, without an account": "这台电脑上的 Telegram，无需账号", "Add yourself: a name and a language.": "先添加你自己：名字和语言。",
  "Start your bot, with VERSO_BOT_API_URL={} and the token that the terminal shows.": "用 VERSO_BOT_API_URL={} 和终端里显示的令牌启动机器人。",
  "On your phone, open the link that verso run prints; then make a group and type /setup there.": "在你的手机上打开 verso run 给出的链接，再建一个群，在群里发送 /setup。",
  "Everything is in memory, and gone when the sandbox ends.": "一切都在内存里，沙盒停止后就没有了。", "Add a person": "添加一个人", "Add": "添加", "Name": "名字", "Language of their Telegram": "此人的 Telegram 语言",
  "The sandbox has stopped. Start it again with verso sandbox; what was in it is gone.": "沙盒已停止。请用 verso sandbox 重新启动，里面原有的内容已经没有了。",
  "Back": "返回", "Chat menu": "聊天菜单", "{}'s phone": "{}的手机", "Chats": "聊天", "Chat": "聊天", "Topics": "话题", "closed": "已关闭", "typing…": "正在输入…", "Members: {}": "成员：{}", "Nothing was said here yet.": "这里还没有人说话。",
  "Start": "开始", "Send /start": "发送 /start", "Block the bot": "屏蔽机器人", "Unblock the bot": "取消屏蔽机器人", "Open a link that begins with t.me": "打开以 t.me 开头的链接", "Open": "打开",
  "That is no link of a bot that is here. They begin with {}.": "这不是这里的机器人的链接。它们以 {} 开头。", "New group…": "新建群…", "New group": "新建群", "With topics": "带话题", "With @{} as an admin": "让 @{} 当管理员", "Make it": "创建", "Cancel": "取消",
  "Add {}": "添加{}", "Make @{} an admin": "让 @{} 当管理员", "Leave the group": "离开群",
};
