"""SPSS syntax that goes with a .sav: multiple-response sets, and the texts that were too long for labels.

SPSS has no longer labels, so the full texts become custom attributes of the variables (Variable View, or
DISPLAY ATTRIBUTES), where there is room for them.
"""

from collections.abc import Iterator, Mapping, Sequence

from exports.codebook import Codebook
from exports.neutral import cut_utf8
from exports.sav_dictionary import ResponseSet
from exports.stat_variables import StatVariable, one_line

# Bytes of UTF-8: 85 and 40 Chinese characters. pyreadstat cuts at these without a word.
_VARIABLE_LABEL, _VALUE_LABEL = 255, 120
# A line of syntax may be 256 bytes in SPSS's batch mode.
_LITERAL = 200


def cut_variable_label(text: str) -> str:
    """The part of the text that fits a variable label."""
    return cut_utf8(text, _VARIABLE_LABEL)


def cut_value_label(text: str) -> str:
    """The part of the text that fits a value label."""
    return cut_utf8(text, _VALUE_LABEL)


def syntax(
    file: str,
    codebook: Codebook,
    variables: Sequence[StatVariable],
    sets: Sequence[ResponseSet],
    missing: Mapping[str, Sequence[str]],
) -> str:
    """The syntax: opens the file, names the zone, defines sets and missing texts, keeps cut texts whole."""
    lines = [
        "* Encoding: UTF-8.",
        f"GET FILE={_literal(file)}.",
        f"* Times are clock times of the zone {codebook.zone}.",
        *(_set(each) for each in sets),
        *(_missing(name, codes) for name, codes in missing.items()),
        *(line for variable in variables for line in _full_texts(variable)),
    ]
    return "\n".join(lines) + "\n"


def _set(each: ResponseSet) -> str:
    return "\n".join(
        [
            f"MRSETS /MDGROUP NAME=${each.name}",
            f"  LABEL={_literal(each.label)}",
            *(f"  {'VARIABLES=' if at == 0 else ''}{name}" for at, name in enumerate(each.variables)),
            "  VALUE=1.",
        ]
    )


def _missing(name: str, codes: Sequence[str]) -> str:
    return f"MISSING VALUES {name} ({', '.join(_literal(code) for code in codes)})."


def _full_texts(variable: StatVariable) -> Iterator[str]:
    label = one_line(variable.label)
    if cut_variable_label(label) != label:
        yield _attribute(variable.name, "FullLabel", label)
    labels = [(code, one_line(label)) for code, label in variable.labels.items()]
    cut = [(code, label) for code, label in labels if cut_value_label(label) != label]
    for number, (code, label) in enumerate(cut, 1):
        yield _attribute(variable.name, f"FullValueLabel[{number}]", f"{code} = {label}")


def _attribute(variable: str, attribute: str, text: str) -> str:
    return f"VARIABLE ATTRIBUTE VARIABLES={variable}\n  ATTRIBUTE={attribute}({_literal(text)})."


def _literal(text: str) -> str:
    """The text in quotes, in pieces that fit a line; no piece can end the quotes early."""
    pieces = []
    while text:
        piece = cut_utf8(text, _LITERAL)
        pieces.append("'" + piece.replace("'", "''") + "'")
        text = text[len(piece) :]
    return " +\n    ".join(pieces) or "''"
