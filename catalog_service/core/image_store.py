"""Where pictures lie: a folder, or a bucket of anything that speaks S3, by ``IMAGE_STORE``.

::

    file:.est/images          a folder
    s3://bucket/prefix?endpoint=https://s3.example.net&region=eu-central-1
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store
from pydantic import SecretStr

from catalog_service.domain.images import CONTENT_TYPE
from shared.errors import ConfigurationError, Unavailable

TIMEOUT: Final = timedelta(seconds=10)
Store: TypeAlias = LocalStore | S3Store
_OPTIONS: Final = frozenset({"endpoint", "region", "virtual_hosted"})
_WRONG: Final = "IMAGE_STORE: must be file:FOLDER or s3://BUCKET?endpoint=…&region=…"


class ImageStore:
    """Holds pictures by name. One per process; connects when first asked."""

    def __init__(self, url: str, key_id: SecretStr | None, secret: SecretStr | None) -> None:
        parts = urlsplit(url)
        given = dict(parse_qsl(parts.query, keep_blank_values=True))
        if parts.scheme == "file" and not given and not parts.netloc and parts.path:
            self._open: Callable[[], Store] = partial(_folder, Path(unquote(parts.path)))
        elif parts.scheme == "s3" and parts.netloc and given.keys() <= _OPTIONS:
            prefix = parts.path.strip("/")
            self._open = partial(_bucket, parts.netloc, prefix, given, key_id, secret)
        else:
            raise ConfigurationError(_WRONG)

    @cached_property
    def _store(self) -> Store:
        return self._open()

    async def put(self, name: str, data: bytes) -> None:
        """Keep a picture. Raises ``Unavailable``."""
        attributes = {} if isinstance(self._store, LocalStore) else {"Content-Type": CONTENT_TYPE}
        try:
            await obstore.put_async(self._store, name, data, attributes=attributes or None)
        except (BaseError, OSError) as error:
            raise Unavailable from error

    async def get(self, name: str) -> bytes | None:
        """The picture, or None. Raises ``Unavailable``."""
        try:
            found = await obstore.get_async(self._store, name)
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise Unavailable from error

    async def delete(self, name: str) -> None:
        """Keep it no more; that it is not there is no fault. Raises ``Unavailable``."""
        try:
            await obstore.delete_async(self._store, name)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise Unavailable from error


def _folder(path: Path) -> LocalStore:
    return LocalStore(path.absolute(), mkdir=True)


def _bucket(
    bucket: str,
    prefix: str,
    given: Mapping[str, str],
    key_id: SecretStr | None,
    secret: SecretStr | None,
) -> S3Store:
    endpoint = given.get("endpoint")
    config: dict[str, Any] = {
        "endpoint": endpoint,
        "access_key_id": None if key_id is None else key_id.get_secret_value(),
        "secret_access_key": None if secret is None else secret.get_secret_value(),
    }
    return S3Store(
        bucket,
        prefix=prefix or None,
        region=given.get("region", "us-east-1"),
        virtual_hosted_style_request=given.get("virtual_hosted", "false") == "true",
        client_options={
            "timeout": TIMEOUT,
            "allow_http": endpoint is not None and endpoint.startswith("http://"),
        },
        retry_config={"max_retries": 2, "retry_timeout": TIMEOUT},
        **{name: value for name, value in config.items() if value is not None},
    )
