"""Browsers inside other apps are recognised, and browsers are not."""

from __future__ import annotations

import pytest

from client.phone.app_browsers import is_inside_app
from tests.client.conftest import PAGE, Phone

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9{}) AppleWebKit/537.36 (KHTML, like Gecko)"
CHROME = "Version/4.0 Chrome/131.0.0.0 Mobile Safari/537.36"
INSIDE = {
    "Instagram": f"{IPHONE} Mobile/22B83 Instagram 358.0.0.24.92 (iPhone17,1; iOS 18_1; en_GB)",
    "Facebook": f"{IPHONE} Mobile/22B83 [FBAN/FBIOS;FBAV/489.0.0.42.74;FBBV/655061241]",
    "Facebook on Android": f"{ANDROID.format('; wv')} {CHROME} [FB_IAB/FB4A;FBAV/490.0;]",
    "WhatsApp": f"{IPHONE} Mobile/22B83 WhatsApp/24.23.77",
    "WeChat": f"{ANDROID.format('')} {CHROME} MMWEBID/1 MicroMessenger/8.0.54 Language/en",
    "TikTok": f"{IPHONE} Mobile/22B83 musical_ly_37.2.0 BytedanceWebview/d8a21c6",
    "Line": f"{IPHONE} Mobile/22B83 Safari Line/14.19.1",
    "the Google app": f"{IPHONE} GSA/345.0.698970000 Mobile/22B83 Safari/604.1",
    "an app that adds nothing": f"{IPHONE} Mobile/22B83",
    "any app on Android": f"{ANDROID.format('; wv')} {CHROME}",
}
BROWSERS = {
    "Safari": f"{IPHONE} Version/18.1 Mobile/22B83 Safari/604.1",
    "Chrome on an iPhone": f"{IPHONE} CriOS/131.0.6778.73 Mobile/22B83 Safari/604.1",
    "Firefox on an iPhone": f"{IPHONE} FxiOS/133.0 Mobile/22B83 Safari/605.1.15",
    "Chrome": f"{ANDROID.format('')} Chrome/131.0.0.0 Mobile Safari/537.36",
    "Samsung": f"{ANDROID.format('')} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
    "Firefox": "Mozilla/5.0 (Android 15; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0",
    "a laptop": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15",
    "nothing": "",
}


@pytest.mark.parametrize("name", INSIDE)
def test_an_app(name: str) -> None:
    assert is_inside_app(INSIDE[name])


@pytest.mark.parametrize("name", BROWSERS)
def test_a_browser(name: str) -> None:
    assert not is_inside_app(BROWSERS[name])


def test_the_page_names_safari_and_chrome_inside_an_app_alone(phone: Phone) -> None:
    for name, text in {**INSIDE, **BROWSERS}.items():
        page = phone.client.get(phone.url, headers={"Accept": PAGE, "User-Agent": text}).text
        assert ("open inside another app" in page) is (name in INSIDE)
