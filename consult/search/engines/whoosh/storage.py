"""Opening an index without copying it.

Whoosh maps a compound segment into memory and then copies every file in it into a buffer, at each
opening: a tenth of a second and the size of the index in memory, a thread. Here the files in a
segment are read where they are mapped.
"""

import io
import os
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile


class View(io.RawIOBase):
    """A read-only file over a part of a memory map."""

    def __init__(self, buffer: memoryview) -> None:
        self._buffer = buffer
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        count = max(0, min(len(target), len(self._buffer) - self._position))
        target[:count] = self._buffer[self._position : self._position + count]
        self._position += count
        return count

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: len(self._buffer)}
        self._position = origin[whence] + offset
        return self._position

    def tell(self) -> int:
        return self._position


class MappedFile(BufferFile):
    """Whoosh's structured file over a memory map; its own class copies the whole buffer."""

    def __init__(self, buf: memoryview, name: str | None = None) -> None:
        self._buf = buf
        self._name = name
        self.file = View(buf)
        self.onclose = None
        self.is_real = False
        self.is_closed = False

    @property
    def view(self) -> memoryview:
        """All of it, where it is."""
        return self._buf

    @property
    def length(self) -> int:
        """How many bytes it has."""
        return len(self._buf)

    def subset(self, position: int, length: int, name: str | None = None) -> "MappedFile":
        return MappedFile(self._buf[position : position + length], name or self._name)


class MappedStorage(CompoundStorage):
    """The files of a compound segment, each a view of one memory map."""

    def open_file(self, name: str, *args: Any, **kwargs: Any) -> MappedFile:
        offset, length = self.range(name)
        return MappedFile(memoryview(self._source)[offset : offset + length], name)


class Segment(W3Segment):
    """Whoosh's segment, opened as `MappedStorage`."""

    def open_compound_file(self, storage: Any) -> MappedStorage:
        return MappedStorage(storage.open_file(self.make_filename(self.COMPOUND_EXT)))


class Codec(W3Codec):
    """Whoosh's format, with our segments; the index names this class in its table of contents."""

    def new_segment(self, storage: Any, indexname: str) -> Segment:
        return Segment(self, indexname)


class DurableStorage(FileStorage):
    """A directory whose files are safe on the disk before they get the name under which they count."""

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        sync(Path(self.folder) / oldname)
        super().rename_file(oldname, newname, safe)
        sync(Path(self.folder))


def sync(path: Path) -> None:
    """Have what was written to a file, or to the names in a directory, safe on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
