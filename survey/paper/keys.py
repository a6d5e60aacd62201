"""Which key chooses which option when a paper form is keyed in."""

from collections.abc import Sequence

from questionnaires.answer_rules import Code
from questionnaires.question_types.base import Option

DIGITS = "1234567890"


def keys_of(options: Sequence[Option]) -> dict[Code, str]:
    """A digit for each option: the code itself where it is a digit, else the next that is free.

    What is marked missing, such as "not applicable", gets 0 where it is free. Options beyond the tenth
    have no key.
    """
    keys = {option.code: str(option.code) for option in options if _is_digit(option.code)}
    others = [option for option in options if option.code not in keys]
    if "0" not in keys.values() and (zero := next((each for each in others if each.missing), None)):
        keys[zero.code] = "0"
        others.remove(zero)
    free = [digit for digit in DIGITS if digit not in keys.values()]
    return keys | dict(zip((option.code for option in others), free, strict=False))


def _is_digit(code: Code) -> bool:
    return isinstance(code, int) and 0 <= code <= 9
