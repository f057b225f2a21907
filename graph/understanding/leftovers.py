"""Words of a short command beside the change that is asked about: "acil yap", "büyük harfle yaz", "anneme öde".

The readings of the whole take such a command for a consent, because its verb fits. Each word before the verb says how,
with what, for whom or how much; one that the question does not hold changes the terms, so that the reply is no plain
yes. A clause that only tells why ("kullanmıyorum kapat") has a verb of its own, and is left to the readings.
"""

from __future__ import annotations

import re

from core.turkish.numbers import NUMBER_WORDS
from core.turkish.verbs import COMMAND_MOOD
from graph.understanding.words import NUMBER

_VERBS = (
    "ode yatir cek gec gecir degis degistir dondur durdur ac kapat olustur guncelle kaldir kaydet tanimla baslat yap"
    " hallet yaz ekle ver duzelt koy gonder"
).split()
_COMMAND = re.compile(rf"(?:{'|'.join(sorted(_VERBS, key=len, reverse=True))}){COMMAND_MOOD}")
_BREAK = re.compile(r"[.,;:!?…\n]+|\b(?:ama|ve|cunku|yani|diye)\b")
_FINITE = re.compile(
    r"\w+(?:[iu]yo[rm]?\w{0,5}|[fstkchp]t[iu](?:m|k|n|n[iu]z|l[ae]r)?|[^fstkchp\W]d[iu](?:m|k|n|n[iu]z|l[ae]r)?"
    r"|m[iu]s\w{0,4}|[ae]c[ae][gk]\w{0,4}|c[ae]m|c[ae]z|[iu]c[ae]m|[iu]?y[iu]m|[ae]m[ae]m|[iu]r[iu]m|m[ae]y[ae]l[iu]m)"
    r"|var|yok|degil|lazim|tamam|evet|olur|yeter|uyar|versin|olsun|hazirim|diyelim|olsa"
)
"""Ends a clause of its own: "kullanmıyorum kapat"."""

_SAY_NOTHING = frozenset(
    "ev evdeki sabit cep mobil ana ilk diger ok okey okay tmm tm peki aynen hay hadi hade haydi hemen simdi"
    " lutfen bugun artik iste ya be da de ki o bu su onu ona bunu buna sunu suna oraya onlari gitsin bitsin zaman"
    " siz sen sizden ben biz bana bize bir bi zahmet hizlica cabuk direkt direk kizim oglum aga agam patron sag"
    " rica ederim ederiz tamamini hepsini ikisini ucunu dordunu ikisi gibi askina kayit odeme olr oyle sukur"
    " olmazsa hele olarak birden hic zaten kanka konka knk kral gurban guzum usagum heye bas durmadan derhal evt"
    " ayn aynn e eh bismillah durma bekletme uzatma please just go ahead do it yes sure memnuniyetle".split()
)
_BEGINS_OF_NOTHING = tuple(
    "roaming dolasim yurt borc tarife talimat otomatik tamam tabi kabul uygun onay elbette eved evet efend hanim"
    " bey hoca abi abla kardes gard can kuzu yavru evlad torun oglan usta reis haci dost arkadas sef guzel tatli"
    " tesekkur sagol eyv dedig istedig yazdig soyledig allah kurban islem supers valla buyr buyur geregi kayd"
    " gecis degisik guncelleme kesin mudur acele beklet bakal".split()
)
"""Consent, address, politeness, haste, and other words for what is changed: they change no term."""
_NOT_DONE = re.compile(r"\w+m[ae](?:y[iu]n(?:[iu]z)?|d[ae]n)|e+v+e+t+|olu+r+|h[ei]+|ya+")
""""Beklemeyin", "beklemeden"; a yes drawn out."""
_WITHOUT = re.compile(r"\w{3,}s[iu]z")
_OBJECT = re.compile(r"\w{3,}[iu]")
"""What may be an object by its ending."""
_CONSENT = re.compile(r"onayl(?:[iu]yo\w+|ad[iu]\w+)")
_NO_OBJECT = re.compile(
    r"(?:h[iu]h[iu]|simdi|hadi|yahu|dogru|beni|haydi|peki|tabii?|yani|abi|dayi|emmi|haci|baci|gari|gayri|bari|gibi|iyi|efendi|kendi|eski|yeni|belli"
    r"|bunlari|sunlari|onlari|hepsini|hepinizi|ikisini|tamamini|kalani|ilki|sonuncuyu|herseyi|seyi|islem\w*|degisi\w*"
    r"|istegi\w*|talebi\w*|teklif\w*|oner\w*|sart\w*|kosul\w*|ucret\w*|bedel\w*|tutar\w*|fiyat\w*|fark\w*|para\w*"
    r"|bilgi\w*|madde\w*|sozlesme\w*|metni\w*|ozet\w*|soru\w*|\w+[dt][iu]g[iu]n?(?:[iu]z)?[iu]|\w+ac[ae]g[iu]n?[iu]|\w+m[ae](?:y[iu]|s[iu]n[iu]|n[iu]z[iu]))"
)
"""Ends like an object and is none, or stands for whatever was asked."""
_MOST_WORDS = 5
_SHORT = 4
_AMOUNT = re.compile(rf"{NUMBER}|lira\w*|tl|kurus\w*|bin\w*|once|sonra|(?:{'|'.join(sorted(NUMBER_WORDS))})\w{{0,3}}")
"""Numbers and their units; they are compared by value elsewhere."""


