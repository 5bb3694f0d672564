"""The bot's settings: environment variables, or lines of a `.env` file. README.md lists them."""

import socket
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.exc import ArgumentError

from handlers.mail_server import read_smtp_url
from programme.catalogue import DEFAULT_FILE
from storage.store import DRIVERS, database_url

Endpoint = tuple[str, int]
DNS_PORT = 53


class Settings(BaseSettings):
    """Secrets are SecretStr, so that no log and no traceback shows them."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    database_url: SecretStr = SecretStr("sqlite:///partner-desk.sqlite")
    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    review_channel: str | None = None
    reviewer_group: str | None = None
    dns_nameservers: Annotated[list[Endpoint] | None, NoDecode] = None
    smtp_url: SecretStr | None = None
    mail_from: str | None = None
    catalogue: Path = DEFAULT_FILE
    encryption_key: SecretStr | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)
    public_url: str | None = None
    log_format: Literal["text", "json"] = "text"
    tick_seconds: float = Field(default=60, gt=0)
    clock_file: Path | None = None
    lease_seconds: float = Field(default=60, gt=0)
    messages_per_second: float = Field(default=1, gt=0)
    messages_per_minute: float = Field(default=300, gt=0)

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_a_slash(cls, url: str) -> str:
        return url if url.endswith("/") else f"{url}/"

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("write https://desk.example")
        return url.rstrip("/")

    @property
    def address(self) -> str:
        """Where people outside reach the desk, without a slash at the end."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @field_validator("dns_nameservers", mode="before")
    @classmethod
    def _read_nameservers(cls, text: object) -> object:
        if not isinstance(text, str):
            return text
        return [_endpoint(part.strip()) for part in text.split(",") if part.strip()] or None

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, url: SecretStr) -> SecretStr:
        try:
            read = database_url(url.get_secret_value())
        except (ArgumentError, ValueError):  # whose words may hold a part of the password
            read = None
        if read is None or read.drivername not in DRIVERS.values():
            raise ValueError("write sqlite:///file, or postgresql://user:password@host/name")
        if "@" in (read.host or ""):
            raise ValueError("write @ in the password as %40")
        return url

    @field_validator("smtp_url")
    @classmethod
    def _is_a_mail_server(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            read_smtp_url(url.get_secret_value())  # raises ValueError
        return url

    @field_validator("encryption_key")
    @classmethod
    def _is_a_fernet_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None:
            Fernet(key.get_secret_value())  # raises ValueError
        return key


def _endpoint(text: str) -> Endpoint:
    """`host:port`, `[2001:db8::1]:53`, or a host alone."""
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        port = port.removeprefix(":")
    else:
        host, _, port = text.partition(":") if text.count(":") == 1 else (text, "", "")
    port = port or str(DNS_PORT)
    is_port = len(port) <= 5 and port.isascii() and port.isdecimal() and 1 <= int(port) <= 65535
    if not host or not is_port:
        raise ValueError(f"{text!r} is no address; write host:port, with commas between several")
    return _address(host), int(port)


def _address(host: str) -> str:
    """A name server is asked by its address; one given by name is looked up once, at the start."""
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        return socket.gethostbyname(host)
    except (OSError, UnicodeError):
        raise ValueError(f"there is no host {host!r}") from None


def reveal(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
