"""Every common spelling of a database's address is understood."""

import ssl

import pytest

from shared.database.url import read_database_url
from shared.errors import ConfigurationError


@pytest.mark.parametrize(
    "scheme", ["postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg"]
)
def test_all_schemes_become_asyncpg(scheme: str) -> None:
    address = read_database_url(f"{scheme}://u:p%40ss@h:5433/d")
    assert address.url.render_as_string(hide_password=False) == (
        "postgresql+asyncpg://u:p%40ss@h:5433/d"
    )
    assert str(address) == "h:5433/d"


@pytest.mark.parametrize("mode", ["disable", "prefer", "require", "verify-full"])
def test_sslmode_becomes_asyncpgs_argument(mode: str) -> None:
    address = read_database_url(f"postgresql://h/d?sslmode={mode}&channel_binding=prefer")
    assert address.connect_args == {"ssl": mode}
    assert not address.url.query


def test_other_libpq_parameters() -> None:
    address = read_database_url("postgresql://h/d?connect_timeout=3&application_name=x")
    assert address.connect_args == {"timeout": 3.0, "server_settings": {"application_name": "x"}}


def test_a_socket_folder_stays_a_host() -> None:
    address = read_database_url("postgresql://u@/d?host=/run/postgresql")
    assert address.url.query["host"] == "/run/postgresql"
    assert str(address) == "/run/postgresql:5432/d"


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "mysql://h/d", "sqlite:///x", "postgresql://h", "postgresql://h/d?sslmode=on"],
)
def test_what_cannot_be_an_address_names_the_setting_and_repeats_nothing(text: str) -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL") as caught:
        read_database_url(text)
    assert not text or text not in str(caught.value)


def test_a_certificate_that_is_not_there(tmp_path: object) -> None:
    with pytest.raises(ConfigurationError, match="sslrootcert"):
        read_database_url(f"postgresql://h/d?sslmode=verify-full&sslrootcert={tmp_path}/none.pem")


def test_a_certificate_makes_a_verifying_context() -> None:
    paths = ssl.get_default_verify_paths()
    file = paths.cafile or paths.openssl_cafile
    context = read_database_url(
        f"postgresql://h/d?sslmode=verify-ca&sslrootcert={file}"
    ).connect_args["ssl"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname is False


@pytest.mark.parametrize(
    "query",
    [
        "nonsense=1",
        "options=-csearch_path%3Dx",
        "connect_timeout=soon",
        "connect_timeout=0",
        "sslrootcert=/ca.pem",
        "sslmode=prefer&sslrootcert=/ca.pem",
        "sslmode=verify-ca&sslrootcert=system",
        "sslmode=require&sslcert=/none.pem",
        "host=a&host=b",
    ],
)
def test_a_parameter_that_would_be_of_no_effect_is_refused(query: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^DATABASE_URL: ") as caught:
        read_database_url(f"postgresql://u:Secret-Word@h/d?{query}")
    assert "Secret-Word" not in str(caught.value)


def test_who_signs_in_may_stand_among_the_parameters() -> None:
    url = read_database_url("postgresql://h/d?user=u&password=p%40ss").url
    assert (url.username, url.password, dict(url.query)) == ("u", "p@ss", {})
