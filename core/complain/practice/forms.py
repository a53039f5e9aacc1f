"""Reading a posted form, and saying what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from complain.practice.records import UploadedFile


async def read_form(request: web.Request) -> tuple[dict[str, str], list[UploadedFile]]:
    """Return the texts and files of a posted form; a name that comes more than once is joined by ``；``."""
    texts: dict[str, list[str]] = {}
    files: list[UploadedFile] = []
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            if value.filename:
                files.append(UploadedFile(value.filename, value.content_type, value.file.read()))
        elif isinstance(value, str):
            texts.setdefault(name, []).append(value.replace("\r\n", "\n").strip())
    return {name: "；".join(values) for name, values in texts.items()}, files


def missing(form: Mapping[str, str], required: Mapping[str, str]) -> list[str]:
    """Return the labels of the fields that are empty.

    Args:
        form: As received.
        required: Field name -> label.
    """
    return [label for name, label in required.items() if not form.get(name)]


def too_long(form: Mapping[str, str], limits: Mapping[str, int]) -> list[str]:
    """Return the names of the fields that hold more characters than they may."""
    return [name for name, limit in limits.items() if len(form.get(name, "")) > limit]


def file_problem(files: list[UploadedFile], *, most: int, size: int, types: tuple[str, ...]) -> str:
    """Return what is wrong with the files, one sentence, or nothing.

    Args:
        files: As received.
        most: How many are taken.
        size: Most bytes of one file.
        types: File name endings without the dot.
    """
    if len(files) > most:
        return f"最多上传 {most} 个文件"
    for file in files:
        if file.name.rpartition(".")[2].lower() not in types:
            return f"不支持的文件类型：{file.name}"
        if len(file.content) > size:
            return f"文件过大：{file.name}"
    return ""
