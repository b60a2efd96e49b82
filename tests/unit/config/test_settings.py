"""What the person who starts the program is told, and what is taken when nothing is said."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from config.settings import TEST_SECRET, Environment, SettingsError, load_settings

GOOD_SECRET = "q8Zr1vT_4mWb7Yd-2sKc9Xe6LhN3uPfA"


def settings_of(data_dir: Path, **given: str):
    environ = {
        "KINBRIDGE_DATA_DIR": str(data_dir),
        **{f"KINBRIDGE_{name}": text for name, text in given.items()},
    }
    return load_settings(environ)


def production(data_dir: Path, **given: str):
    whole = {
        "ENV": "production",
        "SECRET_KEY": GOOD_SECRET,
        "BASE_URL": "https://network.example",
        "MAIL_URL": "smtps://us%40er:p%3Aw@mail.example",
        "MAIL_FROM": "Midhearth <hello@network.example>",
        **given,
    }
    return settings_of(data_dir, **{name: text for name, text in whole.items() if text})


def test_newcomer_says_nothing_gets_a_working_development_copy(tmp_path):
    settings = settings_of(tmp_path / "new")
    assert settings.is_development
    assert settings.demo
    assert not settings.is_https
    assert settings.mail_server is None
    assert settings.database_url == f"sqlite:///{tmp_path}/new/kinbridge.sqlite3"
    assert settings.base_url == "http://localhost:8000"


def test_newcomer_starts_twice_keeps_one_private_secret(tmp_path):
    first, second = settings_of(tmp_path), settings_of(tmp_path)
    kept = tmp_path / "secret-key"
    assert first.secret_key == second.secret_key == kept.read_text()
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


def test_newcomer_with_an_emptied_secret_file_gets_a_new_secret(tmp_path):
    (tmp_path / "secret-key").touch()
    assert len(settings_of(tmp_path).secret_key) >= 32


def test_operator_gives_everything_gets_it_back_checked(tmp_path):
    settings = production(
        tmp_path, DATABASE_URL="postgres://kin@db/kin", PROXY_COUNT="1", LOG_LEVEL="warning"
    )
    assert settings.env is Environment.PRODUCTION
    assert settings.is_production
    assert settings.is_https
    assert not settings.demo
    assert settings.database_url == "postgresql+psycopg://kin@db/kin"
    assert settings.proxy_count == 1
    assert settings.log_level == "WARNING"
    assert settings.mail_server is not None
    assert (settings.mail_server.host, settings.mail_server.port) == ("mail.example", 465)
    assert (settings.mail_server.username, settings.mail_server.password) == ("us@er", "p:w")
    assert settings.mail_server.ssl
    assert not settings.mail_server.starttls


def test_operator_prints_settings_sees_no_secret(tmp_path):
    shown = repr(production(tmp_path, DATABASE_URL="postgresql://kin:hush@db/kin"))
    assert GOOD_SECRET not in shown
    assert "hush" not in shown
    assert "p%3Aw" not in shown


def test_tests_run_without_a_secret_of_their_own(tmp_path):
    assert settings_of(tmp_path, ENV="test").secret_key == TEST_SECRET


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SECRET_KEY": ""}, "KINBRIDGE_SECRET_KEY is missing"),
        ({"SECRET_KEY": "change-me"}, "too easy to guess"),
        ({"SECRET_KEY": "a" * 64}, "too easy to guess"),
        ({"SECRET_KEY": TEST_SECRET}, "too easy to guess"),
        ({"BASE_URL": ""}, "KINBRIDGE_BASE_URL is missing"),
        ({"BASE_URL": "http://network.example"}, "must begin with https://"),
        ({"MAIL_URL": ""}, "KINBRIDGE_MAIL_URL is missing"),
        ({"MAIL_FROM": ""}, "KINBRIDGE_MAIL_FROM is missing"),
    ],
)
def test_operator_starts_production_half_configured_is_stopped(tmp_path, given, said):
    with pytest.raises(SettingsError, match=said) as refusal:
        production(tmp_path, **given)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ENV": "staging"}, "must be one of: development, production, test"),
        ({"SEARCH": "grep"}, "must be one of: whoosh, tantivy"),
        ({"LOG_LEVEL": "loud"}, "must be one of: DEBUG"),
        ({"PROXY_COUNT": "-1"}, "whole number from 0 to 9"),
        ({"PROXY_COUNT": "²"}, "whole number from 0 to 9"),
        ({"DEMO": "maybe"}, "must be 1 or 0"),
        ({"DATABASE_URL": "mysql://x"}, "must begin with sqlite"),
        ({"DATABASE_URL": "kinbridge.db"}, "must begin with sqlite"),
        ({"BASE_URL": "network.example"}, "must look like"),
        ({"BASE_URL": "https://network.example/sub"}, "must look like"),
        ({"MAIL_URL": "mail.example:25"}, "must look like smtp"),
        ({"MAIL_URL": "smtp://mail.example:many"}, "must look like smtp"),
        ({"MAIL_FROM": "nobody"}, "must be an e-mail address"),
        ({"INBOUND_ADDRESS": "reply+x@in.network.example"}, "must look like reply@"),
        ({"INBOUND_ADDRESS": "nobody"}, "must look like reply@"),
        ({"INBOUND_SECRET": "short"}, "32 random characters"),
        ({"NETWORK_FILE": "/nowhere/network.toml"}, "where there is no file"),
        ({"DATABSE_URL": "sqlite:///x"}, "did you mean KINBRIDGE_DATABASE_URL?"),
        ({"COLOUR_SCHEME": "x"}, "the known ones are ENV"),
    ],
)
def test_operator_mistypes_a_setting_is_told_in_one_line(tmp_path, given, said):
    with pytest.raises(SettingsError) as refusal:
        settings_of(tmp_path, **given)
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_operator_names_a_file_as_data_folder_is_told(tmp_path):
    taken = tmp_path / "taken"
    taken.touch()
    with pytest.raises(SettingsError, match="cannot be made"):
        settings_of(taken)


def test_operator_names_a_folder_of_the_kernel_is_told():
    with pytest.raises(SettingsError, match="data folder /proc"):
        settings_of(Path(f"/proc/{os.getpid()}") if Path("/proc").exists() else Path("/dev/null/x"))


def test_operator_names_an_engine_that_is_not_installed_is_told_how_to_install_it(tmp_path, monkeypatch):
    assert settings_of(tmp_path, SEARCH="tantivy").search == "tantivy"
    monkeypatch.setattr("config.settings.find_spec", lambda _name: None)
    with pytest.raises(SettingsError) as refusal:
        settings_of(tmp_path, SEARCH="tantivy")
    assert "pip install 'tantivy" in str(refusal.value)
    assert "\n" not in str(refusal.value)
