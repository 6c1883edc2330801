"""Hides personal data: encryption, keyed hashes and passwords, all by `cryptography`."""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.exceptions import InvalidKey
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# OWASP's choice for Argon2id: 19 MiB, two passes; about 50 ms on a small machine.
PASSES, LANES, MEMORY = 2, 1, 19 * 1024
_keys: dict[str, bytes] = {}


class LockedVaultError(RuntimeError):
    """Something hidden was asked for before the installation's key was given."""


def unlock(secret: str) -> None:
    """Give the installation's key; called once when the application starts."""
    for purpose in ("fernet", "hmac"):
        derive = HKDF(
            algorithm=SHA256(), length=32, salt=None, info=f"mms:people:{purpose}".encode()
        )
        _keys[purpose] = derive.derive(secret.encode())
    _fernet.cache_clear()


def _key(purpose: str) -> bytes:
    if purpose not in _keys:
        raise LockedVaultError("Call vault.unlock() first; create_app() does.")
    return _keys[purpose]


@lru_cache(maxsize=1)
def _fernet() -> MultiFernet:
    # A list, so that a former key can stand behind the present one when keys are changed.
    return MultiFernet([Fernet(urlsafe_b64encode(_key("fernet")))])


def hide(text: str) -> str:
    """Encrypt a text for the database; an empty one stays empty."""
    return _fernet().encrypt(text.encode()).decode() if text else ""


def reveal(hidden: str) -> str:
    """Decrypt what `hide` made; LockedVaultError when the installation's key has changed."""
    try:
        return _fernet().decrypt(hidden.encode()).decode() if hidden else ""
    except InvalidToken as problem:
        raise LockedVaultError("This was hidden with another key (MMS_SECRET_KEY).") from problem


def mark(kind: str, text: str) -> str:
    """Give the keyed hash by which a hidden text is found again with `=`."""
    return hmac.new(_key("hmac"), f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()


def hash_password(password: str) -> str:
    """Hash a password with a salt of its own, in the PHC form."""
    made = Argon2id(
        salt=os.urandom(16), length=32, iterations=PASSES, lanes=LANES, memory_cost=MEMORY
    )
    return made.derive_phc_encoded(_plain(password))


def check_password(password: str, hashed: str) -> bool:
    """Tell whether the password is right; an empty hash costs as much time and says no."""
    try:
        Argon2id.verify_phc_encoded(_plain(password), hashed or _nobody())
    except InvalidKey:
        return False
    return bool(hashed)


def is_outdated(hashed: str) -> bool:
    """Tell whether the password was hashed with other costs than today's."""
    return f"$m={MEMORY},t={PASSES},p={LANES}$" not in hashed


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hash_password("nobody has this password")


def _plain(password: str) -> bytes:
    # The same word typed on another keyboard must be the same password.
    return unicodedata.normalize("NFKC", password).encode()
