"""The second factor: codes of an authenticator app (RFC 6238), and recovery codes on paper."""

from __future__ import annotations

import base64
import secrets
import time
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _
from mms_core.people import vault
from mms_core.people.models import Account

STEP, DIGITS = 30, 6
WINDOW = (0, -1, 1)  # a clock may be half a minute off
ISSUER = "MMS"
RECOVERY = 8
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without signs that look alike on paper
WRONG = _("The code is not right. A code lives for 30 seconds; type the one you see now.")


def new_secret() -> str:
    """Make a secret in base 32, as apps want it typed."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def uri(secret: str, name: str) -> str:
    """Give the address that a QR code carries to the app."""
    label = quote(f"{ISSUER}:{name}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': ISSUER})}"


def _totp(secret: str) -> TOTP:
    # Apps on cheap phones know SHA-1 alone; in HMAC it is sound.
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP, enforce_key_length=False)  # noqa: S303


def code_at(secret: str, moment: float) -> str:
    """Give the code of a moment in Unix seconds."""
    return _totp(secret).generate(int(moment)).decode()


def _step_of(secret: str, code: str, *, after: int) -> int | None:
    """Find the step that a code belongs to, if it is later than the last one used."""
    now = time.time()
    for shift in WINDOW:
        step = int(now // STEP) + shift
        try:
            _totp(secret).verify(code.encode(), step * STEP)
        except InvalidToken:
            continue
        if step > after:
            return step
    return None


def plain(code: str) -> str:
    """Forgive spaces and hyphens in a typed code."""
    return code.replace(" ", "").replace("-", "").strip().lower()


def set_up(account: Account, secret: str, code: str) -> list[str]:
    """Turn the second factor on once a code proves the app; gives recovery codes, shown once."""
    step = _step_of(secret, plain(code), after=0)
    if step is None:
        raise Invalid(WRONG, fields={"code": [WRONG]})
    account.totp, account.totp_last = vault.hide(secret), step
    return new_recovery_codes(account)


def new_recovery_codes(account: Account) -> list[str]:
    """Replace the recovery codes; gives them, to be shown once."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY)]
    account.recovery_codes = [vault.mark("recovery", code) for code in codes]
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def check(account: Account, code: str) -> None:
    """Accept a code of the app or a recovery code, each once; Invalid otherwise."""
    typed = plain(code)
    step = _step_of(vault.reveal(account.totp), typed, after=account.totp_last)
    if step is not None:
        account.totp_last = step
        return
    marked = vault.mark("recovery", typed)
    if marked not in account.recovery_codes:
        raise Invalid(WRONG, fields={"code": [WRONG]})
    account.recovery_codes = [kept for kept in account.recovery_codes if kept != marked]


def turn_off(account: Account) -> None:
    """Forget the second factor, as when the phone is lost; people with roles set up a new one."""
    account.totp, account.totp_last, account.recovery_codes = "", 0, []
