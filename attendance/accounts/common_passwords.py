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
        password passwort passwd pass word motdepasse contrasena contraseña parola senha kennwort wachtwoord
    haslo
    пароль pwd secret geheim private login logon access account user username admin administrator root super
        manager guest default changeme change me letmein let in open sesame please enter welcome willkommen
    bonjour
        hello hallo hola trust no one nobody guess try test testing tester demo sample example temp
    temporary new my
    the is a and to not this that mine
        school schule university college campus class classroom lesson teacher teachers teaching lehrer
    professor
    student students pupil attendance register check checkin present absent kiosk face faces recognition
        i love iloveyou iloveu you u ihateyou hate forever always baby honey angel princess prince king
    queen lovely
        sunshine summer winter spring autumn sommer flower rainbow star stars moon chocolate cookie cheese
    coffee
        monkey dragon tiger lion bear horse dog doggy cat kitty kitten puppy eagle falcon shark wolf phoenix
    unicorn
        football fussball soccer baseball basketball hockey golf tennis cricket liverpool arsenal chelsea
    barcelona
        juventus madrid united city yankees cowboys lakers steelers batman superman spiderman starwars
    pokemon naruto
        minecraft fortnite master hunter killer ranger soldier shadow ninja samurai matrix freedom whatever
    nothing
        computer internet google facebook samsung apple iphone android windows microsoft linux laptop server
    system
        michael michelle jennifer jessica ashley daniel andrew joshua matthew charlie thomas robert jordan
    george
    amanda nicole anthony william david james john mary anna maria sophia
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday
    one two three four five six seven eight nine ten zero hundred
    london paris berlin newyork america england india pakistan germany canada mexico brasil
    jesus christ god bless blessed heaven money lucky happy birthday family mother father friends
    """.split()  # noqa: SIM905 - a list of them is two hundred lines
)
# Whole sentences that everybody knows; compared without spaces and punctuation.
SAYINGS = frozenset(
    """
    correcthorsebatterystaple tobeornottobethatisthequestion tobeornottobe maytheforcebewithyou
        thequickbrownfox thequickbrownfoxjumpsoverthelazydog onceuponatime openthisdoorplease
    iloveyoutothemoonandback
    carpediem loremipsumdolorsitamet winteriscoming whereistheparty inthebeginning todayisagoodday
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
