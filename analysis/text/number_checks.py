"""What tells the number of an ID card or of a bank card from other long numbers."""

from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PROVINCES = frozenset(  # the first two digits of GB/T 2260
    str(code)
    for codes in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83),
    )
    for code in codes
)


def has_id_shape(number: str) -> bool:
    """Eighteen places that begin with a province and hold a date of birth."""
    if len(number) != 18 or not number[:17].isdigit() or number[:2] not in _PROVINCES:
        return False
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14])).year >= 1900
    except ValueError:
        return False


def has_old_id_shape(number: str) -> bool:
    """Fifteen digits, as ID cards had until 1999: the year of two digits, no check digit."""
    return len(number) == 15 and number.isdigit() and has_id_shape(f"{number[:6]}19{number[6:]}X")


def check_digit(number: str) -> str:
    """The eighteenth place of an ID number by its first seventeen (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number[:17], strict=True))
    return "10X98765432"[total % 11]


def passes_luhn(number: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1)."""
    doubled = (int(digit) * 2 for digit in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(sum(divmod(value, 10)) for value in doubled)) % 10 == 0
