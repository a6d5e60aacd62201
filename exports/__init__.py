"""Answers leave and enter as files: rows and a codebook in, bytes out; and response files read for import."""

from exports.cells import NotInCodebook
from exports.codebook import Codebook, build
from exports.mapping import ResponseMapping, mapping_from_document
from exports.outcome import ExportRefused, Shortened, Written
from exports.reading import RawRow, ResponseFile, read_responses
from exports.refusals import Refusal, ResponsesRefused
from exports.registry import FORMATS, Format, write
from exports.rows import Row

__all__ = [
    "FORMATS",
    "Codebook",
    "ExportRefused",
    "Format",
    "NotInCodebook",
    "RawRow",
    "Refusal",
    "ResponseFile",
    "ResponseMapping",
    "ResponsesRefused",
    "Row",
    "Shortened",
    "Written",
    "build",
    "mapping_from_document",
    "read_responses",
    "write",
]
