"""The fields of every form in which a password is chosen, and the rules that its page shows."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import PasswordField

from attendance.accounts.errors import AccountError
from attendance.accounts.passwords import shortest_password
from attendance.values import User
from client.web.forms import Form, refuse


class NewPasswordForm(Form):
    """A password, twice."""

    password = PasswordField(_l("Password"))
    again = PasswordField(_l("Password again"))

    def take(self, choose: Callable[[str], User]) -> User | None:
        """The user after the password was chosen, or None with the reason in the form.

        Args:
            choose: sets the password, or raises ``AccountError``.
        """
        if self.password.data != self.again.data:
            refuse(self.again, _("The two passwords don't match."))
            return None
        try:
            return choose(self.password.data or "")
        except AccountError as error:
            refuse(self.password, str(error))
            return None


def password_rules(user: User | None = None) -> dict[str, object]:
    """What a template needs for the field of a new password.

    Args:
        user: whose it is; None for somebody without an account.
    """
    shortest = shortest_password(second_factor=user is not None and user.second_factor is not None)
    hint = ngettext(
        "At least %(num)d character. Several words are easy to remember and hard to guess.",
        "At least %(num)d characters. Several words are easy to remember and hard to guess.",
        shortest,
    )
    return {"shortest": shortest, "password_hint": hint}
