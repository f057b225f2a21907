"""Patterns, on folded text, of months, counts, sums and comparisons as customers write them."""

from __future__ import annotations

import re

from babel import Locale

from core import turkish
from core.number_words import ENGLISH_ORDINALS, ORDINALS, units

_COUNTRY_CODE = 2
_AT_HOME = frozenset({"TR", "EU", "UN", "EZ", "ZZ", "QO", "XA", "XB"})
"""Codes that are no foreign country."""

MONTHS = (
    "ocak|ocag|january", "subat|february", "mart|march", "nisan|april", "mayis", "haziran|june", "temmuz|july",
    "agustos|august", "eylul|september|sept", "ekim|october|oct", "kasim|november|nov", "aralik|aralig|december|dec",
)  # fmt: skip
"""Names of the months, folded; two of them soften before a vowel ("ocağa")."""

ANY_MONTH = "|".join(MONTHS) + "|may"
ENGLISH_MAY = re.compile(
    r"\b(?:in|of|for|from|since|and|or|vs|versus|than|to|with|about|between|through|until) may\b"
    r"|\bmay(?:['’]s)? (?:bill|invoice|payment|and)"
)
NAMED_MONTH = re.compile(
    r"\b(?:(?:(?P<past>gecen (?:yil|sene)\w*|last year(?:['’]s)?)|(?P<before>20\d\d)(?:['’]?[a-z]{0,4})?)\s+)?"
    rf"(?P<name>{ANY_MONTH})(?:['’]?[a-z]{{0,12}})?\b(?:\s+(?:of\s+)?(?:(?P<year>20\d\d)|(?P<ago>last year)))?"
)
COUNT = rf"(?<!twenty[ -])(?<!thirty[ -])(\d{{1,3}}|[a-z]+(?: (?:{units(1)}))?)"
MONTHS_AGO = re.compile(rf"\b{COUNT} (?:ay (?:once|evvel)\w*|months? ago)")
BEFORE_THAT = re.compile(
    r"\b(?:ondan |(?:bir|bi) )?(?:onceki|evvelki|oncesi\w*)(?: (?:ay|fatura|donem)\w*)?|\bondan once\w*"
    r"|\bthe (?:month|one|bill) before\b|\bprevious (?:month|bill|one)\b"
)
ONE_BEFORE = re.compile(
    r"\b(?:(?:on|bun)dan |(?:bir|bi) )?onceki(?:nde|nin|ni|si\w*|ler)?\b"
    r"(?! (?:ay|donem|yil|sene|gun|hafta|paket|tarife|adres|mail))"
    r"|\b(?:on|bun)dan once\w*|\bthe (?:one|bill|payment) before\b|\bprevious (?:one|bill|payment)\b"
)
"""The bill or payment before the one that was spoken of, else before the newest one."""
BILLS_AGO = re.compile(rf"\b{COUNT} (?:fatura|odeme|bill|payment)\w* (?:once|evvel|ago)\w*")
LAST_MONTH = re.compile(r"\b(?:gecen(?:ki)?|gectigimiz) (?:ay|fatura)\w*|\blast month\w*|\blast bill\b")
TWO_AGO = re.compile(r"\b(?:evvelsi|onceki|evvelki) ay(?:dan)? (?:once|onceki)\w*|\bthe month before last\b")
THIS_MONTH = re.compile(r"\bbu ay\w*|\bthis month\w*")
LAST = re.compile(
    rf"\b(?:son|last|past|gectigimiz) {COUNT} (?:ay|fatura|odeme|donem|kez|month|bill|payment)\w*"
    rf"|\b{COUNT} (?:fatura|odeme|bill|payment)\w*(?! (?:once|evvel|ago))\b|\b{COUNT} months?\b(?! ago)"
    rf"|\b{COUNT} ay(?:da|in|dir|lik|a|ligina)?\b(?! (?:once|evvel))"
)
RANGE = re.compile(
    r"(?<!ne )\bkadar\b|\b(?:through|until)\b|\bfrom \w+ to\b"
    rf"|\b(?:{ANY_MONTH})(?:['’]?(?:d[ae]n|t[ae]n) |\s*[-–]\s*)(?:{ANY_MONTH})"
)
SUMMED = re.compile(r"\b(?:topla|toplam|ortalama)\w*|\b(?:total|average|sum|adds? up)\b")
BETWEEN = re.compile(r"\baras\w*|\bbetween\b")
COMPARED = re.compile(
    r"\b(?:fark|fazla|eksik|dusuk|yuksek|artm|artt|artis|azal|zipla|firla|sicra|oynam|karsilastir|kiyas|more|less|higher"
    r"|lower|differ|compar|jump|rise|rose|increas|went up|drop|fell)\w*"
)
PAIR = 2
YEARS = re.compile(rf"\b{COUNT} (?:yil(?:da|lik|ligina)?|sene(?:de|lik)?|years?)\b(?! (?:once|ago|evvel))")
HALF_YEAR = re.compile(r"\byarim (?:yil|sene)\w*|\balti aylik\b|\bhalf a? ?year\b")
YEAR = re.compile(
    r"\b(?P<this>(?:bu|ayni) (?:yil|sene)\w*|this year|(?:yil|sene) ?basindan)"
    r"|\b(?P<past>gecen (?:yil|sene)\w*|last year)"
    r"|\b(?P<year>20[12]\d)['’]?(?:te|de|ta|da|nin|yil\w*|senesi\w*)?\b"
)
WHOLE_YEAR = re.compile(r"\b(?:yil|sene)\w*|\b(?:yearly|annual\w*|per year|(?:a|one|in a) year)\b")
EVERYTHING = re.compile(
    r"\b(?:hepsi|tumu|butun|tum|tamami|kalanlar|gerisi|digerlerini)\w*|\bkalan (?:\w+ )?(?:paket|tarife)\w*"
    r"|\ball\b|\bevery\b|\bthe rest\b|\bfull list\b"
)
NUMBER = r"(\d{1,3}(?:,\d{3}){1,4}(?!\d)|\d[\d.]{0,14}(?:,\d{1,6})?|(?:[a-z]+ ){0,3}[a-z]+)"
DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
ENGLISH_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
MONEY = re.compile(
    rf"\b{NUMBER}\s*(?:tl|lira|try)\w*|₺\s*(?P<sign>\d[\d.]*)|(?<![\d.,])(?P<decimal>\d{{1,3}}(?:\.?\d{{3}})*,\d\d)(?![\d,])(?!\s*(?:gb|giga))"
)
WORDS = r"((?:[a-z]+ ){0,3}[a-z]+?)"
SPOKEN_LIMIT = re.compile(rf"\b{WORDS}(?:d[ae]n|t[ae]n|[iu]n) (?:\w+ )?(?:fazla|ucuz|alt|asag|az\b)\w*")
LONE_NUMBER = re.compile(
    r"(?<![\d.,-])(?P<number>[5-9]\d|[1-9]\d{2,4})(?![\d.,-])(?!\s*(?:gb|giga|dk|dak|sms|min|mesaj|mbps|numara))"
)
HIGHEST = re.compile(r"\ben (?:yukse[kg]|cok|fazla|buyu[kg]|pahali)\w*|\b(?:highest|largest|biggest)\b")
LOWEST = re.compile(r"\ben (?:dusu[kg]|az|kucu[kg]|ucuz)\w*|\b(?:lowest|smallest)\b")
YEAR_NUMBER = range(2010, 2100)
GB = re.compile(
    rf"\b{NUMBER}\s*(?:gb|giga\w*|cigabayt\w*|gig)\w*\b|\binternet\w* (\d+)['’]?(?:d[ae]n|t[ae]n) (?:cok|fazla)\b"
)
MINUTES = re.compile(rf"\b{NUMBER}\s*(?:dk|dakika|minutes?|mins?)\w*\b")
_COUNTRIES = {
    re.escape(turkish.fold(name))
    for language in ("tr", "en")
    for code, name in Locale(language).territories.items()
    if len(code) == _COUNTRY_CODE and code.isalpha() and code not in _AT_HOME
}
COUNTRY = f"(?:{'|'.join(sorted(_COUNTRIES, key=len, reverse=True))})"
"""Names of the countries, folded, in both languages (CLDR, by Babel)."""
ABROAD = r"(?:uluslararasi|yurt ?disi|international)"
ABROAD_MINUTES = re.compile(rf"\b{NUMBER} {ABROAD}\w*(?: (?:arama|konusma|call))?\w* (?:dk|dakika|minutes?)\w*")
CALLS = r"(?:ar[ai](?:yor|r|m|d|s|n|yip)|konus|gorus|dakika|call|minute)"
CALLS_ABROAD = re.compile(
    rf"\b{ABROAD}\w* (?:\w+ )?(?:ara|konus|gorus|dakika|call|minute)\w*"
    rf"|\b{COUNTRY}['’]?(?:[dt][ae](?:ki\w*)?|y?[iuae])\b (?:\w+ ){{0,4}}{CALLS}\w*"
    rf"|\b{COUNTRY}['’]?[dt][ae](?:ki\w*|lar)?\b[, ]+(?:\w+[, ]+){{0,4}}{CALLS}\w*"
    rf"|\bcall(?:ing|s)? (?:\w+ ){{0,3}}(?:abroad|(?:in |to )?{COUNTRY})\b"
)
ROAMING = re.compile(
    r"\b(?:roaming|dolasim)\w*|\byurt ?disi?n?da(?:yken|ki)? (?:\w+ ){0,3}\w*(?:kullan|gecer|cekse|internet|gb|giga)\w*"
    r"|\byurt ?disi\w* (?:\w+ )?(?:dahil|kapsay|icer)\w*|\byurt ?disi ol[ao]n\b"
    r"|\byurt ?disina (?:\w+ )?(?:cik(?!m)|gid(?!em|iyor degil)|seyahat)\w*|\b(?:travel|use|works?) (?:\w+ )?abroad\b"
)
WHY = re.compile(r"\b(?:neden|niye|nicin|sebebi?|sebep)\w*|\b(?:why|reason|how come)\b")
OWN = re.compile(
    r"\b(?:benim|bende|bizim|gecsem|gecersem|gecince|simdiki|sindiki|mevcut|suanki|pake[td]im|tarifem)\w*"
    r"|\b(?:mine|my (?:current|present|own))\b|\b(?:i (?:have|pay|switch\w*)|if i)\b"
)
FUTURE = re.compile(
    r"\bseneye\b|\b(?:gelecek|onumuzdeki) (?:yil|sene|ay)\w*"
    r"|\bnext (?:year|month)\b|\bzam(?:lar\w*|lan\w*|mi)?\b"
)
CHEAP = re.compile(r"\b(?:en )?(?:ucuz|hesapli|ekonomik|uygun)\w*|\bcheap\w*")
HOW_MUCH = re.compile(r"\b(?:ne kadar|kac)\b|\bhow much\b")
PRICE = re.compile(
    r"\b(?:ucret|fiyat|bedel|masraf|kac (?:para|lira|tl)|ne (?:oder|odey|tut|yaz))\w*|\b(?:fee|price|cost|charge)\w*"
)
AGAINST = re.compile(
    rf"\b(?:{ANY_MONTH})['’]?(?:d[ae]n|t[ae]n)\b(?! (?:beri|bu yana|sonra|itibaren))"
    rf"|\b(?:{ANY_MONTH})['’]?y?l[ae]\b(?!.*\b(?:{ANY_MONTH}))"
    r"|\b(?:gecen(?:ki)?|onceki) (?:ay|fatura)\w*?(?:l[ae]|d[ae]n)\b"
    r"|\bgore\b|\bkiyasla\b|\bthan\b"
)
PLENTY = re.compile(r"\b(?:bol|cok|fazla|yuksek|genis|more|bigger)\w*")
HOLDINGS = re.compile(r"\b(?:gb|giga|dakika|dk|sms|mesaj|minutes?|texts?)\b")
DATA = re.compile(r"\b(?:internet|gb|giga|data)\w*")
TOTAL = re.compile(r"\b(?:topla|toplam)\w*|\b(?:in total|altogether|together|combined|adds? up)\b")
RANK = re.compile(
    r"\b(?P<second>ikinci|2\.|second|next)\b(?! (?:hat|numara|line|month|ay|fatura|bill))"
    r"|\b(?P<third>ucuncu|3\.|third)\b|\b(?:(?:on|bun)dan sonra(?:ki)?|bir sonraki|sonraki|after that)\b"
)
SINCE = re.compile(rf"\b(?:{ANY_MONTH})['’]?(?:d[ae]n|t[ae]n) (?:beri|bu yana)\b|\bsince (?:{ANY_MONTH})")
ABOVE = re.compile(
    r"(?:gb|giga\w*|internet\w*) (?:\w+ ){0,2}(?:yetm\w*|az gel\w*|kesmi\w*)|\bnot enough\b|\bmore than\b|\bover \d"
    r"|\d['’]?(?:d[ae]n|t[ae]n) (?:cok|fazla)\b|\bgb['’]?(?:d[ae]n|t[ae]n) (?:cok|fazla)\b"
)
UNCOMMITTED = re.compile(
    r"\btaahhutsuz\w*|\btaahhu[td]\w* (?:\w+ )?(?:olma(?:yan|sin|dan|mali)\w*|istem\w*|yok|gir(?:mem|mey|meden)\w*)\b"
    r"|\b(?:without|no|not? any) (?:a )?(?:contract|commitment)|\b(?:contract|commitment)[- ]free\b"
)
NO_SETUP = re.compile(
    r"\bkurulum\w* (?:\w+ ){0,2}(?:olma(?:yan|sin|dan|mali)\w*|istem\w*|yok|odemem\w*|odemeden|almayan)"
    r"|\bkurulumsuz\w*|\b(?:without|no) (?:a )?set-?up"
)
_FROM_LAST, _ENGLISH_FROM_LAST = ORDINALS[1:6], ENGLISH_ORDINALS[1:4]
FROM_LAST = {word: place for row in (_FROM_LAST, _ENGLISH_FROM_LAST) for place, word in enumerate(row, start=2)}
PLACE_FROM_LAST = re.compile(
    rf"\bsondan (?P<place>[2-9]|{'|'.join(_FROM_LAST)})"
    rf"|\b(?P<english>{'|'.join(_ENGLISH_FROM_LAST)})(?:[- ]to)?[- ]last\b"
)
COMMITMENT = re.compile(r"\b(?:taahhu[td]|sozlesme|contract|commitment)\w*")
AUTOPAY = re.compile(
    r"\botomatik (?:\w+ )?(?:ode|talimat|cek)\w*|\bkendi(?:liginden| kendine)\b.*\b(?:oden|cekil)\w*"
    r"|\b(?:oden|cekil)\w*\b.*\bkendi(?:liginden| kendine)\b|\b(?:autopay|auto-pay|automatic payments?|direct debit)\b"
)
WITHOUT = re.compile(
    r"\b\w+(?:m[ae]sa(?:y?d[iu]\w*|m|k)?)\b|\b(?:olmasa|olmadan|cikarsa|cikar[iu]n[cs]\w*|haric|olmazsa)\w*"
    r"|\b(?:without|if i (?:had ?n[o']t|did ?n[o']t))\b"
)
REMINDED = re.compile(
    r"\b(?:hatirlat|ikaz|remind|warn)\w*|\b(?:mesaj|sms|uyari|message|text)\w* (?:\w+ ){0,2}"
    r"(?:at|gonder|gel|cek|yolla|sen[dt]|g[eo]t)\w*"
)
SMS = re.compile(rf"\b{NUMBER}\s*(?:sms|mesaj|texts?)\w*\b")


MONTHS_OF_YEAR = 12
