import pytest

from analysis.text import segmentation
from analysis.text.dictionary import DictionaryRefused, Word, bank_words, read_dictionary


def test_read_dictionary__jieba_format__words_with_optional_fields() -> None:
    text = "\ufeff云计算 5\n李小福 2 nr\n\n  创新办 3 i \neasy_install 3 eng\n好用 300\n韩玉赏鉴 nz\n凱特琳\n"
    assert read_dictionary(text.encode()) == (
        Word("云计算", 5),
        Word("李小福", 2, "nr"),
        Word("创新办", 3, "i"),
        Word("easy_install", 3, "eng"),
        Word("好用", 300),
        Word("韩玉赏鉴", None, "nz"),
        Word("凱特琳"),
    )


def test_read_dictionary__not_utf8__refused_with_line() -> None:
    with pytest.raises(DictionaryRefused) as refused:
        read_dictionary("好用 3\n".encode() + "银行 3\n".encode("gb18030"))
    assert refused.value.line == 2
    assert "第 2 行" in refused.value.message["zh"]


def test_bank_words__each__cut_whole_in_a_sentence() -> None:
    words = bank_words()
    assert len(words) >= 300
    assert all(word.frequency and word.tag for word in words)
    assert len({word.text for word in words}) == len(words)
    bank = segmentation.bank()
    assert [word.text for word in words if word.text not in bank.lcut(f"请问办理{word.text}了吗")] == []
