"""Words in several languages, and the rule for which characters they may hold."""

import re
from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import AfterValidator, ConfigDict, Field, RootModel, StringConstraints
from pydantic_core import PydanticCustomError

LONGEST_TEXT: Final = 20_000
LANGUAGE_TAG: Final = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"

# NUL breaks PostgreSQL's JSONB, a lone surrogate breaks UTF-8, and neither can be seen in an editor.
_UNSTORABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

Message = dict[str, str]


def say(zh: str, en: str) -> Message:
    """A message to a person, in both languages of the product."""
    return {"zh": zh, "en": en}


def storable(text: str) -> str:
    """The text as it is, refused when it holds a character that cannot be stored or shown."""
    found = _UNSTORABLE.search(text)
    if found:
        raise PydanticCustomError(
            "unstorable", "U+{point} cannot be stored", {"point": f"{ord(found[0]):04X}"}
        )
    return text


def without_unstorable(text: str) -> str:
    """The text without control characters; half a character (a lone surrogate) becomes U+FFFD."""
    if not _UNSTORABLE.search(text):
        return text
    return _UNSTORABLE.sub(lambda found: "\ufffd" if "\ud800" <= found[0] <= "\udfff" else "", text)


Words = Annotated[str, StringConstraints(max_length=LONGEST_TEXT), AfterValidator(storable)]
LanguageTag = Annotated[str, Field(pattern=LANGUAGE_TAG, max_length=35)]


class LocalText(RootModel[dict[LanguageTag, Words]]):
    """One text in each language it has been written in: LocalText(zh="满意", en="Satisfied")."""

    model_config = ConfigDict(frozen=True)

    def get(self, language: str) -> str:
        """The text in that language, else in the first it was written in, else nothing."""
        text = self.root.get(language)
        return text if text is not None else next(iter(self.root.values()), "")

    def __getitem__(self, language: str) -> str:
        return self.root[language]

    def __contains__(self, language: object) -> bool:
        return language in self.root

    def languages(self) -> Iterator[str]:
        """The languages it has been written in, in the author's order."""
        return iter(self.root)

    def __hash__(self) -> int:
        return hash(frozenset(self.root.items()))