def unexplained(said: str, question: str) -> list[str]:
    """Return the words of a short command that the question does not hold.

    Args:
        said: The folded reply.
        question: The folded question.
    """
    if len(said.split()) > _MOST_WORDS:
        return []  # a longer reply tells why, and the readings weigh it
    found: list[str] = []
    for clause in _BREAK.split(said):
        words = re.findall(r"[^\W_]+(?:['’][^\W_]+)?", clause)
        found += _objects(words, question)
        while words and _says_nothing(words[-1]):
            words.pop()
        if len(words) < 2 or not _COMMAND.fullmatch(words[-1]):
            continue
        before = words[:-1]
        if not any(map(_FINITE.fullmatch, before)):
            found += [word for word in before if not _says_nothing(word) and not _is_stated(word, question)]
    return found


def _objects(words: list[str], question: str) -> list[str]:
    """Return the object behind the command of a clause or before its consent that the question does not hold."""
    said = [word for word in words if not _says_nothing(word) or _CONSENT.fullmatch(word)]
    if len(said) != 2:
        return []
    first, last = said
    if _CONSENT.fullmatch(last):
        thing = first
    elif _COMMAND.fullmatch(first) or _CONSENT.fullmatch(first):
        thing = last
    else:
        return []
    if not _OBJECT.fullmatch(thing) or _NO_OBJECT.fullmatch(thing) or _FINITE.fullmatch(thing):
        return []
    return [] if _is_stated(thing, question) else [thing]


def _says_nothing(word: str) -> bool:
    return word in _SAY_NOTHING or word.startswith(_BEGINS_OF_NOTHING) or _NOT_DONE.fullmatch(word) is not None


def _is_stated(word: str, question: str) -> bool:
    """Tell whether a question holds a word; numbers and other commands are looked at elsewhere."""
    if word[0].isdigit() or _COMMAND.fullmatch(word) or _AMOUNT.fullmatch(word):
        return True
    if _WITHOUT.fullmatch(word):  # "ücretsiz" is not stated by "ücret"
        return re.search(rf"\b{word}\b", question) is not None
    whole = r"\b" if len(word) <= _SHORT else ""  # "acil" is no beginning of "açılacak"
    return re.search(rf"\b{re.escape(word[:_SHORT])}{whole}", question) is not None
