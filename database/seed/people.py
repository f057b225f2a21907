"""The demo customers and their situations; plain data, dates as distances from today."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from database.enums import (
    AccountRole,
    BillStatus,
    CustomerKind,
    LineKind,
    PaymentMethod,
    TicketCategory,
    TicketPriority,
)


@dataclass(frozen=True)
class DemoLine:
    """One line of a demo customer; ``*_used`` is the used part of the month's allowance."""

    package: str
    package_months: int
    kind: LineKind = LineKind.MOBILE
    number: str | None = None
    internet_used: Decimal = Decimal("0.40")
    voice_used: Decimal = Decimal("0.35")
    sms_used: Decimal = Decimal("0.20")
    roaming: bool = False
    commitment_months_left: int | None = None
    suspended_days_ago: int | None = None
    suspension_reason: str | None = None


@dataclass(frozen=True)
class DemoTicket:
    """A fault record of a demo customer."""

    description: str
    category: TicketCategory
    priority: TicketPriority
    created_hours_ago: int
    notes: str
    resolution: str | None = None


@dataclass(frozen=True)
class DemoPerson:
    """A demo customer with a login; the newest bill was made ``bill_age`` days ago and is due 15 days after that."""

    customer_id: int
    login: str
    name: str
    address: str
    region: str
    tier: str
    lines: tuple[DemoLine, ...]
    bill_age: int
    bill_status: BillStatus
    role: AccountRole = AccountRole.CUSTOMER
    kind: CustomerKind = CustomerKind.INDIVIDUAL
    autopay: PaymentMethod | None = None
    ticket: DemoTicket | None = None


DEMO_PEOPLE: tuple[DemoPerson, ...] = (
    DemoPerson(
        customer_id=0,
        login="musteri0@example.com",
        name="Ayşe Yılmaz",
        address="Caferağa Mah. Moda Cad. No: 12/4, Kadıköy, İstanbul",
        region="İstanbul Kadıköy",
        tier="gold",
        lines=(DemoLine("Premium Paket", 30),),
        bill_age=8,
        bill_status=BillStatus.PAID,
        ticket=DemoTicket(
            "Evde mobil internet akşam saatlerinde çok yavaşlıyor.",
            TicketCategory.NETWORK,
            TicketPriority.MEDIUM,
            40 * 24,
            "Baz istasyonunun kapasitesi artırıldı.",
            "Kapasite artırımı ile sorun giderildi.",
        ),
    ),
    DemoPerson(
        customer_id=1,
        login="musteri1@example.com",
        name="Mehmet Demir",
        address="Kızılay Mah. Atatürk Bulvarı No: 85/7, Çankaya, Ankara",
        region="Ankara Çankaya",
        tier="standard",
        lines=(DemoLine("Süper Konuşma", 20, voice_used=Decimal("0.55")),),
        bill_age=5,
        bill_status=BillStatus.UNPAID,
    ),
    DemoPerson(
        customer_id=2,
        login="musteri2@example.com",
        name="Fatma Şahin",
        address="Kazımdirik Mah. 372. Sok. No: 9/2, Bornova, İzmir",
        region="İzmir Bornova",
        tier="standard",
        lines=(DemoLine("Ekonomik Paket", 26),),
        bill_age=24,
        bill_status=BillStatus.OVERDUE,
    ),
    DemoPerson(
        customer_id=3,
        login="musteri3@example.com",
        name="Mustafa Çelik",
        address="Fethiye Mah. Çamlıca Cad. No: 31/5, Nilüfer, Bursa",
        region="Bursa Nilüfer",
        tier="silver",
        lines=(DemoLine("Aile Paketi", 22, suspended_days_ago=9, suspension_reason="Uzun süreli yurt dışı seyahati"),),
        bill_age=10,
        bill_status=BillStatus.PAID,
    ),
    DemoPerson(
        customer_id=4,
        login="musteri4@example.com",
        name="Zeynep Kaya",
        address="Hoşnudiye Mah. İsmet İnönü Cad. No: 44/9, Tepebaşı, Eskişehir",
        region="Eskişehir Tepebaşı",
        tier="standard",
        lines=(
            DemoLine(
                "Öğrenci Dostu Tarife",
                16,
                internet_used=Decimal("0.97"),
                voice_used=Decimal("0.94"),
                sms_used=Decimal("0.90"),
            ),
        ),
        bill_age=7,
        bill_status=BillStatus.PAID,
    ),
    DemoPerson(
        customer_id=5,
        login="musteri5@example.com",
        name="Emre Aydın",
        address="Konyaaltı Mah. Atatürk Bulvarı No: 120/3, Konyaaltı, Antalya",
        region="Antalya Konyaaltı",
        tier="silver",
        lines=(DemoLine("Mega İnternet", 5, internet_used=Decimal("0.62"), commitment_months_left=7),),
        bill_age=6,
        bill_status=BillStatus.PAID,
    ),
    DemoPerson(
        customer_id=6,
        login="musteri6@example.com",
        name="Elif Öztürk",
        address="İncilipınar Mah. Muammer Aksoy Bul. No: 8/6, Şehitkamil, Gaziantep",
        region="Gaziantep Şehitkamil",
        tier="gold",
        lines=(DemoLine("Dünya Paketi", 18, roaming=True),),
        bill_age=9,
        bill_status=BillStatus.PAID,
        ticket=DemoTicket(
            "Yurt dışındayken mobil veri bağlantısı sürekli kopuyor.",
            TicketCategory.TECHNICAL,
            TicketPriority.HIGH,
            26,
            "Dolaşım ayarları inceleniyor.",
        ),
    ),
    DemoPerson(
        customer_id=7,
        login="musteri7@example.com",
        name="Yıldız Lojistik A.Ş.",
        address="Esentepe Mah. Büyükdere Cad. No: 201/14, Şişli, İstanbul",
        region="İstanbul Şişli",
        tier="business",
        lines=(
            DemoLine("Kurumsal Pro", 30, internet_used=Decimal("0.48")),
            DemoLine("Kurumsal Temel", 24, voice_used=Decimal("0.70")),
            DemoLine("Kurumsal Temel", 14, kind=LineKind.HOME, number="02120000007"),
        ),
        bill_age=4,
        bill_status=BillStatus.UNPAID,
        kind=CustomerKind.BUSINESS,
        autopay=PaymentMethod.CREDIT_CARD,
    ),
    # The operator's own people act for a sandbox customer, so that identity stays one rule.
    DemoPerson(
        customer_id=8,
        login="muhendis@example.com",
        name="Deniz Korkmaz",
        address="Barbaros Mah. Teknoloji Sok. No: 1, Ataşehir, İstanbul",
        region="İstanbul Ataşehir",
        tier="standard",
        lines=(DemoLine("Genç Paket", 15),),
        bill_age=5,
        bill_status=BillStatus.UNPAID,
        role=AccountRole.ENGINEER,
    ),
    DemoPerson(
        customer_id=9,
        login="temsilci@example.com",
        name="Selin Arslan",
        address="Tunalı Hilmi Cad. No: 60/8, Çankaya, Ankara",
        region="Ankara Çankaya",
        tier="standard",
        lines=(DemoLine("Emekli Dostu Tarife", 15),),
        bill_age=5,
        bill_status=BillStatus.UNPAID,
        role=AccountRole.STAFF,
    ),
)
