"""Every method imitated, with the parameters it takes here.

METHODS lists the imitated parameters, LEFT_OUT those that the Bot API has and the sandbox
refuses by name, KINDS how a parameter is read from a form, a query string or JSON.
"""

from __future__ import annotations

_PLACE = "chat_id message_thread_id"
_DELIVERY = (
    "disable_notification protect_content allow_paid_broadcast reply_parameters reply_markup"
)
_CAPTION = "caption parse_mode caption_entities"
_PLACE_OUT = "business_connection_id direct_messages_topic_id message_effect_id"
_SEND_OUT = f"{_PLACE_OUT} suggested_post_parameters"

_TABLE: dict[str, tuple[str, str]] = {
    "getMe": ("", ""),
    "getUpdates": ("offset limit timeout allowed_updates", ""),
    "setWebhook": (
        "url max_connections allowed_updates drop_pending_updates secret_token",
        "certificate ip_address",
    ),
    "deleteWebhook": ("drop_pending_updates", ""),
    "getWebhookInfo": ("", ""),
    "sendMessage": (
        f"{_PLACE} text parse_mode entities link_preview_options {_DELIVERY}",
        _SEND_OUT,
    ),
    "forwardMessage": (
        f"{_PLACE} from_chat_id message_id disable_notification protect_content",
        "direct_messages_topic_id video_start_timestamp message_effect_id "
        "suggested_post_parameters",
    ),
    "forwardMessages": (
        f"{_PLACE} from_chat_id message_ids disable_notification protect_content",
        "direct_messages_topic_id",
    ),
    "copyMessage": (
        f"{_PLACE} from_chat_id message_id {_CAPTION} show_caption_above_media {_DELIVERY}",
        "direct_messages_topic_id video_start_timestamp message_effect_id "
        "suggested_post_parameters",
    ),
    "copyMessages": (
        f"{_PLACE} from_chat_id message_ids disable_notification protect_content remove_caption",
        "direct_messages_topic_id",
    ),
    "sendPhoto": (
        f"{_PLACE} photo {_CAPTION} show_caption_above_media has_spoiler {_DELIVERY}",
        _SEND_OUT,
    ),
    "sendAudio": (
        f"{_PLACE} audio {_CAPTION} duration performer title thumbnail {_DELIVERY}",
        _SEND_OUT,
    ),
    "sendDocument": (
        f"{_PLACE} document {_CAPTION} thumbnail disable_content_type_detection {_DELIVERY}",
        _SEND_OUT,
    ),
    "sendVideo": (
        f"{_PLACE} video {_CAPTION} duration width height thumbnail show_caption_above_media "
        f"has_spoiler supports_streaming {_DELIVERY}",
        f"{_SEND_OUT} cover start_timestamp",
    ),
    "sendAnimation": (
        f"{_PLACE} animation {_CAPTION} duration width height thumbnail "
        f"show_caption_above_media has_spoiler {_DELIVERY}",
        _SEND_OUT,
    ),
    "sendVoice": (f"{_PLACE} voice {_CAPTION} duration {_DELIVERY}", _SEND_OUT),
    "sendVideoNote": (f"{_PLACE} video_note duration length thumbnail {_DELIVERY}", _SEND_OUT),
    "sendMediaGroup": (
        f"{_PLACE} media disable_notification protect_content allow_paid_broadcast "
        "reply_parameters",
        _PLACE_OUT,
    ),
    "sendLocation": (
        f"{_PLACE} latitude longitude horizontal_accuracy {_DELIVERY}",
        f"{_SEND_OUT} live_period heading proximity_alert_radius",
    ),
    "sendContact": (f"{_PLACE} phone_number first_name last_name vcard {_DELIVERY}", _SEND_OUT),
    "sendChatAction": (f"{_PLACE} action", "business_connection_id"),
    "setMessageReaction": ("chat_id message_id reaction is_big", ""),
    "getFile": ("file_id", ""),
    "getChat": ("chat_id", ""),
    "getChatMember": ("chat_id user_id", ""),
    "getChatAdministrators": ("chat_id", "return_bots"),
    "getChatMemberCount": ("chat_id", ""),
    "banChatMember": ("chat_id user_id revoke_messages", "until_date"),
    "unbanChatMember": ("chat_id user_id only_if_banned", ""),
    "restrictChatMember": (
        "chat_id user_id permissions use_independent_chat_permissions",
        "until_date",
    ),
    "setChatPermissions": ("chat_id permissions use_independent_chat_permissions", ""),
    "setChatTitle": ("chat_id title", ""),
    "getForumTopicIconStickers": ("", ""),
    "createForumTopic": ("chat_id name icon_color icon_custom_emoji_id", ""),
    "editForumTopic": ("chat_id message_thread_id name icon_custom_emoji_id", ""),
    "closeForumTopic": ("chat_id message_thread_id", ""),
    "reopenForumTopic": ("chat_id message_thread_id", ""),
    "deleteForumTopic": ("chat_id message_thread_id", ""),
    "answerCallbackQuery": ("callback_query_id text show_alert url cache_time", ""),
    "editMessageText": (
        "chat_id message_id text parse_mode entities link_preview_options reply_markup",
        "business_connection_id inline_message_id rich_message",
    ),
    "editMessageCaption": (
        f"chat_id message_id {_CAPTION} show_caption_above_media reply_markup",
        "business_connection_id inline_message_id",
    ),
    "editMessageMedia": (
        "chat_id message_id media reply_markup",
        "business_connection_id inline_message_id",
    ),
    "editMessageReplyMarkup": (
        "chat_id message_id reply_markup",
        "business_connection_id inline_message_id",
    ),
    "deleteMessage": ("chat_id message_id", ""),
    "deleteMessages": ("chat_id message_ids", ""),
    "pinChatMessage": ("chat_id message_id disable_notification", "business_connection_id"),
    "unpinChatMessage": ("chat_id message_id", "business_connection_id"),
    "setMyCommands": ("commands scope language_code", ""),
    "getMyCommands": ("scope language_code", ""),
    "deleteMyCommands": ("scope language_code", ""),
    "setMyName": ("name language_code", ""),
    "getMyName": ("language_code", ""),
    "setMyDescription": ("description language_code", ""),
    "getMyDescription": ("language_code", ""),
    "setMyShortDescription": ("short_description language_code", ""),
    "getMyShortDescription": ("language_code", ""),
    "setChatMenuButton": ("chat_id menu_button", ""),
    "getChatMenuButton": ("chat_id", ""),
    "leaveChat": ("chat_id", ""),
    "getUserProfilePhotos": ("user_id offset limit", ""),
}

