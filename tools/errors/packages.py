"""Refusals about packages and quotas."""

from __future__ import annotations

from tools.errors.base import Conflict, NotFound, ValidationFailed


class InvalidPackage(ValidationFailed):
    """The package to change to does not exist; ``nearest`` may be meant."""

    code = "INVALID_PACKAGE"
    text = "“{value}” adında bir paketimiz yok."
    hint = "Geçiş yapabileceğiniz paketleri listeleyebilirsiniz."


class PackageNotFound(NotFound):
    """No package has this name; ``nearest`` may be meant."""

    code = "PACKAGE_NOT_FOUND"
    text = "“{value}” adında bir paketimiz yok."
    hint = "Mevcut paketleri listeleyebilirsiniz."


class QuotaNotFound(NotFound):
    """No usage is recorded for the line."""

    code = "QUOTA_NOT_FOUND"
    text = "{line_number} numaralı hattınız için kota bilgisi bulunamadı."
    hint = "Paket bilgilerinizi sorabilirsiniz."


class IneligibleForPackage(Conflict):
    """The package is not for this kind of customer."""

    code = "INELIGIBLE_FOR_PACKAGE"
    text = "{package} yalnızca kurumsal müşterilerimize açıktır."
    hint = "Size uygun paketleri listeleyebilirsiniz."


class CommitmentExists(Conflict):
    """Leaving the present package costs a fee that the customer has not accepted."""

    code = "COMMITMENT_EXISTS"
    text = "{package} taahhüdünüz {until} tarihine dek sürüyor; şimdi değişirse {fee} cayma bedeli alınır."
    hint = "Cayma bedelini kabul ederek değiştirebilir ya da taahhüdün bitmesini bekleyebilirsiniz."


class PackageChangeFailed(Conflict):
    """The line's present state allows no change to this package."""

    code = "PACKAGE_CHANGE_FAILED"
    text = "{line_number} numaralı hattınız zaten {package} paketini kullanıyor."
    hint = "Başka bir paket seçebilirsiniz."
