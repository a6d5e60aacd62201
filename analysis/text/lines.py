"""The text commands for one line, or all lines, of text: what `huisheng text` prints as JSON."""

from collections.abc import Iterable

from analysis.text import keywords as keyword_module
from analysis.text import masking, sentiment
from analysis.text.dictionary import read_dictionary
from analysis.text.segmentation import Segmenter, bank, lcut, plain


def segmenter(dictionary: bytes, raw: bool = False) -> Segmenter:
    """What cuts with a user's dictionary besides the bank's terms, or if raw besides jieba's own."""
    return (plain() if raw else bank()).with_words(read_dictionary(dictionary))


def segment_line(line: str, raw: bool = False, engine: Segmenter | None = None) -> dict[str, object]:
    """The words of a line: `{"tokens": [...]}`."""
    return {"tokens": lcut(line, raw, engine)}


def mask_line(line: str) -> dict[str, object]:
    """The line with personal data covered, and where: `{"text", "masked": [{"kind", "start", "end"}]}`."""
    masked = masking.mask(line)
    return {
        "text": masked.text,
        "masked": [{"kind": found.kind, "start": found.start, "end": found.end} for found in masked.found],
    }


def sentiment_line(line: str) -> dict[str, object]:
    """What a line says of its matter: `{"label", "score", "reasons": [{"text", "weight"}]}`."""
    judged = sentiment.judge(line)
    reasons = [{"text": reason.text, "weight": reason.weight} for reason in sentiment.explain(line)]
    return {"label": judged.label, "score": judged.score, "reasons": reasons}


def keywords(lines: Iterable[str], engine: Segmenter | None = None) -> dict[str, object]:
    """The keyword table of the lines, each line a document of its own; blank lines are no documents."""
    texts = (line for line in lines if line.strip())
    return keyword_module.keyword_table(texts, segmenter=engine).to_json()
