"""A questionnaire that is being written: read, checked, and shown again as text with what is wrong."""

from dataclasses import dataclass

from questionnaires import files
from questionnaires.definition import Questionnaire
from questionnaires.findings import Finding


@dataclass(frozen=True, slots=True)
class Draft:
    """The text as it came, all findings, and the definition unless a finding is an error."""

    text: str
    findings: tuple[Finding, ...]
    definition: Questionnaire | None

    @property
    def is_sound(self) -> bool:
        return self.definition is not None


def inspect_draft(data: bytes, suffix: str, stem: str) -> Draft:
    """Read and check the bytes of a questionnaire file."""
    inspected = files.inspect_bytes(data, suffix, stem)
    wrong = any(finding.severity == "error" for finding in inspected.findings)
    definition = None if wrong else inspected.questionnaire
    return Draft(data.decode("utf-8", "replace"), inspected.findings, definition)
