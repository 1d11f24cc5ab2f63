"""Parts of documents between marks."""

from __future__ import annotations

import pytest

from margin.io.documents import marked

TEXT = "before\n<!-- a: begin -->\nold\n<!-- a: end -->\nafter <!-- b: begin --><!-- b: end -->\n"


def test_what_stands_between_the_marks_is_replaced() -> None:
    new = marked(TEXT, "a", "\nnew\nlines\n")
    assert new == TEXT.replace("old", "new\nlines")
    assert marked(new, "a", "old") == TEXT


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT.replace("<!-- a: end -->", ""),
        TEXT.replace("<!-- a: begin -->", ""),
        TEXT + TEXT,
        "<!-- a: end -->\n<!-- a: begin -->\n",
    ],
)
def test_marks_that_are_missing_doubled_or_crossed_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="once each and in this order"):
        marked(text, "a", "new")
