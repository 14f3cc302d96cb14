"""What has been negotiated before, to browse? A folder of pages: one for each case of the past, and an index."""

import errno
import os
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path

from detente.cli.writing import write
from detente.report.gallery import INDEX, gallery_pages, page_names

_OURS = b'<meta name="generator" content="d\xc3\xa9tente">'
_HEAD = 1024
"""Within so many bytes a page of ours says that it is one."""


@dataclass(frozen=True, slots=True)
class Gallery:
    """The gallery as it was written: the index, and the page of each case of the past by the case's name."""

    index: Path
    pages: Mapping[str, Path]

    @property
    def written(self) -> Path:
        """The file to begin with."""
        return self.index

    def payload(self) -> dict[str, object]:
        """For JSON."""
        pages = {name: str(page) for name, page in self.pages.items()}
        return {"schema": "detente/gallery/1", "index": str(self.index), "pages": pages}


def gallery(folder: str | os.PathLike[str], *, force: bool = False) -> Gallery:
    """Write a page for every case of the past, and an index to browse and compare them, into a folder.

    The folder is made if it is not there. FileExistsError, with the file that is in the way, if it holds anything but a
    gallery, unless forced: then pages are written over files of their names, and nothing else is touched. The same
    version writes the same bytes.
    """
    target = Path(folder)
    if not force and target.exists():
        _spare(target, page_names())
    target.mkdir(exist_ok=True)
    written = {Path(name).stem: write(target / name, text) for name, text in gallery_pages().items()}
    index = written.pop(Path(INDEX).stem)
    return Gallery(index, written)


def _spare(target: Path, names: Container[str]) -> None:
    """Refuse a folder that holds anything but pages of a gallery."""
    if not target.is_dir():
        raise FileExistsError(errno.EEXIST, "there already, and no folder", str(target))
    for each in sorted(target.iterdir()):
        if each.name not in names or not _is_ours(each):
            raise FileExistsError(
                errno.EEXIST, "in the way, and no page of a gallery; choose another folder, or --force", str(each)
            )


def _is_ours(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return _OURS in stream.read(_HEAD)
