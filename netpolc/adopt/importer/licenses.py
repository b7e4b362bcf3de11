"""License headers, which speak of a file and not of the policy below them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_BEGINS = re.compile(r"(?i)\bcopyright\b.*(?:\d{4}|\(c\)|©)|©|\bSPDX-|\blicensed under\b")
_BELONGS = re.compile(
    r"(?i)\bcopyright\b|\bSPDX-|\blicensed under\b|\bunder the licen[cs]e\b|/licen[cs]es/|"
    r"\bpermission is hereby granted\b|\bprovided \W*as is\b|\ball rights reserved\b"
)


def without_licenses(comments: Mapping[int, str]) -> dict[int, str]:
    """Return comments by their lines, but for the paragraphs of license headers.

    A header ends with its last paragraph that reads like one, or with the lines that follow each other. So what
    somebody wrote of a policy below a header is kept.
    """
    kept = dict(comments)
    for block in _blocks(sorted(comments)):
        paragraphs = _paragraphs(block, comments)
        texts = [" ".join(comments[number].lstrip("# ") for number in paragraph) for paragraph in paragraphs]
        begin = next((at for at, text in enumerate(texts) if _BEGINS.search(text)), None)
        if begin is not None:
            end = max(at for at, text in enumerate(texts) if _BEGINS.search(text) or _BELONGS.search(text))
            for number in (number for paragraph in paragraphs[begin : end + 1] for number in paragraph):
                del kept[number]
    return kept


def _blocks(numbers: list[int]) -> list[list[int]]:
    """Return runs of lines that follow each other."""
    blocks = [numbers[:1]]
    for before, number in pairwise(numbers):
        if number == before + 1:
            blocks[-1].append(number)
        else:
            blocks.append([number])
    return blocks


def _paragraphs(block: list[int], comments: Mapping[int, str]) -> list[list[int]]:
    """Return the lines of a block between those that say nothing."""
    paragraphs: list[list[int]] = [[]]
    for number in block:
        if comments[number].strip("# \t"):
            paragraphs[-1].append(number)
        elif paragraphs[-1]:
            paragraphs.append([])
    return paragraphs
