"""The 81 provinces of Türkiye and large districts, as the simulated network names them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PROVINCES: tuple[str, ...] = tuple(
    """
    Adana Adıyaman Afyonkarahisar Ağrı Amasya Ankara Antalya Artvin Aydın Balıkesir Bilecik Bingöl Bitlis Bolu Burdur
    Bursa Çanakkale Çankırı Çorum Denizli Diyarbakır Edirne Elazığ Erzincan Erzurum Eskişehir Gaziantep Giresun
    Gümüşhane Hakkari Hatay Isparta Mersin İstanbul İzmir Kars Kastamonu Kayseri Kırklareli Kırşehir Kocaeli Konya
    Kütahya Malatya Manisa Kahramanmaraş Mardin Muğla Muş Nevşehir Niğde Ordu Rize Sakarya Samsun Siirt Sinop Sivas
    Tekirdağ Tokat Trabzon Tunceli Şanlıurfa Uşak Van Yozgat Zonguldak Aksaray Bayburt Karaman Kırıkkale Batman Şırnak
    Bartın Ardahan Iğdır Yalova Karabük Kilis Osmaniye Düzce
    """.split()
)
"""In the order of their licence plate numbers, 01 to 81."""

DISTRICTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "İstanbul": (
            "Ataşehir", "Avcılar", "Bağcılar", "Bahçelievler", "Bakırköy", "Başakşehir", "Beşiktaş", "Beykoz",
            "Beylikdüzü", "Beyoğlu", "Esenler", "Esenyurt", "Eyüpsultan", "Fatih", "Gaziosmanpaşa", "Kadıköy",
            "Kağıthane", "Kartal", "Küçükçekmece", "Maltepe", "Pendik", "Sancaktepe", "Sarıyer", "Şişli", "Tuzla",
            "Ümraniye", "Üsküdar", "Zeytinburnu",
        ),
        "Ankara": ("Altındağ", "Çankaya", "Etimesgut", "Gölbaşı", "Keçiören", "Mamak", "Sincan", "Yenimahalle"),
        "İzmir": ("Balçova", "Bayraklı", "Bornova", "Buca", "Çeşme", "Çiğli", "Gaziemir", "Karşıyaka", "Konak"),
        "Bursa": ("Gemlik", "İnegöl", "Nilüfer", "Osmangazi", "Yıldırım"),
        "Antalya": ("Alanya", "Kepez", "Konyaaltı", "Manavgat", "Muratpaşa"),
        "Adana": ("Çukurova", "Seyhan", "Yüreğir"),
        "Konya": ("Karatay", "Meram", "Selçuklu"),
        "Gaziantep": ("Şahinbey", "Şehitkamil"),
        "Kocaeli": ("Darıca", "Gebze", "İzmit"),
        "Mersin": ("Tarsus", "Yenişehir"),
        "Muğla": ("Bodrum", "Fethiye", "Marmaris"),
        "Eskişehir": ("Odunpazarı", "Tepebaşı"),
        "Kayseri": ("Kocasinan", "Melikgazi"),
        "Samsun": ("Atakum", "İlkadım"),
        "Hatay": ("Antakya", "İskenderun"),
        "Sakarya": ("Adapazarı",),
        "Denizli": ("Pamukkale",),
        "Trabzon": ("Ortahisar",),
    }
)  # fmt: skip
