"""The words by which a line is named: its number, its place, its kind, "the other", "both", "all"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.number_words import units
from graph.understanding import words

HOME, MOBILE = "home", "mobile"
"""The kinds of lines."""

NOUN = r"(?:hat(?:lar\w*|ti\w*|tan|ta)?|numara(?:m|miz|lar|ni|yi|ya)\w*|numara|lines?)"
MOST = 5
PLACES: Mapping[str, int] = {
    **{word: place for row in (words.ORDINALS, words.ENGLISH_ORDINALS) for place, word in enumerate(row[:MOST])},
    "ilk": 0, "sonuncu": -1, "son": -1, "last": -1,
}  # fmt: skip
ORDINAL = rf"(?:{words.any_of(*PLACES)}|\d{{1,2}}\.)"
COUNT = rf"(?:bir|{words.any_of(*words.COUNTS, *words.ENGLISH_COUNTS)}|\d{{1,2}})"

MENTIONED = re.compile(rf"\b{NOUN}\b|\d{{2,}}")
"""A word for a line, or digits that may be the number of one."""

NUMBER_END = re.compile(
    rf"\b(?:sonu|son (?:{units(2, 4)}|2|3|4) (?:hane|rakam)\w*|ending(?: in| with)?)\s+(\d{{2,7}})\b"
    r"|\b(\d{2,7})['’]?\s?(?:ile|la|le)?\s+bit\w+|\bsonu\s+(\d{2,7})\s+ol\w+"
)
NUMBER_BEGIN = re.compile(
    r"(?<!\d)\b(?:basi )?(0\d{3}|[2-5]\d{2})['’]?\s?(?:l[iu]|lar\w*)?"
    rf"(?: (?:ile|la|le) basla\w*| ol[ao]n\w*| {NOUN})"
    r"|(?<!\d)\b(0\d{3})['’]?\s?l[iu](?:y[iu]|s[iu]n?[iu]?)?(?=\W|$)"
)
PLACE = re.compile(rf"\b(?P<places>{ORDINAL}(?:\s*(?:,|ve|ile|and)\s*{ORDINAL})*)\s+(?:sirada\w*\s+)?{NOUN}\b")
BARE_PLACE = re.compile(
    rf"\b(?P<places>(?:{words.any_of(*words.ORDINALS[:MOST])}|sonuncu)"
    r"(?=s[iu]|y[iue]\b|n[iu]n|d[ae](?:\b|ki)| olan| olacak| olsun)"
    r"|ilk(?=i(?:n[ie]|nin)?\b))\w*"
    rf"|\b(?P<final>{words.any_of(*words.ORDINALS[:MOST])})(?=\W*$|\s+(?:degil|olmaz|olmas[iu]n|haric)\b)"
    rf"|\b(?P<digit>\d{{1,2}}\.)(?:\s*s[iu]\w*)?|\b(?P<english>{words.any_of(*words.ENGLISH_ORDINALS[:4])}|last) one\b"
)
RUN = re.compile(rf"\b(?P<end>ilk|son|first|last)\s+(?P<count>{COUNT})(?:s[iu]\w*|\s+{NOUN})?(?=\W|$)")
RUN_BARE = re.compile(rf"\b(?:ilk|son)\s+(?:{words.any_of(*words.COUNTS)})(?:s[iu])\w*")
LEFT = r"(?:i|ler\w*|deki(?:ni)?)?(?=\s+(?:haric|disinda|kals[iu]n|olmas[iu]n|durs[iu]n)\b)"
"""Ends a kind of line that a reply leaves out: "ev hariç"."""
KINDS: Mapping[str, re.Pattern[str]] = {
    HOME: re.compile(
        r"\b(?:ev|sabit)\s+(?:hat\w*|telefon\w*|numara\w*)|\bev(?:imin|imizin|in|deki)\s+(?:hatt\w*|telefon\w*)"
        r"|\bsabit(?:im\w*|i)\b|\b(?:home|land) ?lines?\b"
        r"|\bev(?:i|imi|im[iu]zi)(?= (?:de |da )?(?:dondur|kapat|ac|askiya))"
        rf"|\b(?:ev|sabit){LEFT}"
    ),
    MOBILE: re.compile(
        r"\b(?:cep|mobil|gsm)\s+(?:hat\w*|telefon\w*|numara\w*)|\bcebi[mn]\w*|\bcepler\w*|\bmobile lines?\b"
        r"|\bcep(?=\W*$)"
        rf"|\bcep{LEFT}"
    ),
}
SEVERAL = re.compile(r"hatlar|cepler|lines$")
"""All lines of a kind."""
COUNTED_BEFORE = re.compile(rf"\b(?:her )?(?P<count>{words.any_of(*words.COUNTS)}|[2-5])\s+$")
"""A count before the kind of a line: "iki cep hattım"."""
HOME_INTERNET = re.compile(r"\bev(?:deki|imdeki|imizdeki)?\s+internet\w*|\bhome internet\b")
MAIN = re.compile(rf"\b(?:ana|esas|asil|main)\s+{NOUN}\b")
OTHER = re.compile(
    rf"\b(?:{words.OTHER}|other)\s+(?P<count>(?:{COUNT}\s+)?)(?:(?:(?P<home>ev|sabit|home)|(?P<mobile>cep|mobil|gsm|mobile))\s+)?"
    rf"(?P<noun>{NOUN}|ikisi\w*)\b"
    rf"|\b{words.OTHER}\s+(?:(?P<only_home>ev|sabit)|(?P<only_mobile>cep|mobil|gsm))"
    r"(?:[iu]\w{0,4}|[dt]ek[iu]\w*|e|be)?\b(?! \w*(?:internet|telefon))"
    rf"|\b{words.OTHER}{words.OTHER_CASE}\b|\b(?:the )?other one\b"
)
OTHERS = re.compile(rf"\b{words.OTHER}(?:leri|lari)\w*|\b{words.OTHER}\s+hatlar\w*|\bother lines\b")
SAME = re.compile(rf"\b(?:bu|su|o|ayni|this|that|same)\s+{NOUN}\b")
ALL = re.compile(
    rf"\b(?:butun|tum|all(?: of)?(?: (?:my|our))?|every)\s+{NOUN}\b|\bhatlar\w*\s+(?:hepsi|tamami|tumu)\w*"
)
PLURAL = re.compile(r"\bhatlar(?:im|imiz)(?:i|in|a|da)?\b(?!\w)|\b(?:any of |each of )?(?:my|our) lines\b")
"""The plural alone: all lines where something is looked up; a change takes "all" only from a word that says so."""
ALL_BARE = re.compile(r"\b(?:hepsi\w*|tumu(?:nu|nun|ne)?|tamami(?:ni|nin|na)?|all of them)\b")
BOTH = re.compile(
    rf"\b(?:her|both)\s+(?P<each>{COUNT}\s+)?(?:{NOUN}|(?:ikisi|ucu|dordu)\w*)|\b(?P<all>{words.any_of(*words.COUNTS)})\s+{NOUN}\b"
    r"|\b(?P<of>ikisi|ucu|dordu)(?:n[iu]|n[iu]n|ne|na)?\s*(?:de|da|birden)\b|\bboth\b"
)
NOT_THIS = re.compile(
    r"^['’]?\w*\s+(?:\w+\s+)?(?:degil|not|kals[iu]n|olmas[iu]n|olmaz|etkilenme\w*|durs[iu]n|istem\w+|bosver\w*)\b"
)
EXCEPT = re.compile(rf"\b(?:{words.EXCEPT_AFTER}|{words.EXCEPT_BEFORE})\b")
POSTPAID = re.compile(r"\b(?:faturali|faturasiz|kontorlu|on odemeli|prepaid|postpaid)\s+(?:hat|numara)\w*")

WITHOUT_NOUN = (BARE_PLACE, RUN_BARE, OTHER, OTHERS, ALL_BARE, BOTH)
"""Name lines without a word for one: "ikincisi", "diğeri", "hepsi"."""
