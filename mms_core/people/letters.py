"""Letters about an account, in the person's language, by the national outbox."""

from __future__ import annotations

from flask import current_app, render_template, request, url_for
from flask_babel import force_locale

from mms_core.i18n import gettext as _
from mms_core.messages.outbox import send_national
from mms_core.people.sign_in import LINK_LIFE, Sent


def send_link(sent: Sent, *, language: str) -> None:
    """Write the letter with a link that signs in, once."""
    address = outside(url_for("people.use_link", secret=sent.secret))
    minutes = int(LINK_LIFE.total_seconds() // 60)
    with force_locale(language):
        body = render_template(
            "people/letters/link.txt", address=address, minutes=minutes, known=sent.known
        )
        subject = _("Your link to sign in") if sent.known else _("Your link to open an account")
        send_national(sent.email, subject=subject, body=body)


def send_notice(email: str, *, subject: str, lines: list[str], language: str) -> None:
    """Write to an account's owner that something about its security has changed."""
    with force_locale(language):
        body = render_template("people/letters/notice.txt", lines=lines)
        send_national(email, subject=subject, body=body)


def outside(path: str) -> str:
    """Give a path's whole address; never from the Host header where a public one is set."""
    public: str = current_app.extensions["mms_settings"].public_url
    return (public or request.host_url).rstrip("/") + path
