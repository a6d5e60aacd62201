"""Answers leave and enter as files: rows and a codebook in, bytes out; and response files read for import."""

from exports.cells import NotInCodebook
from exports.codebook import Codebook, build
from exports.outcome import ExportRefused, Shortened, Written
from exports.registry import FORMATS, Format, write
from exports.rows import Row

__all__ = [
    "FORMATS",
    "Codebook",
    "ExportRefused",
    "Format",
    "NotInCodebook",
    "Row",
    "Shortened",
    "Written",
    "build",
    "write",
]