METHODS: dict[str, frozenset[str]] = {m: frozenset(row[0].split()) for m, row in _TABLE.items()}
LEFT_OUT: dict[str, frozenset[str]] = {m: frozenset(row[1].split()) for m, row in _TABLE.items()}
_ABSENT = """
addStickerToSet answerChatJoinRequestQuery answerGuestQuery answerInlineQuery
answerPreCheckoutQuery answerShippingQuery answerWebAppQuery approveChatJoinRequest
approveSuggestedPost banChatSenderChat close closeGeneralForumTopic convertGiftToStars
createChatInviteLink createChatSubscriptionInviteLink createInvoiceLink createNewStickerSet
declineChatJoinRequest declineSuggestedPost deleteAllMessageReactions deleteBusinessMessages
deleteChatPhoto deleteChatStickerSet deleteMessageReaction deleteStickerFromSet deleteStickerSet
deleteStory editChatInviteLink editChatSubscriptionInviteLink editGeneralForumTopic
editMessageChecklist editMessageLiveLocation editStory editUserStarSubscription
exportChatInviteLink getAvailableGifts getBusinessAccountGifts getBusinessAccountStarBalance
getBusinessConnection getChatGifts getCustomEmojiStickers
getGameHighScores getManagedBotAccessSettings getManagedBotToken getMyDefaultAdministratorRights
getMyStarBalance getStarTransactions getStickerSet getUserChatBoosts getUserGifts
getUserPersonalChatMessages getUserProfileAudios giftPremiumSubscription hideGeneralForumTopic
logOut postStory promoteChatMember readBusinessMessage refundStarPayment
removeBusinessAccountProfilePhoto removeChatVerification removeMyProfilePhoto
removeUserVerification reopenGeneralForumTopic replaceManagedBotToken replaceStickerInSet
repostStory revokeChatInviteLink savePreparedInlineMessage savePreparedKeyboardButton
sendChatJoinRequestWebApp sendChecklist sendDice sendGame sendGift sendInvoice sendLivePhoto
sendMessageDraft sendPaidMedia sendPoll sendRichMessage sendRichMessageDraft sendSticker
sendVenue setBusinessAccountBio setBusinessAccountGiftSettings setBusinessAccountName
setBusinessAccountProfilePhoto setBusinessAccountUsername setChatAdministratorCustomTitle
setChatDescription setChatMemberTag setChatPhoto setChatStickerSet
setCustomEmojiStickerSetThumbnail setGameScore setManagedBotAccessSettings
setMyDefaultAdministratorRights setMyProfilePhoto setPassportDataErrors setStickerEmojiList
setStickerKeywords setStickerMaskPosition setStickerPositionInSet setStickerSetThumbnail
setStickerSetTitle setUserEmojiStatus stopMessageLiveLocation stopPoll
transferBusinessAccountStars transferGift unbanChatSenderChat unhideGeneralForumTopic
unpinAllChatMessages unpinAllForumTopicMessages unpinAllGeneralForumTopicMessages upgradeGift
uploadStickerFile verifyChat verifyUser
"""
ABSENT = frozenset(_ABSENT.split())
"""Methods of Bot API 10.1 that are not imitated: they are refused by name."""
ALIASES = {"getchatmemberscount": "getChatMemberCount", "kickchatmember": "banChatMember"}
"""Old names of methods that Telegram still knows (Client.cpp:358, 364)."""
CALLED: dict[str, str] = {name.lower(): name for name in (*METHODS, *ABSENT)} | ALIASES
"""Method names in lower case: Telegram does not mind the case."""

