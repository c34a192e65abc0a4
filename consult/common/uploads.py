"""How much one request may bring along in files, and where files are kept that must not be lost."""

import lzma
import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadhandler import FileUploadHandler

# What the standard library raises on a zip that is none inside; decompressors have errors of their own.
DAMAGED_ARCHIVE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError,
    OSError, RuntimeError, ValueError,
)  # fmt: skip


class CappedUpload(FileUploadHandler):
    """Refuses a request that says it is too large before a byte of it is stored.

    Stands first among the upload handlers and keeps nothing itself.
    """

    def handle_raw_input(
        self, input_data: Any, meta: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        limit = settings.FILES_MAX_BYTES
        if limit and content_length > limit:
            raise RequestDataTooBig(f"A request of {content_length} bytes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class LastingStorage(FileSystemStorage):
    """Files that are on the disk, and not only on their way there, once they are saved.

    A power cut after an acknowledgement loses them as little as the database's rows.
    """

    def _save(self, name: str, content: Any) -> str:
        saved: str = super()._save(name, content)  # type: ignore[misc]
        path = Path(self.path(saved))
        for place in (path, path.parent):
            opened = os.open(place, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)
        return saved
