from netpolc.language.syntax.comments import CommentSpans, comments_in


def test_comments_come_in_order_and_strings_are_none():
    text = '# one\na -> b:1 # two\r\nimport "#three" #four\n#'
    assert [comment.text for comment in comments_in(text)] == ["# one", "# two", "#four", "#"]
    assert [text[comment.span.start] for comment in comments_in(text)] == ["#"] * 4


def test_spans_may_be_asked_for_twice():
    spans = CommentSpans("# one\n# two\n")
    assert [(span.start, span.end) for span in spans] == [(0, 5), (6, 11)] == [(span.start, span.end) for span in spans]


def test_a_text_without_comments_has_none():
    assert list(CommentSpans('import "a"\n')) == list(CommentSpans('import "#"\n')) == []
