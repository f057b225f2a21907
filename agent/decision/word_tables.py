"""Word tables of ``agent.decision.alignment``: roots of telecom customer service, and forms that tell modality.

All words are folded (``core.turkish.fold``). A line is a key with its entries; an indented line goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def _table(text: str) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    key = ""
    for line in text.strip().splitlines():
        if not line.startswith(" "):
            key, _, line = line.partition(":")
        found.setdefault(key, []).extend(line.split())
    return found


ROOTS = _table("""
pay: odem odey oden oded odus odes paid pay
open: acik acil acab acin acma acar acti actim open
close: kapal kapat kapan close shut
remain: kalan kaldi kaliy kaliyor left remain
owe: borc owe debt
exist: var bulun mevcut yok gorun there
no: degil
bill: fatura bill invoice
fee: ucret bedel fiyat fee cost price
amount: tutar amount comes
day: gun day
date: tarih date
month: ay ayda aylik aylik ayin ayki month monthly
year: yil yilda yillik year yearly
end: bit biten bitiy bitti bitis sona end ends ended
begin: basla begin began start
arrive: ulas geldi gelm gelen arriv
line: hat hattin hatti hatlar line
package: paket tarife package plan
commit: taahhu commit
renew: yenile renew
continue: sur suru devam run runs
solve: cozul cozum gider solv repair fix
cheap: ucuz az dusuk alti cheap less lower below
dear: pahali fazla yuksek uzeri artmis artti artis arti dear more higher above
same: ayni esit same
number: numara number
send: gonder ilet send sent
new: yeni new
like: ister dile isterseniz like wish
can: mumkun can
abroad: yurt roaming abroad
use: kullan use used
data: internet data
talk: konus dakika minute
record: kayit kayd sistem record
issue: kesil kesim kest issu
freeze: dondur suspend frozen
late: gecik vade overdue late
past: gecmis gecti gecen past
know: kesinles netles belli settl
you: siz size sizin sizi your you
we: biz bize bizim our we
total: toplam total together sum all
now: simdi su currently now present guncel current
fault: ariza fault
ticket: ticket talep
leave: cayma boz leav
until: kadar until till
first: ilk first
last: son last
most: en most
change: degis change
speed: hiz speed
work: calisma bakim work
network: sebeke network
address: adres address
mail: posta mail
method: yontem method
automatic: otomatik automatic
status: durum status state
wait: bekle wait
cancel: iptal cancel
right: hak hakki hakkin
""")
"""Beginnings of words by their common root, Turkish and English."""

SHAPES = _table(r"""
future: [a-z]{2,}(?:acak|ecek|acag|eceg)[a-z]* will shall going
we_do: [a-z]{2,}(?:[aeiu]riz|[aeiu]ruz|iyoruz|uyoruz|acagiz|ecegiz|[ae]lim|[ae]biliriz)
we_did: [a-z]{3,}(?:dik|duk|tik|tuk|misiz|musuz)
i_do: [a-z]{3,}(?:[iu]yorum|[ae]cagim|[ae]cegim|[ae]bilirim|[aeiu]rim|[aeiu]rum|ayim|eyim) i'll ll
past: (?!kendi|simdi|yedi|kaydi|kredi|hatti|fiyati|saati|taahhudu|adedi|adi|ucreti|paketi|interneti|mi)[a-z]{2,}[dt][iu](?:[mnk]|n[iu]z|l[ae]r)?
    was were has had did been
reported: [a-z]{2,}m[iu]s(?:siniz|sunuz|tir|tur|ler|lar)?
i_did: [a-z]{3,}(?:dim|dum|tim|tum)
may: [a-z]{2,}(?:abilir|ebilir)[a-z]* can may might
if: [a-z]{2,}(?:arsa|erse|irse|ursa|urse|irsa|mazsa|mezse|digin[a-z]*da|inca|ince|unca)[a-z]* if when eger
should: gerek[a-z]* [a-z]{3,}(?:mali|meli)[a-z]* oner[a-z]* tavsiye lazim should must need recommend suggest advise
do: [a-z]{3,}(?:yin|yun|yiniz|yunuz)
cause: yuzunden nedeniyle sebebiyle sebebi nedeni dolayi cunku sayesinde kaynakli kaynaklan[a-z]* because due
    since owing
    [a-z]{3,}(?:digindan|dugundan|diginizdan|digimizdan|tigindan|tugundan|dugunuzdan|diginiz|digimiz|dugumuz)
    uzerine bagli
sorry: ozur kusura kusur hata[a-z]* yanlis[a-z]* uzgun[a-z]* sorumlu[a-z]* maalesef sorry apolog[a-z]* mistake fault
money_back: iade geri indirim[a-z]* hediye bedava ucretsiz sil[a-z]{2,} dus(?:er|ec|ul|ur)[a-z]* tazmin[a-z]*
    karsila[a-z]* muaf refund discount free compensat[a-z]* credit waive
all: butun tum hepsi tamami her hic hicbir herkes[a-z]* daima asla kesinlikle sinirsiz genelde genellikle hicbiri
    always never every all everyone any unlimited
more_time: gelecek onumuzdeki onceki sonraki artik haftaya yakinda birazdan hemen dun yarin bugun kendiliginden next
    soon already again tekrar yine daha hala henuz
also: ayrica ustelik hem da de too also
rather: yerine aksine instead rather
""")  # noqa: E501  a pattern cannot be broken
"""Patterns of whole words by what they tell: a promise, a cause, an apology, advice."""
