"""The built-in bank: one ISO 20022 credit transfer file (pain.001.001.09) per payment, written once per key.

The files lie in `<data>/bank/`, named by the SHA-256 of the key; whoever uploads them to a bank's portal takes them
from there. A file appears whole or not at all, and is never written again.
"""

from __future__ import annotations

import os
import tempfile
from hashlib import sha256
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings

from tools_registry.kinds import Effect

from .doorway import BankRefused, Instruction, Receipt

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"


class PaymentFile:
    """A folder as an idempotent receiver."""

    effect = Effect.IDEMPOTENT
    version = "pain.001.001.09-1"

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        return self._folder or Path(settings.DATA_DIR) / "bank"

    def release(self, instruction: Instruction, *, key: str) -> Receipt:
        """See `Bank.release`."""
        path, wanted = self._path(key), document(instruction, key).encode()
        if not path.exists():
            self._write(path, wanted)
        if path.read_bytes() != wanted:  # whoever lost the race, or asks again, must have meant the same
            raise BankRefused("key_used", f"{key} was released with other contents.")
        return Receipt(reference=path.stem)

    def find(self, key: str) -> Receipt | None:
        """See `Bank.find`."""
        path = self._path(key)
        return Receipt(reference=path.stem) if path.exists() else None

    def file_of(self, key: str) -> tuple[str, bytes] | None:
        """See `Bank.file_of`."""
        path = self._path(key)
        return (path.name, path.read_bytes()) if path.exists() else None

    def _path(self, key: str) -> Path:
        return self.folder / f"{sha256(key.encode()).hexdigest()[:32]}.xml"

    def _write(self, path: Path, contents: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self.folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(contents)
                file.flush()
                os.fsync(file.fileno())
            os.link(name, path)  # fails where the file is there already: the first one stands
        except FileExistsError:
            pass
        finally:
            os.unlink(name)


def document(instruction: Instruction, key: str) -> str:
    """The file's text: a function of the payment alone, so that the same payment always makes the same file."""
    end_to_end = sha256(key.encode()).hexdigest()[:32]
    amount = f"{instruction.amount.normalize():f}"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="{NAMESPACE}">
  <CstmrCdtTrfInitn>
    <GrpHdr><MsgId>{end_to_end}</MsgId><NbOfTxs>1</NbOfTxs><CtrlSum>{amount}</CtrlSum></GrpHdr>
    <PmtInf>
      <PmtInfId>{end_to_end}</PmtInfId><PmtMtd>TRF</PmtMtd>
      <ReqdExctnDt><Dt>{instruction.execute_on.isoformat()}</Dt></ReqdExctnDt>
      <CdtTrfTxInf>
        <PmtId><EndToEndId>{end_to_end}</EndToEndId></PmtId>
        <Amt><InstdAmt Ccy="{escape(instruction.currency)}">{amount}</InstdAmt></Amt>
        <Cdtr><Nm>{escape(instruction.creditor[:140])}</Nm></Cdtr>
        <CdtrAcct><Id><IBAN>{escape(instruction.account)}</IBAN></Id></CdtrAcct>
        <RmtInf><Ustrd>{escape(instruction.remittance[:140])}</Ustrd></RmtInf>
      </CdtTrfTxInf>
    </PmtInf>
  </CstmrCdtTrfInitn>
</Document>
"""
