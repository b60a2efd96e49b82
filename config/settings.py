"""The settings of one running copy, read once from the environment.

`load_settings()` answers with a complete, checked `Settings`, or raises `SettingsError` with one line
that says which setting is wrong and what it should be. Every name begins with KINBRIDGE_.
"""

from __future__ import annotations

import difflib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

PREFIX = "KINBRIDGE_"
ROOT = Path(__file__).resolve().parent.parent
KNOWN_NAMES = (
    "ENV",
    "DATA_DIR",
    "DATABASE_URL",
    "SEARCH",
    "BASE_URL",
    "SECRET_KEY",
    "MAIL_URL",
    "MAIL_FROM",
    "INBOUND_ADDRESS",
    "INBOUND_SECRET",
    "NETWORK_FILE",
    "PROXY_COUNT",
    "LOG_LEVEL",
    "DEMO",
)
# Each search engine with the packages it takes: the first needs nothing more than is always installed.
SEARCH_ENGINES = {"whoosh": "whoosh-reloaded", "tantivy": "tantivy>=0.27,<0.28"}
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SECRET_MINIMUM = 32
SECRET_FILE = "secret-key"  # noqa: S105 - the name of a file
TEST_SECRET = "only-for-tests-" + "0123456789abcdef" * 2
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")
DATABASE_DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class SettingsError(Exception):
    """A setting is missing or wrong; the message is one line for the person who starts the program."""


