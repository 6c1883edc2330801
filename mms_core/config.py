"""Settings of the installation: each has a name, a default and one sentence (`mms settings`)."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any


def _setting(default: Any, env: str, help_: str) -> Any:
    return field(default=default, metadata={"env": env, "help": help_})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an administrator sets for one installation, by environment variables."""

    data_dir: Path = _setting(
        Path("var"), "MMS_DATA", "Folder of the database, files, secrets and logs."
    )
    database_url: str | None = _setting(
        None,
        "DATABASE_URL",
        "Administrator's address of your own PostgreSQL; empty means the embedded one.",
    )
    app_database_url: str | None = _setting(
        None,
        "MMS_APP_DATABASE_URL",
        "Address by which web and worker reach the database as mms_app, such as pgbouncer's.",
    )
    listen_url: str | None = _setting(
        None, "MMS_LISTEN_URL", "Direct address for the worker when the other is a pooler's."
    )
    host: str = _setting("127.0.0.1", "HOST", "Address that the web server listens on.")
    port: int = _setting(8000, "PORT", "Port that the web server listens on.")
    web_processes: int = _setting(2, "MMS_WEB_PROCESSES", "How many web processes serve pages.")
    demo: bool = _setting(False, "MMS_DEMO", "Demo mode: believable data and demo accounts.")
    public_url: str = _setting(
        "", "MMS_PUBLIC_URL", "Address under which people reach the site; used in letters."
    )
    https: bool = _setting(
        False, "MMS_HTTPS", "The site is served by HTTPS: cookies are marked Secure, HSTS is sent."
    )
    trusted_proxies: int = _setting(
        0, "MMS_TRUSTED_PROXIES", "How many proxies before us may set X-Forwarded headers."
    )
    secret_key: str | None = _setting(
        None,
        "MMS_SECRET_KEY",
        "Key of signatures and encryption; empty means one kept in MMS_DATA.",
    )
    smtp_url: str | None = _setting(
        None, "MMS_SMTP_URL", "Mail server, smtp://user:password@host:port or smtps://."
    )
    mail_from: str = _setting("mms@mms.example", "MMS_MAIL_FROM", "Sender of the letters.")
    sms_url: str | None = _setting(None, "MMS_SMS_URL", "HTTP gateway of text messages.")
    s3_endpoint: str | None = _setting(None, "MMS_S3_ENDPOINT", "S3-compatible store for files.")
    s3_bucket: str | None = _setting(None, "MMS_S3_BUCKET", "Bucket of the files.")
    s3_access_key: str | None = _setting(None, "MMS_S3_ACCESS_KEY", "Access key of the bucket.")
    s3_secret_key: str | None = _setting(None, "MMS_S3_SECRET_KEY", "Secret key of the bucket.")
    max_file_mb: int = _setting(10, "MMS_MAX_FILE_MB", "Largest attachment, in megabytes.")
    max_files: int = _setting(5, "MMS_MAX_FILES", "Most attachments of one form.")
    max_recording_mb: int = _setting(
        40, "MMS_MAX_RECORDING_MB", "Largest video or sound of an answer, in megabytes."
    )
    tile_url: str = _setting(
        "", "MMS_TILE_URL", "Tiles of a map, https://host/{z}/{x}/{y}.png; empty means no map."
    )
    tile_attribution: str = _setting(
        "", "MMS_TILE_ATTRIBUTION", "Whom a map must name; without it there is no map."
    )
    rate_storage: str = _setting(
        "memory://", "MMS_RATE_STORAGE", "Where rate limits are counted (memory:// or redis://)."
    )
    metrics_token: str | None = _setting(
        None,
        "MMS_METRICS_TOKEN",
        "Token by which Prometheus reads /metrics; empty means from this machine only.",
    )
    quarantine: str = _setting(
        "", "MMS_QUARANTINE", "Modules to keep off whatever the halls say, separated by commas."
    )

    @property
    def files_dir(self) -> Path:
        """Folder of the attachments when they are kept on disk."""
        return self.data_dir / "files"

    @classmethod
    def from_env(cls, environ: dict[str, str] | None = None) -> Settings:
        """Read the settings of the environment; an unreadable number names its variable."""
        env = os.environ if environ is None else environ
        given: dict[str, Any] = {}
        for item in fields(cls):
            raw = env.get(item.metadata["env"], "")
            if raw:
                given[item.name] = _read(item.metadata["env"], raw, item.default)
        return cls(**given)

    def secret(self) -> str:
        """Give the installation's key: the one set, or the one made at the first start."""
        if self.secret_key:
            return self.secret_key
        return _kept_secret(self.data_dir)


@lru_cache(maxsize=8)
def _kept_secret(folder: Path) -> str:
    """Read or make the key that lies in a file, once; each letter and each receipt needs it."""
    path = folder / "secrets.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_once(path, json.dumps({"secret_key": secrets.token_urlsafe(48)}))
    return str(json.loads(path.read_text())["secret_key"])


def _read(env: str, raw: str, default: object) -> object:
    if isinstance(default, bool):
        return raw.strip().lower() in {"1", "true", "yes", "on"}
    if isinstance(default, int):
        if not raw.strip().lstrip("-").isdigit():
            raise SystemExit(f"{env} must be a whole number, but it is {raw!r}.")
        return int(raw)
    return Path(raw) if isinstance(default, Path) else raw


def _write_once(path: Path, text: str) -> None:
    """Write a file readable by its owner alone; of two racing processes the first one wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
