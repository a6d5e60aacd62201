"""Receipt codes: what a respondent holds to see, withdraw or erase what was answered."""

import hmac
import unicodedata
from hashlib import sha256
from typing import Final

from questionnaires.canonical import sha256_hex

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like something else
LETTERS: Final = 12


class Receipts:
    """Receipt codes, derived from the submission id: sending the same page again shows the same code."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def code(self, questionnaire_id: int, submission_id: str) -> str:
        text = f"{questionnaire_id}:{submission_id}".encode()
        number = int.from_bytes(hmac.new(self._key, text, sha256).digest()[:16], "big")
        letters = []
        for _ in range(LETTERS):
            number, place = divmod(number, len(ALPHABET))
            letters.append(ALPHABET[place])
        code = "".join(letters)
        return f"{code[:4]}-{code[4:8]}-{code[8:]}"

    def key_of(self, collector_token: str) -> bytes:
        """The key with which the devices of one collector make receipt codes while they are offline."""
        return hmac.new(self._key, f"collector:{collector_token}".encode(), sha256).digest()

    def of_collector(self, collector_token: str) -> "Receipts":
        """The codes that the devices of this collector show."""
        return Receipts(self.key_of(collector_token))

    @staticmethod
    def digest(code: str) -> str:
        """What the database keeps of a code, however somebody typed it: small, full width, with blanks."""
        typed = unicodedata.normalize("NFKC", code).upper()
        return sha256_hex("".join(letter for letter in typed if letter.isalnum()).encode())