class Environment(StrEnum):
    """What a copy is run for."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, taken apart from KINBRIDGE_MAIL_URL."""

    host: str
    port: int
    starttls: bool
    ssl: bool
    username: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """What one running copy was told; secrets stay out of its representation."""

    env: Environment
    data_dir: Path
    database_url: str = field(repr=False)
    search: str
    base_url: str
    secret_key: str = field(repr=False)
    mail_url: str | None = field(repr=False)
    mail_from: str
    inbound_address: str | None
    inbound_secret: str | None = field(repr=False)
    network_file: Path
    proxy_count: int
    log_level: str
    demo: bool

    @property
    def is_production(self) -> bool:
        """Whether real people use this copy."""
        return self.env is Environment.PRODUCTION

    @property
    def is_development(self) -> bool:
        """Whether the developer's pages (/dev/mail, /dev/components) are there."""
        return self.env is Environment.DEVELOPMENT

    @property
    def is_https(self) -> bool:
        """Whether people reach this copy over TLS, so that cookies may insist on it."""
        return self.base_url.startswith("https://")

    @property
    def mail_server(self) -> MailServer | None:
        """The server that takes our mail, or None where mail is only read on the mailbox page."""
        return parse_mail_url(self.mail_url) if self.mail_url else None


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check every setting; the data folder exists and can be written to afterwards."""
    given = os.environ if environ is None else environ
    _refuse_unknown_names(given)
    env = _one_of(given, "ENV", tuple(Environment), Environment.DEVELOPMENT)
    production = env == Environment.PRODUCTION
    data_dir = _data_dir(given)
    mail_url = _mail_url(given, production)
    return Settings(
        env=Environment(env),
        data_dir=data_dir,
        database_url=_database_url(given, data_dir),
        search=_search(given),
        base_url=_base_url(given, production),
        secret_key=_secret_key(given, Environment(env), data_dir),
        mail_url=mail_url,
        mail_from=_mail_from(given, production),
        inbound_address=_inbound_address(given),
        inbound_secret=_inbound_secret(given),
        network_file=_network_file(given),
        proxy_count=_whole_number(given, "PROXY_COUNT", 0, maximum=9),
        log_level=_one_of(given, "LOG_LEVEL", LOG_LEVELS, "INFO", fold=str.upper),
        demo=_switch(given, "DEMO", default=not production),
    )


def _refuse_unknown_names(given: Mapping[str, str]) -> None:
    """A misspelt setting would otherwise be ignored in silence."""
    for name in sorted(given):
        short = name.removeprefix(PREFIX)
        if short == name or short in KNOWN_NAMES:
            continue
        near = difflib.get_close_matches(short, KNOWN_NAMES, n=1, cutoff=0.6)
        hint = f"did you mean {PREFIX}{near[0]}?" if near else f"the known ones are {', '.join(KNOWN_NAMES)}"
        raise SettingsError(f"{name} is not a setting; {hint}")


def _text(given: Mapping[str, str], name: str) -> str | None:
    value = given.get(PREFIX + name, "").strip()
    return value or None


def _one_of(
    given: Mapping[str, str],
    name: str,
    allowed: tuple[str, ...],
    default: str,
    *,
    fold: Callable[[str], str] = str.lower,
) -> str:
    value = fold(_text(given, name) or default)
    if value not in allowed:
        raise SettingsError(f"{PREFIX}{name} is {value!r}, but must be one of: {', '.join(allowed)}")
    return value


def _whole_number(given: Mapping[str, str], name: str, default: int, *, maximum: int) -> int:
    value = _text(given, name) or str(default)
    if not (value.isascii() and value.isdigit() and int(value) <= maximum):
        raise SettingsError(f"{PREFIX}{name} is {value!r}, but must be a whole number from 0 to {maximum}")
    return int(value)


def _switch(given: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = (_text(given, name) or str(int(default))).lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        raise SettingsError(f"{PREFIX}{name} is {value!r}, but must be 1 or 0")
    return value in {"1", "true", "yes"}


def _data_dir(given: Mapping[str, str]) -> Path:
    """The folder is there, private and writable, or the start is refused."""
    data_dir = Path(_text(given, "DATA_DIR") or ROOT / "instance").expanduser().absolute()
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"The data folder {data_dir} cannot be made: {error.strerror}") from error
    # Tried, not asked: a read-only disk says yes to os.access for root.
    trial = data_dir / f".writable-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise SettingsError(f"The data folder {data_dir} cannot be written to: {error.strerror}") from error
    return data_dir


def _database_url(given: Mapping[str, str], data_dir: Path) -> str:
    url = _text(given, "DATABASE_URL")
    if url is None:
        return f"sqlite:///{data_dir / 'kinbridge.sqlite3'}"
    scheme, colon, rest = url.partition("://")
    if not colon or scheme not in DATABASE_DRIVERS:
        raise SettingsError(
            f"{PREFIX}DATABASE_URL must begin with sqlite:/// or postgresql://, not with {scheme!r}"
        )
    return f"{DATABASE_DRIVERS[scheme]}://{rest}"


def _search(given: Mapping[str, str]) -> str:
    engine = _one_of(given, "SEARCH", tuple(SEARCH_ENGINES), "whoosh")
    if find_spec(engine) is None:
        raise SettingsError(
            f"{PREFIX}SEARCH is {engine!r}, which is not installed here; "
            f"install it with: pip install '{SEARCH_ENGINES[engine]}'"
        )
    return engine


def _base_url(given: Mapping[str, str], production: bool) -> str:
    name = f"{PREFIX}BASE_URL"
    url = _text(given, "BASE_URL")
    if url is None:
        if production:
            raise SettingsError(
                f"{name} is missing: the address people type, such as https://network.example"
            )
        return "http://localhost:8000"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise SettingsError(f"{name} is {url!r}, but must look like https://network.example")
    if production and parts.scheme != "https" and parts.hostname not in LOOPBACK_HOSTS:
        raise SettingsError(f"{name} is {url!r}, but in production it must begin with https://")
    return f"{parts.scheme}://{parts.netloc}"


def _secret_key(given: Mapping[str, str], env: Environment, data_dir: Path) -> str:
    key = _text(given, "SECRET_KEY")
    if key is None:
        if env is Environment.PRODUCTION:
            raise SettingsError(
                f"{PREFIX}SECRET_KEY is missing: production needs one of its own, "
                "such as `python3 -c 'import secrets; print(secrets.token_urlsafe(48))'` prints"
            )
        return TEST_SECRET if env is Environment.TEST else _kept_secret(data_dir / SECRET_FILE)
    if env is Environment.PRODUCTION and (
        key == TEST_SECRET or len(key) < SECRET_MINIMUM or len(set(key)) < 12
    ):
        raise SettingsError(
            f"{PREFIX}SECRET_KEY is too easy to guess: "
            f"production needs at least {SECRET_MINIMUM} random characters"
        )
    return key


def _kept_secret(path: Path) -> str:
    """A development secret, made once and kept readable for its owner alone."""
    try:
        return _read_secret(path) or _new_secret(path)
    except OSError as error:
        raise SettingsError(f"The secret in {path} cannot be kept: {error.strerror}") from error


def _read_secret(path: Path) -> str:
    return path.read_text(encoding="ascii").strip() if path.exists() else ""


def _new_secret(path: Path) -> str:
    """Written beside and linked into place, so that of two first starts one secret is left and whole."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    if not _read_secret(path):
        path.unlink(missing_ok=True)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _read_secret(path)


