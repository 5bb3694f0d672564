"""Settings: what is written in the environment is read, or refused with a sentence; secrets are not to be seen."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr, ValidationError

from bot.settings import Settings, reveal
from programme.catalogue import DEFAULT_FILE

SECRETS = {
    "DATABASE_URL": "postgresql://desk:hush-database@127.0.0.1/desk",
    "SLACK_BOT_TOKEN": "xoxb-hush-bot",
    "SLACK_SIGNING_SECRET": "hush-signing",
    "SLACK_APP_TOKEN": "xapp-hush-app",
    "SLACK_CLIENT_SECRET": "hush-client",
    "SMTP_URL": "smtp://desk:hush-mail@127.0.0.1",
    "ENCRYPTION_KEY": Fernet.generate_key().decode(),
}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine, and no .env file of a developer."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def read(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return Settings()


def refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    with pytest.raises(ValidationError) as bad:
        read(monkeypatch, **{name: value})
    (error,) = bad.value.errors()
    assert error["loc"] == (name.lower(),)
    return str(bad.value)


def test_without_any_setting_a_database_of_its_own_and_nothing_open_to_the_world() -> None:
    settings = Settings()
    assert settings.database_url.get_secret_value() == "sqlite:///partner-desk.sqlite"
    assert (settings.host, settings.port, settings.catalogue) == ("127.0.0.1", 3000, DEFAULT_FILE)
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.dns_nameservers is None


@pytest.mark.parametrize("name", [name for name in Settings.model_fields if name != "port"])
def test_empty_is_not_set(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A hosting service's form leaves what nobody filled in as an empty text."""
    assert read(monkeypatch, **{name.upper(): ""}) == Settings()
    assert getattr(Settings(), name) == Settings.model_fields[name].default


def test_a_file_counts_and_the_environment_counts_more(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=4000\nREVIEW_CHANNEL=C1\nSOMETHING_ELSE=1\n", encoding="utf-8")
    settings = read(monkeypatch, PORT="5000")
    assert (settings.port, settings.review_channel) == (5000, "C1")


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("127.0.0.1:5353", [("127.0.0.1", 5353)]),
        ("127.0.0.1", [("127.0.0.1", 53)]),
        (" 127.0.0.1:5353 , 192.0.2.7,", [("127.0.0.1", 5353), ("192.0.2.7", 53)]),
        ("2001:db8::1", [("2001:db8::1", 53)]),
        ("[2001:db8::1]:5353", [("2001:db8::1", 5353)]),
        ("[2001:db8::1]", [("2001:db8::1", 53)]),
        ("localhost:5353", [("127.0.0.1", 5353)]),
        (",", None),
    ],
)
def test_name_servers(monkeypatch: pytest.MonkeyPatch, written: str, read_as: Any) -> None:
    assert read(monkeypatch, DNS_NAMESERVERS=written).dns_nameservers == read_as


@pytest.mark.parametrize(
    "written", ["127.0.0.1:dns", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:٥٣", ":53", "[]:53", "..", "a" * 300]
)
def test_what_is_no_name_server(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    said = refused(monkeypatch, "DNS_NAMESERVERS", written)
    assert "is no address" in said or "there is no host" in said


@pytest.mark.parametrize(
    "url",
    [
        "mysql://desk:hush@127.0.0.1/desk",
        "postgresql+hush://127.0.0.1/desk",
        "desk.sqlite:hush",
        "hush",
        "postgresql://127.0.0.1:hush",
    ],
)
def test_what_is_no_database(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    said = refused(monkeypatch, "DATABASE_URL", url)
    assert "postgresql://" in said
    assert "hush" not in said


def test_a_password_that_has_to_be_written_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refused(monkeypatch, "DATABASE_URL", "postgresql://desk:p@hush@127.0.0.1/desk")
    assert "%40" in said
    assert "hush" not in said


@pytest.mark.parametrize(
    "url", ["sqlite:///desk.sqlite", "postgres://h/d", "postgresql://h/d", "postgresql+psycopg://h/d"]
)
def test_databases(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert reveal(read(monkeypatch, DATABASE_URL=url).database_url) == url


@pytest.mark.parametrize(
    "url", ["hush", "http://u:hush@h", "smtp://", "smtp://u:hush@h:port", "smtp://[hush", "smtp://h:0"]
)
def test_what_is_no_mail_server(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    said = refused(monkeypatch, "SMTP_URL", url)
    assert "smtp://host" in said
    assert "hush" not in said


@pytest.mark.parametrize("key", ["hush", "hush" * 11])
def test_what_is_no_key(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    said = refused(monkeypatch, "ENCRYPTION_KEY", key)
    assert "Fernet key" in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "65536"), ("PORT", "web"), ("LOG_FORMAT", "xml"), ("TICK_SECONDS", "0"), ("TICK_SECONDS", "-1")],
)
def test_numbers_and_choices(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    refused(monkeypatch, name, value)


@pytest.mark.parametrize("url", ["desk.example", "ftp://desk.example", "https://", "https://desk.example/?a=1", "hush"])
def test_what_nobody_outside_reaches(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert "https://desk.example" in refused(monkeypatch, "PUBLIC_URL", url)


def test_where_people_outside_reach_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, PORT="4000").address == "http://127.0.0.1:4000"
    assert read(monkeypatch, PUBLIC_URL="https://desk.example/below/").address == "https://desk.example/below"


def test_the_address_of_slack_ends_with_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    """slack_sdk joins it with the method's name."""
    assert read(monkeypatch, SLACK_API_URL="http://127.0.0.1:4000/api").slack_api_url == "http://127.0.0.1:4000/api/"


def test_secrets_are_not_to_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, **SECRETS)
    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    for name, secret in SECRETS.items():
        assert isinstance(getattr(settings, name.lower()), SecretStr)
        assert reveal(getattr(settings, name.lower())) == secret
        assert secret not in shown
    assert "hush" not in shown


def test_every_secret_is_known_as_one() -> None:
    suspicious = {name for name in Settings.model_fields if name.endswith(("_token", "_secret", "_key", "_url"))}
    assert {name.upper() for name in suspicious - {"slack_api_url", "public_url"}} == set(SECRETS)
