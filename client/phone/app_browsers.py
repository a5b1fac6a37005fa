"""Recognises browsers inside other apps, where cameras and the way back often fail."""

from __future__ import annotations

import re

# What these apps add to the name of their browser: Facebook, Messenger and Instagram, WhatsApp, WeChat,
# TikTok, Line, the Google app, Snapchat, X, LinkedIn, KakaoTalk, Telegram; and what Android adds for all.
_APPS = re.compile(
    r"FBA[NV]|FB_IAB|Instagram|WhatsApp/|MicroMessenger|musical_ly|BytedanceWebview|TikTok|\bLine/|\bGSA/"
    r"|Snapchat|Twitter|LinkedInApp|KAKAOTALK|Telegram|; wv\)"
)
# On iPhones and iPads the apps' browsers leave out what Safari, Chrome and Firefox end with.
_APPLE = re.compile(r"\((?:iPhone|iPad|iPod)")
_BROWSER = "Safari/"


def is_inside_app(user_agent: str) -> bool:
    """Whether a browser's name says that it is a part of another app.

    Args:
        user_agent: the header.
    """
    is_apples_part = bool(_APPLE.search(user_agent)) and _BROWSER not in user_agent
    return bool(_APPS.search(user_agent)) or is_apples_part