_OLD_REPLY = frozenset({"reply_to_message_id", "allow_sending_without_reply"})
_OLD_PREVIEW = frozenset({"disable_web_page_preview"})
OBEYED: dict[str, frozenset[str]] = {
    name: (_OLD_REPLY if "reply_parameters" in imitated else frozenset())
    | (_OLD_PREVIEW if "link_preview_options" in imitated else frozenset())
    for name, imitated in METHODS.items()
}
"""Parameters that left the documentation and that Telegram obeys all the same: those of
replies before Bot API 7.0 (Client.cpp:9388) and of previews (Client.cpp:11364)."""

KINDS: dict[str, str] = {
    name: kind
    for kind, names in {
        "chat": "chat_id from_chat_id",
        "int": "message_thread_id message_id offset limit timeout max_connections duration width "
        "height length icon_color user_id cache_time reply_to_message_id",
        "float": "latitude longitude horizontal_accuracy",
        "bool": "drop_pending_updates disable_notification protect_content "
        "allow_paid_broadcast show_caption_above_media has_spoiler supports_streaming "
        "disable_content_type_detection remove_caption is_big show_alert "
        "allow_sending_without_reply disable_web_page_preview revoke_messages only_if_banned "
        "use_independent_chat_permissions",
        "json": "allowed_updates entities caption_entities link_preview_options "
        "reply_parameters reply_markup media message_ids reaction commands scope menu_button "
        "permissions",
        "file": "photo audio document video animation voice video_note thumbnail",
    }.items()
    for name in names.split()
}
"""How to read a parameter; those not named are strings."""

EMPTIED = frozenset({"icon_custom_emoji_id"})
"""Parameters whose empty text takes something away; of others it counts as not given."""

NOT_IMITATED = (
    "Methods that are not in the table: they answer 400 and their name; what is no method of "
    "the Bot API answers 404, as in Telegram.",
    "Inline mode, payments, games, stories, gifts, business accounts.",
    "Votes in polls, sets of stickers, topics in private chats, slow mode, join requests.",
    "Restrictions and bans that end: they last until somebody lifts them.",
    "Sending a file by URL: the sandbox opens no connection to the outside.",
    "Link previews: link_preview_options is checked and returned, no page is fetched.",
    "Re-encoding of media: a photo has one size, durations and sizes are those given.",
    "File ids that differ from bot to bot.",
    "The scanners for links and phone numbers know common forms only; bank cards are not found.",
    "The same file_id after a restart: everything is in memory.",
)
"""Differences from Telegram that are gaps."""

STRICTER = (
    "A parameter that is not in a method's list is refused by name. Telegram ignores it, save "
    "for old names, which are obeyed here too: reply_to_message_id, "
    "allow_sending_without_reply, disable_web_page_preview.",
    "A placeholder of more than 64 characters is refused; Telegram may cut it.",
    "Topic names over 128 characters are refused; Telegram may cut them.",
    "An album of one is refused, as the documentation says.",
    "Callback queries can be answered for 150 seconds.",
)
"""Differences from Telegram that are meant: they find mistakes earlier."""

KINDER = (
    "Webhooks may be plain http on a loopback address.",
    "A user id that exists in the sandbox answers 403 before the first message; Telegram "
    "answers 400 chat not found while the bot has never met that user.",
)
"""Differences from Telegram that testing needs."""
