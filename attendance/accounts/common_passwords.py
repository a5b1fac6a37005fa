"""Recognises long passwords that are easy to guess: made of common words, keyboard walks and repetitions.

Lists of leaked passwords hold few that are this long, and nearly all of those are put together from the same
pieces. So the pieces are listed here, and a password is refused if a few of them make up all of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

MOST_PIECES = 3  # four words chosen at random from this list would already take 10^9 guesses
FEWEST_DIFFERENT = 5  # characters
SHORTEST_WALK = 3
LONGEST_PIECE = 40  # characters; no word or walk here has more
LONGEST_NUMBER = 8  # digits that add nothing: a year, a date, 123456
WORDS = frozenset(
    """
    a absent access account admin administrator always amanda america and andrew android angel anna
    anthony apple april arsenal ashley attendance august autumn baby barcelona baseball basketball
    batman bear berlin birthday bless blessed bonjour brasil campus canada cat change changeme charlie
    check checkin cheese chelsea chocolate christ city class classroom coffee college computer
    contrasena contraseña cookie cowboys cricket daniel david december default demo dog doggy dragon
    eagle eight england enter example face facebook faces falcon family father february five flower
    football forever fortnite four freedom friday friends fussball geheim george germany god golf google
    guess guest hallo happy haslo hate heaven hello hockey hola honey horse hundred hunter i ihateyou
    iloveu iloveyou in india internet iphone is james january jennifer jessica jesus john jordan joshua
    july june juventus kennwort killer king kiosk kitten kitty lakers laptop lehrer lesson let letmein
    linux lion liverpool login logon london love lovely lucky madrid manager march maria mary master
    matrix matthew may me mexico michael michelle microsoft mine minecraft monday money monkey moon
    motdepasse mother my naruto new newyork nicole nine ninja no nobody not nothing november october one
    open pakistan paris parola pass passwd password passwort phoenix please pokemon present prince
    princess private professor pupil puppy pwd queen rainbow ranger recognition register robert root
    sample samsung samurai saturday school schule secret senha september server sesame seven shadow
    shark six soccer soldier sommer sophia spiderman spring star stars starwars steelers student
    students summer sunday sunshine super superman system teacher teachers teaching temp temporary ten
    tennis test tester testing that the this thomas three thursday tiger to trust try tuesday two u
    unicorn united university user username wachtwoord wednesday welcome whatever william willkommen
    windows winter wolf word yankees you zero пароль
    """.split()  # noqa: SIM905 - a list of them is two hundred lines
)
# Whole sentences that everybody knows; compared without spaces and punctuation.
SAYINGS = frozenset(
    """
    carpediem correcthorsebatterystaple iloveyoutothemoonandback inthebeginning loremipsumdolorsitamet
    maytheforcebewithyou onceuponatime openthisdoorplease thequickbrownfox
    thequickbrownfoxjumpsoverthelazydog tobeornottobe tobeornottobethatisthequestion todayisagoodday
    whereistheparty winteriscoming
    """.split()  # noqa: SIM905 - likewise
)
_ROWS = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7ki8lo9p0",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "qazwsxedcrfvtgbyhnujmikolp",
)
_WALKS = (*_ROWS, *(row[::-1] for row in _ROWS))
_LETTERS_FOR_SIGNS = str.maketrans("013457@$!", "oieastasi")  # as in p@ssw0rd
_NO_PIECE = re.compile(r"[\W_]+")


def is_common(password: str, own: Collection[str] = ()) -> bool:
    """Whether a password is among those that somebody would try first.

    Args:
        password: in lower case.
        own: words about its user, such as the name; they count as common.
    """
    if len(set(password)) < FEWEST_DIFFERENT or _is_repeated(password):
        return True
    words = {*WORDS, *own}
    return any(
        _NO_PIECE.sub("", variant) in SAYINGS or _pieces(variant, words) <= MOST_PIECES
        for variant in (password, password.translate(_LETTERS_FOR_SIGNS))
    )


def _is_repeated(password: str) -> bool:
    """Whether it is one part two or more times, and perhaps the beginning of another."""
    return any(
        password == (password[:length] * len(password))[: len(password)]
        for length in range(1, len(password) // 2 + 1)
    )


def _pieces(password: str, words: Collection[str]) -> int:
    """The smallest number of words and walks that make up a password; more than the most where none do."""
    parts = [part for part in _NO_PIECE.split(password) if part]
    return sum(_pieces_of(part, words) for part in parts)


def _pieces_of(part: str, words: Collection[str]) -> int:
    fewest = [0, *[MOST_PIECES + 1] * len(part)]
    for start in range(len(part)):
        if fewest[start] > MOST_PIECES:
            continue
        for end in range(start + 1, min(start + LONGEST_PIECE, len(part)) + 1):
            cost = _cost(part, start, end, words)
            if cost is not None:
                fewest[end] = min(fewest[end], fewest[start] + cost)
    return fewest[-1]


def _cost(part: str, start: int, end: int, words: Collection[str]) -> int | None:
    """0 for a short number, 1 for a word or a walk, None for anything else."""
    piece = part[start:end]
    if piece.isdigit() and len(piece) <= LONGEST_NUMBER:
        alone = not part[start - 1 : start].isdigit() and not part[end : end + 1].isdigit()
        if alone:
            return 0
    if piece in words or (len(piece) >= SHORTEST_WALK and _is_walk(piece)):
        return 1
    return None


def _is_walk(piece: str) -> bool:
    return len(set(piece)) == 1 or any(piece in walk for walk in _WALKS)
