/** What the phones say, in Chinese. @type {Record<string, string | Record<string, string>>} */
export default {
  "Language of this page": "页面语言", "{} days later": "{} 天后", "{} hours later": "{} 小时后", "{} minutes later": "{} 分钟后", "Nothing answers here. Is it still running?": "这里没有回应。它还在运行吗？",
  "Refused ({}).": "被拒绝（{}）。", "This file cannot be read.": "这个文件读不了。", "To the newest message": "到最新消息", "Messages": "消息", "Suggested answers": "建议的回答", "Send a voice message (a sample)": "发送语音（样例）",
  "Commands": "命令", "Attach": "附件", "Send": "发送", "Do not edit": "不编辑", "Do not reply": "不回复", "Message": "消息", "Message from {}": "{} 的消息", "Reply to {}": "回复 {}", "Photos or files…": "照片或文件…",
  "A sample photo": "样例照片", "A sample album of three": "三张样例相册", "A sample voice message": "样例语音", "A sample document": "样例文件", "My location": "我的位置", "My contact": "我的名片",
  "The bot has not told its commands yet.": "机器人还没有公布命令。", "Drop to send": "松开发送", "Copied: {}": "已复制：{}", "{}: nothing is opened outside of this page.": "{}：不会打开这个页面以外的任何东西。",
  "React with {}": "用 {} 回应", "Reply": "回复", "Edit": "编辑", "Copy text": "复制文字", "Delete for everybody": "为所有人删除", "The bot has it": "机器人已收到", "Sent, the bot has not fetched it yet": "已发送，机器人还没取走",
  "Reopen the topic": "重新打开话题", "Close the topic": "关闭话题", "Delete the topic": "删除话题", "{} unread": "{} 条未读", "Photo": "照片", "Photo, opens in a new tab": "照片，在新标签页打开", "Video message": "视频消息",
  "Video": "视频", "Play voice message": "播放语音", "Pause voice message": "暂停语音", "cannot be played here": "这里放不了", "Audio": "音频", "File": "文件", "Location {}": "位置 {}", "Forwarded from {}": "转发自 {}",
  "What to do with this message": "对这条消息做什么", "Deleted message": "已删除的消息", "Voice message": "语音", "Location": "位置", "Contact": "名片", "Buttons of this message": "这条消息的按钮", "edited ": "已编辑 ",
  "somebody": "某人", "{} by {}": "{}：{}", "{} opened the topic “{}”": "{} 开了话题“{}”", "{} renamed the topic to “{}”": "{} 把话题改名为“{}”", "{} changed the topic's icon": "{} 换了话题图标",
  "{} closed the topic": "{} 关闭了话题", "{} reopened the topic": "{} 重新打开了话题", "{} pinned a message": "{} 置顶了一条消息", "{} joined": "{} 加入了", "{} left": "{} 离开了", "The group became a supergroup": "群升级成了超级群",
  "The group was made": "群建好了", "Hidden text, press to show": "隐藏文字，按下显示", "Show the whole quotation": "显示整段引用", "Something went wrong on this page. Load it again.": "页面出了问题，请重新加载。",
  "Next morning": "第二天早上",
};
