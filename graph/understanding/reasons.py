"""What a customer states of a fault or for a suspension, in his own words and without the command beside it."""

from __future__ import annotations

import re

from core.turkish import fold, fold_in_place

_SHORTEST, _LONGEST = 5, 200
_CUE = re.compile(
    r"\b(?:cal(?:in|d)\w*|kayb\w+|kayip\w*|dusurdum|unuttum|tatil\w*|seyahat\w*|yurt\s?disi\w*|asker\w*|hastane\w*"
    r"|gasp\w*|hirsiz\w*|soyul\w*|kaptir\w*|yitir\w*|bulamiyor\w*|calinti|suya|denize|kiril\w*|bozul\w*"
    r"|kullanm[iua]\w+|gidiyor\w*|gidece\w+|cunku|yuzunden|nedeniyle|dolayi|icin|diye|stolen|lost|abroad|because)\b"
)
_ASKED = re.compile(r"\b(?:ac|kapat|ode|degistir|yukle|gecir|iptal et)(?:[iu]n(?:[iu]z)?|s[iu]n)?\s*$")
"""A part that asks for something else gives no reason ("sonra da yurt dışını aç")."""

_POLITELY = r"(?:\s+(?:lutfen|hemen|acil(?:en)?|bana|bize|bi zahmet|hadi|da|de|siz))*"
_REQUEST = (
    r"(?:[iu]n(?:[iu]z)?|s[iu]n|al[iu]m|[iu]ver\w*|[aiu]r (?:m[iu]s[iu]n\w*|m[iu])|t[iu]r(?:[iu]n|mak)?"
    r"|abil\w* m[iu]\w*|m[ae]k)?(?: (?:isti(?:yorum|yom|yoruz)|isterim|lazim|gerek\w*|rica\w*|olur m[iu]))?"
)
_END = rf"{_REQUEST}{_POLITELY}(?=\W|$)"
_OPENS_TICKET = re.compile(
    r"\b(?:(?:bir|bi|yeni|acil|hemen|lutfen|bana|o zaman|bunun icin|onun icin|bu yuzden|o yuzden|ariza|servis|teknik"
    r"|destek)\s+)*(?:kay(?:it|d[iu]n?[iu]?|dim[iu])|talep|talebi|ticket|bildirim\w*)"
    rf"{_POLITELY}\s+(?:ac|olustur|gir|yap|birak|ver){_END}"
)
_LATELY = r"(?:(?:gecici olarak|bir sure(?:ligine)?|lutfen|hemen)\s+)*"
_LINE = r"(?:hatt?\w*|hatlar\w*|numara\w*|telefon(?:umu|u))\s+"
_FREEZES = re.compile(
    r"\b(?:(?:bu|o|su|ikinci|birinci|ucuncu|diger|ev|sabit|cep|ana|is|butun|tum|[\d ]{4,}\w*|numarali)\s+)*"
    rf"{_LATELY}(?:(?:{_LINE})?{_LATELY}(?:dondur|askiya al)|{_LINE}{_LATELY}kapat){_END}"
)
_FAULT = re.compile(
    r"\b(?:internet|telefon|hat|hatt|modem|wi-?fi|kablosuz|sebeke|sinyal|tv|televizyon|baglanti|cekim|hiz)\w*\b.*"
    r"\b(?:yok|kesi[kl]|kop|yavas|cekm|calism|gitm|gitti|gelm|acilm|baglan(?:m|am)|bozul|bozuk|don(?:uyo|du)|ariza|zayif)\w*"
)
"""Names a thing of ours and what is wrong with it."""
_ENDS = " ,.;:!-–"
_LEADS = re.compile(r"^(?:icin|diye|cunku|ve|da|de)\s+|\s+(?:ve|o yuzden|bu yuzden|bu nedenle|diye)$")


def described_fault(message: str) -> str:
    """Return a message without the command to open a ticket; the whole message where nothing else would be left."""
    return _without(_OPENS_TICKET, message, fewest=2)


def names_fault(message: str) -> bool:
    """Return True for a fault beside the command to open a ticket: "internetim yok arıza kaydı aç"."""
    rest = described_fault(message)
    return rest != message and "?" not in rest and _FAULT.search(fold(rest)) is not None


def _without(command: re.Pattern[str], text: str, *, fewest: int) -> str:
    """Return a text without a command that begins or ends it, where at least so many words are left."""
    said = fold_in_place(text)
    for match in command.finditer(said):
        before, after = text[: match.start()].strip(_ENDS), text[match.end() :].strip(_ENDS)
        if bool(before) is bool(after):
            continue
        rest = before or after
        lead = _LEADS.search(fold_in_place(rest))
        if lead is not None:
            rest = (rest[lead.end() :] if lead.start() == 0 else rest[: lead.start()]).strip(_ENDS)
        if len(rest) >= _SHORTEST and len(rest.split()) >= fewest:
            return rest
    return text


def stated_reason(message: str) -> str | None:
    """Return the parts of a message that state why; None where none does, or where they are too long to keep."""
    parts = [_without(_FREEZES, part.strip(), fewest=1) for part in re.split(r"[.,;!?\n]+", message)]
    reason = ", ".join(part for part in parts if _CUE.search(fold(part)) and not _ASKED.search(fold(part)))
    return reason if _SHORTEST <= len(reason) <= _LONGEST else None