def _mail_url(given: Mapping[str, str], production: bool) -> str | None:
    url = _text(given, "MAIL_URL")
    if url is None:
        if production:
            raise SettingsError(
                f"{PREFIX}MAIL_URL is missing: without it no invitation or answer link arrives"
            )
        return None
    parse_mail_url(url)
    return url


def parse_mail_url(url: str) -> MailServer:
    """Take apart smtp://, smtp+starttls:// or smtps://user:password@host:port, or raise SettingsError."""
    wrong = SettingsError(f"{PREFIX}MAIL_URL must look like smtp+starttls://user:password@host:587")
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in MAIL_PORTS or not parts.hostname:
        raise wrong
    return MailServer(
        host=parts.hostname,
        port=port or MAIL_PORTS[parts.scheme],
        starttls=parts.scheme == "smtp+starttls",
        ssl=parts.scheme == "smtps",
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def _mail_from(given: Mapping[str, str], production: bool) -> str:
    value = _text(given, "MAIL_FROM")
    if value is None:
        if production:
            raise SettingsError(f"{PREFIX}MAIL_FROM is missing: the address our mail comes from")
        return "hello@midhearth.example"
    if "@" not in parseaddr(value)[1] or "\n" in value:
        raise SettingsError(f"{PREFIX}MAIL_FROM is {value!r}, but must be an e-mail address")
    return value


def _inbound_address(given: Mapping[str, str]) -> str | None:
    """Where answers to our mails go; each mail adds a part of its own behind a plus sign."""
    value = _text(given, "INBOUND_ADDRESS")
    if value is None:
        return None
    local, _, host = value.partition("@")
    # The part of its own takes some forty characters of the 64 that a local part may have.
    if parseaddr(value)[1] != value or not 1 <= len(local) <= 20 or "+" in local or not host:
        raise SettingsError(
            f"{PREFIX}INBOUND_ADDRESS is {value!r}, but must look like reply@in.network.example, "
            "with at most 20 characters before the @ and no plus sign"
        )
    return value.lower()


def _inbound_secret(given: Mapping[str, str]) -> str | None:
    value = _text(given, "INBOUND_SECRET")
    if value is not None and len(value) < SECRET_MINIMUM:
        raise SettingsError(f"{PREFIX}INBOUND_SECRET needs at least {SECRET_MINIMUM} random characters")
    return value


def _network_file(given: Mapping[str, str]) -> Path:
    path = Path(_text(given, "NETWORK_FILE") or ROOT / "config" / "network.toml").expanduser().absolute()
    if not path.is_file():
        raise SettingsError(f"{PREFIX}NETWORK_FILE names {path}, where there is no file")
    return path
