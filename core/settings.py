"""Every setting of the service, in one class.

Values come from the environment (prefix ``TELEKOM_``) or from ``.env``; nothing is read at import. The class knows
no other part of the program: it only names and checks values.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.setting_forms import Faults, Origins, Rates, Roles, listed

DEFAULT_SECRET = "development-only-secret-change-me-in-production"  # noqa: S105  refused in production below
DEFAULT_DEMO_PASSWORD = "demo-1234"  # noqa: S105  demo accounts exist in development only
_PREFIX = "TELEKOM_"


def explain_settings(error: ValidationError) -> str:
    """Return what is wrong with which setting, a line each, under the names that the operator writes."""
    lines = ["The settings are not valid:"]
    for problem in error.errors():
        name = str(problem["loc"][0]) if problem["loc"] else ""
        name = name if name.isupper() or not name else f"{_PREFIX}{name.upper()}"
        lines.append(": ".join(part for part in ("  " + name, problem["msg"]) if part.strip()))
    return "\n".join(lines)


def unknown_names(environ: Iterable[str]) -> dict[str, str | None]:
    """Return the names that begin as a setting's and are none, each with the setting that may have been meant.

    Args:
        environ: Names of environment variables.
    """
    fields = {f"{_PREFIX}{name.upper()}": field.validation_alias for name, field in Settings.model_fields.items()}
    known = [name for name, alias in fields.items() if alias is None]
    meant = {name: str(alias) for name, alias in fields.items() if alias is not None}
    for name in sorted({name for name in environ if name.upper().startswith(_PREFIX)}):
        if name.upper() not in known and name not in meant:
            meant[name] = next(iter(get_close_matches(name.upper(), known, n=1, cutoff=0.75)), "")
    return {name: meant[name] or None for name in sorted(environ) if name in meant}


class Settings(BaseSettings):
    """Settings of one running service.

    Raises:
        pydantic.ValidationError: a value is malformed, or production is started with a default secret.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_file=".env", extra="ignore")

    env: Literal["development", "production"] = Field(
        "development", description="development makes demo accounts, production refuses default secrets and demo data"
    )
    host: str = Field("127.0.0.1", description="address the server listens on")
    port: int = Field(8000, ge=1, le=65535, validation_alias="PORT", description="port the server listens on")
    workers: int = Field(
        1,
        ge=1,
        le=64,
        description="processes of this machine behind the port; each holds its own embedded model",
    )
    data_dir: Path = Field(Path("var"), description="folder of the SQLite files and of the chat page's files")
    database_url: str | None = Field(
        None, description="`postgresql+psycopg://user:password@host/name`; default: SQLite in `TELEKOM_DATA_DIR`"
    )
    database_pool: int = Field(
        10, ge=2, le=500, description="connections of one process to PostgreSQL for data, and as many for checkpoints"
    )
    secret_key: SecretStr = Field(
        SecretStr(DEFAULT_SECRET),
        description="signs logins and masks records; 32 bytes or more, the same for all replicas",
    )
    trusted_proxies: str | None = Field(
        None,
        description="proxies whose `X-Forwarded-For` and `-Proto` count, with commas; `*`: any; default: 127.0.0.1",
    )
    limit_requests: Rates = Field("1200/minute", description="requests of one network address; empty: no limit")
    limit_customer: Rates = Field("300/minute", description="requests and messages of one login; empty: no limit")
    limit_logins: Rates = Field(
        "5/minute;10/15 minutes;30/day", description="wrong logins of one account from one address or browser"
    )
    limit_logins_account: Rates = Field(
        "100/hour;300/day", description="wrong logins of one account from all addresses that it never logged in from"
    )
    limit_logins_address: Rates = Field("60/15 minutes;500/day", description="wrong logins from one address")
    limit_sign_ups: Rates = Field("20/hour;60/day", description="new accounts from one address")
    limit_mails: Rates = Field("20/hour;60/day", description="links for a new password asked for from one address")
    turns_of_customer: int = Field(10, ge=1, description="turns of one customer at once, in one process")
    turns_at_once: int = Field(100, ge=1, description="turns of all customers at once, in one process")
    streams_of_customer: int = Field(
        10, ge=1, description="conversations that one login follows at once, in one process"
    )
    public_url: str | None = Field(
        None, description="address of the service as people reach it, for links; default: `http://TELEKOM_HOST:PORT`"
    )
    mail_url: SecretStr | None = Field(
        None, description="`smtp://user:password@host:587` or `smtps://…:465`; default: the log, in production no mail"
    )
    mail_from: str = Field("telekom@localhost", description="address that the mails come from")
    oidc_issuer: str | None = Field(None, description="address of the provider, `https://…`; default: none")
    oidc_client_id: str = Field("", description="the client that the provider knows this service as")
    oidc_client_secret: SecretStr | None = Field(None, description="the client's secret; default: a public client")
    oidc_name: str = Field("OpenID", min_length=1, max_length=40, description="the provider's name on the login page")
    oidc_scopes: str = Field("openid email profile", description="what the provider is asked for")
    oidc_role_claim: str = Field("roles", description="claim with roles or groups; `a.b` for `b` inside of `a`")
    oidc_roles: Roles = Field({}, description="our role for each value of that claim: `agents=staff, leads=admin`")
    oidc_customer_claim: str | None = Field(
        None, description="claim with the customer number; default: customers do not log in so"
    )
    token_minutes: int = Field(12 * 60, ge=1, description="life of an access token, minutes")
    access_minutes: int = Field(15, ge=1, description="life of an access token that has a refresh token, minutes")
    refresh_days: int = Field(
        30, ge=1, description="a login with a refresh token ends where it is not renewed for so long, days"
    )
    registration: bool | None = Field(
        None, description="customers may sign up (`true` or `false`); default: in development only"
    )
    demo_password: SecretStr = Field(
        SecretStr(DEFAULT_DEMO_PASSWORD), description="password of the demo accounts, development only"
    )
    model: str = Field(
        "embedded", description="chat model: `embedded`, `hf:<folder or repository>`, `endpoint:<url>#<model>`"
    )
    decision_model: str = Field(
        "embedded",
        description="decision model: `embedded`, `hf:<folder or repository>`, `systemone:<url>#<model>`, `chat`",
    )
    writer: Literal["composed", "free"] = Field(
        "composed", description="answers are worded by code, or by a capable chat model with each sentence proven"
    )
    tool_format: Literal["auto", "telekom", "hermes", "llama3"] = Field(
        "auto", description="form of the chat model's tool calls; auto: that of its chat template"
    )
    planner: Literal["decisions", "tools"] = Field(
        "decisions",
        description="operations are chosen by the decision model, or by a chat model that calls tools",
    )
    rerun_models: Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed)] = Field(
        (), description="models for re-runs besides the own one, with commas; `…#*`: any of that server"
    )
    trust_remote_code: bool = Field(
        False, description="run code that comes with a model: only for repositories that you have read"
    )
    model_timeout: float = Field(
        30.0, gt=0, description="time limit of one request to a model server, seconds; one retry"
    )
    model_cache: Path | None = Field(None, description="folder of the prepared model; default: the user's cache")
    weights: Path | None = Field(
        None,
        description="file of `telekom model pack` to start the embedded model from; default: the installed packages",
    )
    threads: int | None = Field(None, ge=1, description="CPU threads of the model; default: chosen by PyTorch")
    intent_threshold: float | None = Field(
        None,
        ge=0,
        le=1,
        description="below this probability the agent asks what is meant; default: 0.45, uncalibrated 0.6",
    )
    tool_timeout: float = Field(10.0, gt=0, description="time limit of one tool call, seconds")
    answer_max_tokens: int = Field(96, ge=8, description="longest text the writer makes for one answer, tokens")
    confirmation_minutes: int = Field(
        15, ge=1, description="a pending confirmation older than this is asked again, minutes"
    )
    history_messages: int = Field(12, ge=2, description="messages of a conversation that are kept for references")
    operator: Path | None = Field(
        None,
        description="folder made by `telekom init`; default: the demo operator",
    )
    prompts: Path | None = Field(None, description="folder of prompt, answer and wording files; default: our own")
    text_label: str = Field(
        "production",
        pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$",
        description="label of the versions of texts that are served; where there is none, `production`",
    )
    knowledge: Path | None = Field(
        None, description="folder of pages and `operator.yaml`; default: the demo operator's"
    )
    ports: str | None = Field(None, description="function of your own adapters, `package.module:build`; default: none")
    allow_simulated: bool = Field(False, description="let production start with simulated outside systems")
    simulate_payment: Faults = Field(
        default_factory=dict,
        description="shares of the simulated bank's charges that go wrong: `decline:0.1,timeout:0.05`",
    )
    run_retention_days: int = Field(
        90, ge=1, description="records of what happened inside turns are kept so long, days"
    )
    conversation_retention_days: int | None = Field(
        None, ge=1, description="conversations that nobody used for so long are deleted, days; default: never"
    )
    allowed_origins: Origins = Field(
        (), description="origins of other sites that may use the chat page and its web socket, with commas"
    )
    cors_origins: Origins = Field(
        (), description="origins of other sites that may call the HTTP interface with a token (CORS), with commas"
    )
    embed_origins: Origins = Field(
        (), description="origins of the sites that may show the chat page as a widget in their own pages, with commas"
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="lines for people, or JSON objects with the ids of request and turn"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="lowest level that is logged")
    mount_chat: bool = Field(True, description="serve the chat page at `/chat`")
    studio_customer: int = Field(1, ge=0, description="demo customer of `langgraph dev`, development only")

    @property
    def resolved_database_url(self) -> str:
        """The database's URL, with the SQLite default filled in."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'telekom.sqlite3'}"

    @property
    def opens_registration(self) -> bool:
        """True where customers may open accounts by themselves."""
        return self.env == "development" if self.registration is None else self.registration

    @property
    def offers_demo(self) -> bool:
        """True where the demo accounts are everybody's: in development, with the password that everybody knows."""
        return self.env == "development" and self.demo_password.get_secret_value() == DEFAULT_DEMO_PASSWORD

    @property
    def resolved_public_url(self) -> str:
        """The address for people, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def facts_folder(self) -> Path | None:
        """Folder of ``operator.yaml``; None for the demo operator's."""
        return self.operator or self.knowledge

    @model_validator(mode="after")
    def _operator_has_a_folder(self) -> Settings:
        """Take the pages and texts from the operator's folder, where no setting names others."""
        if self.operator is None:
            return self
        if not (self.operator / "operator.yaml").is_file():
            raise ValueError(
                f"TELEKOM_OPERATOR: {self.operator} has no operator.yaml; make one with `telekom init {self.operator}`"
            )
        for name in ("knowledge", "prompts"):
            if getattr(self, name) is None and (self.operator / name).is_dir():
                object.__setattr__(self, name, self.operator / name)
        return self

    @model_validator(mode="after")
    def _provider_is_known(self) -> Settings:
        """A provider needs a client, somebody who may come in by it, and TLS unless it runs on this machine."""
        if self.oidc_issuer is None:
            return self
        parts = urlsplit(self.oidc_issuer)
        if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in ("127.0.0.1", "localhost")):
            raise ValueError("TELEKOM_OIDC_ISSUER begins with https://")
        if not self.oidc_client_id:
            raise ValueError("TELEKOM_OIDC_ISSUER needs TELEKOM_OIDC_CLIENT_ID")
        if not self.oidc_roles and self.oidc_customer_claim is None:
            raise ValueError("TELEKOM_OIDC_ISSUER needs TELEKOM_OIDC_ROLES or TELEKOM_OIDC_CUSTOMER_CLAIM")
        return self

    @model_validator(mode="after")
    def _planner_calls_tools(self) -> Settings:
        if self.planner == "tools" and self.model == "embedded":
            raise ValueError("TELEKOM_PLANNER=tools needs a TELEKOM_MODEL that calls tools: hf:… or endpoint:…")
        return self

    @field_validator("mail_url")
    @classmethod
    def _mail_url_names_a_server(cls, value: SecretStr | None) -> SecretStr | None:
        parts = urlsplit(value.get_secret_value()) if value is not None else None
        if parts is not None and (parts.scheme not in ("smtp", "smtps") or not parts.hostname):
            raise ValueError("write smtp://user:password@host:port, or smtps://…")
        return value

    @model_validator(mode="after")
    def _production_has_secrets(self) -> Settings:
        if self.env == "production":
            secret = self.secret_key.get_secret_value()
            if secret == DEFAULT_SECRET or len(secret.encode()) < 32:
                raise ValueError("TELEKOM_ENV=production needs TELEKOM_SECRET_KEY, a secret of 32 bytes or more")
        return self
