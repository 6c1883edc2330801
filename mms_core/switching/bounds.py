"""A bound of a setting: the least and the most, some of the answers, or the default alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mms_core.i18n import lazy_gettext as _


@dataclass(frozen=True, kw_only=True)
class Bound:
    """How far a hall may move; what is not said binds nobody."""

    least: float | None = None
    most: float | None = None
    among: tuple[str, ...] = ()
    fixed: bool = False

    def holds(self, value: Any, *, default: Any) -> bool:
        """Tell whether a hall may choose a value."""
        if value == default and default is not None:
            return True
        if self.fixed:
            return False
        if self.among:
            chosen = value if isinstance(value, list) else [value]
            return {str(one) for one in chosen} <= set(self.among)
        return self._between(value)

    def _between(self, value: Any) -> bool:
        if self.least is None and self.most is None:
            return True
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        low_enough = self.most is None or value <= self.most
        return low_enough and (self.least is None or value >= self.least)

    def words(self, field: Any) -> Any:
        """Say the bound in the page's language, as the end of a sentence."""
        if self.fixed:
            return _("only the national default is allowed")
        if self.among:
            return _("one of these is allowed: %(words)s", words=_called(field, self.among))
        return self._range_words()

    def _range_words(self) -> Any:
        if self.least is not None and self.most is not None:
            return _("from %(least)s to %(most)s", least=_plain(self.least), most=_plain(self.most))
        if self.least is not None:
            return _("at least %(n)s", n=_plain(self.least))
        if self.most is not None:
            return _("at most %(n)s", n=_plain(self.most))
        return _("as the city hall decides")

    def stored(self) -> dict[str, Any]:
        """Write it for the table."""
        said = {"least": self.least, "most": self.most, "among": list(self.among)}
        kept = {name: value for name, value in said.items() if value not in (None, [])}
        return kept | ({"fixed": True} if self.fixed else {})


FREE = Bound()


def bound_of(stored: Mapping[str, Any]) -> Bound:
    """Read what `stored` has written."""
    return Bound(
        least=stored.get("least"),
        most=stored.get("most"),
        among=tuple(stored.get("among", ())),
        fixed=bool(stored.get("fixed")),
    )


def _called(field: Any, keys: tuple[str, ...]) -> str:
    """Give the words of answers as the form shows them."""
    given = field.metadata.get("choices") if field is not None else None
    pairs = given() if callable(given) else given or ()
    words = {str(pair[0]): str(pair[1]) for pair in pairs}
    return "; ".join(words.get(key, key) for key in keys)


def _plain(number: float) -> str:
    return f"{number:g}" if number % 1 else str(int(number))
