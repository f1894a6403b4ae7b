"""Files of a tenant, by their content."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path


class FileStore:
    """A folder of files by digest, a tenant each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, tenant_id: int, content: bytes) -> str:
        digest = sha256(content).hexdigest()
        path = self.folder / str(tenant_id) / digest
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return digest
