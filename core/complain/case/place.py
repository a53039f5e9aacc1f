"""Where a case folder lies: who else may see it, and which files in it could be evidence (USERS U9)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from complain.i18n import _

# Parts of folder names under which programs copy files to other machines. General knowledge, 2026-11.
_SYNCED = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "icloud": "iCloud",
    "mobile documents": "iCloud",
    "nutstore": "坚果云",
    "坚果云": "坚果云",
    "baidunetdisk": "百度网盘",
    "baidusyncdisk": "百度网盘",
    "百度网盘": "百度网盘",
    "aliyundrive": "阿里云盘",
    "阿里云盘": "阿里云盘",
    "wpsdrive": "WPS云盘",
    "wps云盘": "WPS云盘",
    "weiyun": "微云",
    "微云": "微云",
    "nextcloud": "Nextcloud",
    "syncthing": "Syncthing",
}
_CHAT = ("wechat files", "xwechat_files", "com.tencent.xinwechat", "tencent files", "wxwork")
_MARKERS = {".dropbox.cache": "Dropbox", ".stfolder": "Syncthing"}
_TELLING = ("债", "催收", "投诉", "欠款", "逾期", "网贷", "debt", "complain", "collection")
_EVIDENCE = frozenset(
    [
        ".png",
        ".jpg",
        ".jpeg",
        ".webp",
        ".bmp",
        ".gif",
        ".heic",
        ".pdf",
        ".mp3",
        ".m4a",
        ".wav",
        ".amr",
        ".aac",
        ".mp4",
        ".mov",
        ".txt",
        ".csv",
        ".xls",
        ".xlsx",
        ".eml",
        ".docx",
    ]
)
_MOST_FILES = 60


def folder_warnings(folder: Path, environ: Mapping[str, str]) -> list[str]:
    """Return what a person should know about where a case folder lies, one sentence each.

    Args:
        folder: The case folder; it need not exist yet.
        environ: Environment variables; Windows names its OneDrive folders there.
    """
    place = folder.expanduser().absolute()
    warnings: list[str] = []
    service = synced_by(place, environ)
    if service:
        warnings.append(
            _(
                "This folder is copied to other machines by {service}: whoever uses them, or that account, can "
                "read the case. A folder that is not synchronised is better."
            ).format(service=service)
        )
    if any(mark in part.lower() for part in place.parts for mark in _CHAT):
        warnings.append(
            _(
                "This folder belongs to a chat program, which may clear it or show it to others. Choose another "
                "folder, and copy the files you need into it."
            )
        )
    if any(mark in place.name.lower() for mark in _TELLING):
        warnings.append(
            _(
                "The folder's name tells what it is about. If others use this computer, a neutral name is better."
            )
        )
    return warnings


def synced_by(place: Path, environ: Mapping[str, str]) -> str:
    """Return the name of the service that copies a folder to other machines; empty when none is known.

    Args:
        place: An absolute path.
        environ: Environment variables; Windows names its OneDrive folders there.
    """
    for part in place.parts:
        for mark, service in _SYNCED.items():
            if mark in part.lower():
                return service
    for name in ("OneDrive", "OneDriveConsumer", "OneDriveCommercial"):
        if environ.get(name) and place.is_relative_to(environ[name]):
            return "OneDrive"
    for above in (place, *place.parents):
        for marker, service in _MARKERS.items():
            if (above / marker).exists():
                return service
    return ""


def possible_evidence(folder: Path) -> tuple[str, ...]:
    """Return files of a case folder that could be evidence, relative and sorted.

    Args:
        folder: The case folder; it and the folders directly in it are looked through.
    """
    return tuple(sorted(_files(folder, 1)))[:_MOST_FILES]


def _files(folder: Path, deeper: int, prefix: str = "") -> Iterator[str]:
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_file(follow_symlinks=False) and Path(entry.name).suffix.lower() in _EVIDENCE:
                yield prefix + entry.name
            elif deeper and entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path), deeper - 1, f"{prefix}{entry.name}/")
