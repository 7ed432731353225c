"""The README inside each dossier: how to check it with what every machine has."""

from collections.abc import Sequence
from typing import Final

_README: Final = """\
DOSSIER {case}
{unit}

This folder is a BagIt bag (RFC 8493). Everything of substance stands below data/:

  data/report.pdf            the report
  data/evidence/*.csv        every fact of the report as tables, and the rows that each verdict rests on
  data/evidence/referrals/   the senders' bytes as received, where their handling allows it and no child
                             is named in them; of the others the table referrals.csv has the hash
  data/ledger/excerpt.json   the ledger's entries behind the chronology: payloads, salts, proofs, checkpoint

In the tables times are UTC. A cell that begins with an apostrophe is text that a spreadsheet might take for
a formula: take one apostrophe away and it is as it was.

HOW TO CHECK IT BY HAND, in this folder

1. No file was changed:
     sha256sum -c manifest-sha256.txt
     sha256sum -c tagmanifest-sha256.txt
   Nothing else is there: every file is named in one of the two, but for the second itself and `signature`.

2. The list was signed with this key (OpenSSL 3; `signature` is 64 bytes, Ed25519):
     openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in tagmanifest-sha256.txt -sigfile signature

3. It is the unit's key. Let the unit read these words to you on the telephone:
     {words}
   They stand for the first 12 bytes of the fingerprint, SHA-256 of the 32 bytes of the key:
     {fingerprint}
     openssl pkey -pubin -in key.pem -outform DER | tail -c 32 | sha256sum

4. The ledger's entries are in the ledger that this checkpoint closes, and say what the chronology says:
     python3 verify.py --excerpt data/ledger/excerpt.json --key key.pub
   verify.py needs Python 3.11 and its package `cryptography`. If you would rather not run a script that came
   with the evidence, take the same file from the public source of Faru.

With Faru installed all of it is one command: faru dossier verify FILE.zip --key KEY
"""


def readme(*, unit: str, case: str, words: Sequence[str], fingerprint: str) -> bytes:
    """The text, UTF-8."""
    text = _README.format(
        unit=" ".join(unit.split()), case=case, words=" ".join(words), fingerprint=fingerprint
    )
    return text.encode("utf-8", "backslashreplace")
