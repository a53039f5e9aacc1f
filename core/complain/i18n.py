"""Messages in the person's language: English in the source, Chinese from the gettext catalogue.

Use ``_("A whole sentence with {name}.").format(name=...)`` at the moment of speaking, never at import time:
the language is chosen when the command line starts.
"""

from __future__ import annotations

import gettext
import locale
import os
import sys

LOCALE_DIR = os.path.join(os.path.dirname(__file__), "locale")  # noqa: PTH118, PTH120  pathlib is a tenth of `--help`
_translations: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def _(message: str) -> str:
    """Return ``message`` in the chosen language."""
    return _translations.gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the form for ``number`` in the chosen language."""
    return _translations.ngettext(singular, plural, number)


def preferred_language() -> str:
    """Return ``zh_CN`` when the environment or the system asks for Chinese, else ``en``.

    ``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES`` and ``LANG`` are asked in that order, as gettext does; on Windows
    without them, the system's user interface language.
    """
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh_CN" if value.lower().startswith("zh") else "en"
    if sys.platform == "win32":
        system = locale.getlocale()[0] or ""
        return "zh_CN" if system.lower().startswith(("zh", "chinese")) else "en"
    return "en"


def use_language(language: str) -> None:
    """Speak ``language`` (``zh_CN`` or ``en``) from now on.

    click's own messages follow the environment: they are in the domain ``messages``, which gettext looks up itself.
    """
    global _translations, _language
    _language = language
    gettext.bindtextdomain("messages", LOCALE_DIR)
    _translations = gettext.translation("complain", LOCALE_DIR, languages=[language], fallback=True)


def language() -> str:
    """Return the language in use, ``zh_CN`` or ``en``: for sentences that are data in both."""
    return _language
