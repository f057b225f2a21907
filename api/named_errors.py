"""HTTP status, code and the customer's text for each error of the conversations and records."""

from __future__ import annotations

from conversation.service import ChangeDone, InvalidRequest, NothingPending, QuestionClosed, ThreadBusy, WithColleague
from core.photos import NotAPhoto, PhotoTooLarge
from database.handover_records import HandoverClosed, HandoverNotFound, HandoverNotTaken, HandoverTaken
from database.photos import PhotoNotFound, TooManyPhotos
from database.runs import RunNotFound
from database.seed.catalogue import NoPackages
from database.threads import ThreadNotFound
from database.turn_keys import TurnKeyConflict, TurnKeyInUse
from identity.account_records import AccountNotFound, ForeignNumber, LastAdmin, RoleOfAnother, UnknownCustomer
from identity.accounts import LoginTaken, RegistrationClosed
from tools.errors import IdempotencyConflict

INVALID_TEXT = "Gönderilen bilgiler eksik ya da hatalı."
NAMED_ERRORS: dict[type[Exception], tuple[int, str, str]] = {
    InvalidRequest: (422, "INVALID_REQUEST", INVALID_TEXT),
    ThreadNotFound: (404, "SESSION_NOT_FOUND", "Böyle bir görüşmeniz bulunamadı."),
    NothingPending: (409, "NOTHING_PENDING", "Bu görüşmede onayınızı bekleyen bir işlem yok."),
    QuestionClosed: (
        409,
        "NOTHING_PENDING",
        "Bu soru artık geçerli değil; bu görüşmede yanıtınızı bekleyen başka bir soru var.",
    ),
    ChangeDone: (409, "NOTHING_PENDING", "Bu işlem daha önce onayınızla yapıldı; bu yanıtla geri alınmaz."),
    TurnKeyConflict: (IdempotencyConflict.status, IdempotencyConflict.code, IdempotencyConflict.text),
    TurnKeyInUse: (
        409,
        "IDEMPOTENCY_KEY_IN_USE",
        "Bu anahtarla gönderilen istek hâlâ işleniyor; lütfen biraz bekleyiniz.",
    ),
    LoginTaken: (409, "LOGIN_TAKEN", "Bu e-posta adresiyle açılmış bir hesap zaten var."),
    RegistrationClosed: (
        403,
        "REGISTRATION_CLOSED",
        "Hesaplar buradan açılmıyor; lütfen müşteri hizmetlerimize başvurunuz.",
    ),
    NoPackages: (409, "NO_PACKAGES", "Şu anda yeni abonelik açılamıyor; lütfen daha sonra yeniden deneyiniz."),
    AccountNotFound: (404, "ACCOUNT_NOT_FOUND", "Böyle bir hesap bulunamadı."),
    LastAdmin: (409, "LAST_ADMIN", "Bu, son yönetici hesabı; önce başka birine yönetici rolü veriniz."),
    ForeignNumber: (
        422,
        "FOREIGN_NUMBER",
        "Müşteri hesabı müşteri numarası ister; çalışanlarınızın numarası kendiliğinden verilir.",
    ),
    RoleOfAnother: (
        409,
        "ROLE_OF_ANOTHER",
        "Müşteri hesabı müşteri hesabı kalır; iş için başka bir adresle yeni hesap açınız.",
    ),
    UnknownCustomer: (422, "UNKNOWN_CUSTOMER", "Müşteri hesabı için kayıtlı bir müşteri numarası gerekiyor."),
    HandoverNotFound: (404, "HANDOVER_NOT_FOUND", "Böyle bir devir kaydı bulunamadı."),
    HandoverTaken: (409, "HANDOVER_TAKEN", "Bu devir kaydını başka bir temsilci üstlenmiş."),
    HandoverNotTaken: (409, "HANDOVER_NOT_TAKEN", "Bu devir kaydını henüz kimse üstlenmedi."),
    HandoverClosed: (409, "HANDOVER_CLOSED", "Bu devir kaydı daha önce kapatılmış."),
    RunNotFound: (404, "RUN_NOT_FOUND", "Böyle bir kayıt bulunamadı ya da artık saklanmıyor."),
    WithColleague: (
        409,
        "WITH_COLLEAGUE",
        "Görüşmenizi şu anda bir çalışma arkadaşımız yürütüyor; bu düğme artık geçerli değil.",
    ),
    NotAPhoto: (415, "NOT_A_PHOTO", "Bu dosya bir fotoğraf olarak açılamadı; JPEG, PNG ya da WebP gönderebilirsiniz."),
    PhotoTooLarge: (413, "PHOTO_TOO_LARGE", "Bu fotoğraf çok büyük; en fazla 10 MB olabilir."),
    TooManyPhotos: (409, "TOO_MANY_PHOTOS", "Bugün çok sayıda fotoğraf gönderdiniz; lütfen yarın yeniden deneyiniz."),
    PhotoNotFound: (404, "PHOTO_NOT_FOUND", "Böyle bir fotoğrafınız bulunamadı."),
    ThreadBusy: (409, "SESSION_BUSY", "Bu görüşmede bir önceki mesajınız hâlâ işleniyor; lütfen biraz bekleyiniz."),
}
