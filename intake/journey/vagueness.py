"""
Whether a text says anything support can act on.

A dot, "hi", "it doesn't work", "помогите", "asdf": what is left of them without greetings, pleas
and complaints is nothing. A number, a name, an address or one more word is enough to pass.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Emptiness = Literal["nothing", "greeting", "plea", "complaint", "noise"]

_GREETINGS = """
    hi hello hey hallo good morning day evening afternoon dear team support sir madam there
    greetings привет приветствую здравствуйте здраствуйте здрасте здрасьте здравствуй добрый
    доброе доброго день дня утро утра вечер вечера времени суток ночи хай хелло уважаемая
    уважаемые коллеги поддержка техподдержка саппорт ребята
"""
_PLEAS = """
    help pls plz please urgent urgently asap sos fix someone anybody anyone answer quick quickly
    fast now can could would you need want me us thanks thank помогите помоги помощь нужна
    пожалуйста плиз пж срочно срочный быстрее скорее ответьте ответь почините исправьте сделайте
    кто нибудь нибуть есть тут можете мне нам надо нужно очень прошу спасибо ау алло алё эй
"""
_COMPLAINTS = """
    doesn doesnt don dont not t isn isnt won wont work works working worked broken broke down
    problem problems issue issues trouble error errors wrong bad fail fails failed failing
    failure dead nothing open opens opening load loads loading не работает работают работаете
    пашет фурычит открывается открываются грузится загружается заходит пускает отвечает проблема
    проблемы проблему беда ошибка ошибки ошибку сломалось сломался сломалась сломано упал упало
    упала лежит лёг лег легло висит плохо глючит тормозит
"""
_FILLERS = """
    i im m s is it its the a an my our we have has had got there this that with of to in at on
    and or but so just still again all everything something anything site website web page
    server service hosting host some very really yes no ok okay well я мы у меня нас вас наш
    наша мой моя моё мое это этот эта все всё сайт сайта сайтом сайте сервер сервера сервером
    сервере хостинг хостинга хостингом с со на в во и а но или по к просто опять снова до сих
    пор почему то ничего никак что какая какой какие возникла возникли возникает появилась
    случилась случилось стало ну да нет ок окей же вообще совсем больше совершенно
"""
_NOISE = """
    test testing тест тестирую проверка asd asdf asdfg asdfgh qwe qwer qwert qwerty zxc zxcv йцу
    йцук йцукен фыв фыва фывап ячс abc abcd абв lorem ipsum bla blah бла хз n/a na none xxx foo
    bar
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# In this order: of "hi, help, it doesn't work" the complaint is what is answered.
_KINDS: tuple[tuple[Emptiness, frozenset[str]], ...] = (
    ("complaint", _words(_COMPLAINTS)),
    ("plea", _words(_PLEAS)),
    ("greeting", _words(_GREETINGS)),
    ("noise", _words(_NOISE)),
)
_EMPTY_WORDS = frozenset().union(*(words for _, words in _KINDS), _words(_FILLERS))
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_VOWELS = frozenset("aeiouyаеёиоуыэюяіїєў")
_LATIN_OR_CYRILLIC = re.compile(r"[a-zа-яё]+")
_NUMBER = 3  # 503 and 404 mean something; 1111 doesn't
_CLUSTER = 5  # consonants in a row that may still be a word or an abbreviation
_ENOUGH_WORDS = 60  # nobody types that many words of nothing; and no need to read a novel


def emptiness(text: str) -> Emptiness | None:
    """Why a text says nothing, or None when it says something."""
    lowered = unicodedata.normalize("NFC", text[:4_000]).casefold()
    # The tables have "doesnt": people type it with either apostrophe, or with none.
    words = _WORD.findall(lowered.replace("'", "").replace("’", ""))
    if not words:
        return "nothing"
    if len(set(words)) > _ENOUGH_WORDS:
        return None
    if any(not _is_empty_word(word) for word in words):
        return None
    for kind, known in _KINDS:
        if any(word in known for word in words):
            return kind
    if any(_is_noise(word) for word in words):
        return "noise"
    # Nothing but fillers, such as "my site": the hint to a complaint fits best.
    return "complaint"


def _is_empty_word(word: str) -> bool:
    return word in _EMPTY_WORDS or _is_noise(word)


def _is_noise(word: str) -> bool:
    """One letter repeated, a syllable repeated, or a heap of consonants."""
    if word.isdigit():
        return len(word) == 1 or word == "123" or (len(set(word)) == 1 and len(word) > _NUMBER)
    if len(set(word)) == 1:
        return True
    if word in _EMPTY_WORDS:
        return False
    size = len(word)
    # Three times at least: "mama" repeats a syllable and is a word.
    if any(size % n == 0 and word == word[:n] * (size // n) for n in (2, 3) if size >= 3 * n):
        return True
    is_plain = _LATIN_OR_CYRILLIC.fullmatch(word) is not None
    return is_plain and size > _CLUSTER and not _VOWELS & set(word)
