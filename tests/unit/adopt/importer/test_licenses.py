import pytest

from netpolc.adopt.importer.licenses import without_licenses

APACHE = """\
# Copyright 2020 The Authors
#
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS."""
MIT = "# Copyright (c) 2021 Jo\n# Permission is hereby granted, free of charge\n#\n# THE SOFTWARE IS PROVIDED 'AS IS'"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param(APACHE, "", id="apache"),
        pytest.param(MIT, "", id="mit"),
        pytest.param("# SPDX-License-Identifier: MIT", "", id="one line"),
        pytest.param(f"# the till\n#\n{APACHE}\n#\n# only web", "the till only web", id="beside paragraphs"),
        pytest.param(f"{APACHE}\n\n# only web", "only web", id="above a comment"),
        pytest.param("# asks the license server\n# copyright is checked there", None, id="what pods do"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_license_is_no_comment_on_a_policy(text, kept):
    comments = {number: line for number, line in enumerate(text.split("\n"), 1) if line}
    left = " ".join(line.strip("# ") for line in without_licenses(comments).values())
    assert " ".join(left.split()) == (kept if kept is not None else " ".join(text.replace("#", "").split()))
