"""Questionnaires that come with the product, in our own Chinese and English wording."""

from importlib.resources import files as resources

from questionnaires.definition import Questionnaire
from questionnaires.files import loads

_SUFFIX = ".yaml"


def names() -> tuple[str, ...]:
    """The slugs of the shipped questionnaires, in alphabetical order."""
    entries = (entry.name for entry in resources(__name__).iterdir())
    return tuple(sorted(_slug(entry) for entry in entries if entry.endswith(_SUFFIX)))


def load(name: str) -> Questionnaire:
    """The shipped questionnaire of that slug; LookupError naming those there are when there is none."""
    if name not in names():
        raise LookupError(f"no instrument named {name}; there are {', '.join(names())}")
    file = resources(__name__) / (name.replace("-", "_") + _SUFFIX)
    return loads(file.read_bytes(), _SUFFIX, name)


def _slug(file_name: str) -> str:
    return file_name.removesuffix(_SUFFIX).replace("_", "-")
