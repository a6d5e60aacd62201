"""The registry of question types. A new type is one small class and one word in `AnyQuestion`."""

from typing import Annotated, Final, get_args

from pydantic import Field as Key

from questionnaires.question_types.base import Question
from questionnaires.question_types.choices import Matrix, Multiple, Single
from questionnaires.question_types.notices import Consent, Information
from questionnaires.question_types.ratings import Nps
from questionnaires.question_types.writing import OpenText

AnyQuestion = Annotated[
    Consent | Information | Single | Multiple | Matrix | Nps | OpenText, Key(discriminator="type")
]

TYPES: Final[dict[str, type[Question]]] = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(get_args(AnyQuestion)[0])
}
