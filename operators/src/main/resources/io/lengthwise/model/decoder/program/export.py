"""Exports the decoder program as ../decoder.pt. Run it with PyTorch 2.7.1: python export.py

The archive contains the SHA-256 of all sources of this folder, and a test compares it with them."""

import hashlib
import io
import zipfile
from pathlib import Path

import torch

from decoder import Decoder


def digest(folder: Path) -> str:
    """The SHA-256 over the sources in the order of their names. For each source: its name, a zero byte, its
    content."""
    sha = hashlib.sha256()
    for source in sorted(folder.glob("*.py")):
        sha.update(source.name.encode() + b"\0" + source.read_bytes())
    return sha.hexdigest()


def export(folder: Path, archive: Path) -> None:
    whole = io.BytesIO()
    torch.jit.save(torch.jit.script(Decoder().eval()), whole, _extra_files={"sources.sha256": digest(folder)})
    # Leave out the debug records, which contain paths of this machine, and the dates.
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(archive, "w") as target:
        for entry in source.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                name = "decoder/" + entry.filename.split("/", 1)[1]
                target.writestr(zipfile.ZipInfo(name), source.read(entry))


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    export(here, here.parent / "decoder.pt")
