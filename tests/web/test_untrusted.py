"""Text from strangers on a page: always escaped, nothing hidden, whatever it was marked as."""

import pytest
from django.template import Context, Engine
from django.utils.safestring import SafeString


def shown(text, source="{% load look code %}{{ text|untrusted }}"):
    engine = Engine(libraries={"look": "agentops.web.templatetags.look", "code": "agentops.web.templatetags.code"})
    return engine.from_string(source).render(Context({"text": text}))


def test_markup_is_escaped_even_if_somebody_marked_it_safe():
    assert shown(SafeString("<script>x</script>")) == "<bdi>&lt;script&gt;x&lt;/script&gt;</bdi>"


def test_a_character_that_turns_text_around_is_written_out_with_its_name():
    page = shown("pay \u202eEMAG")
    assert "\u202e" not in page
    assert '<span class="unseen" title="right-to-left override">U+202E</span>' in page


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_stays_nothing(nothing):
    assert shown(nothing) in ("", "<bdi></bdi>")


def test_an_attribute_gets_plain_text():
    assert shown('"\u200b<', '{% load look %}<i title="{{ text|visible }}">') == '<i title="&quot;[U+200B]&lt;">'


def test_json_is_escaped_piece_by_piece():
    page = shown({"<b>": SafeString("<img>\u202e"), "n": [1, None]}, "{% load code %}{{ text|json_code }}")
    assert "<img>" not in page
    assert "&lt;img&gt;" in page
    assert "[U+202E]" in page or "\\u202e" in page
    assert page.count("<b>") == 2  # the markup of two keys and nothing of the key that looks like markup
