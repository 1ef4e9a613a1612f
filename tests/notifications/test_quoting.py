"""Whatever a stranger writes: a mail keeps its headers, a channel gets no mention, no markup, no link but ours."""

from __future__ import annotations

import json
import re
import unicodedata
from email import message_from_bytes, policy
from email.utils import getaddresses
from types import SimpleNamespace

from hypothesis import example, given
from hypothesis import strategies as st

from agentops.notifications.kinds import URGENT
from agentops.notifications.telling.lines import Line
from agentops.notifications.telling.mails import digest_of, mail_about
from agentops.notifications.telling.quoting import LONGEST, harmless, quoted
from agentops.notifications.telling.shapes import body_of

NASTY = st.lists(
    st.sampled_from(
        [
            *("<!channel>", "<@U1>", "<https://evil.example|Invoice>", "[here](https://evil.example)", "&lt;!here&gt;"),
            *(
                "<at>Ann</at>",
                "@everyone",
                "*b*",
                "_i_",
                "`c`",
                "\r\nBcc: x@evil.example\r\n",
                "\n.\n",
                "\u202e",
                "\x00",
            ),
            *(
                "evil.example",
                "evil\u3002example",
                "http://1.2.3.4/",
                "”",
                '"',
                "\u2028",
                "=?utf-8?q?=0ABcc?=",
                "\ud800",
            ),
        ]
    )
    | st.text(max_size=40),
    max_size=8,
).map("".join)
LINKED = re.compile(r"://|\S[.\u3002\uff0e\uff61][^\W\d_]")
URL = "https://agentops.example/reviews/1/"


def line(text: str) -> Line:
    """A line as `line_of` makes it from strings of a stranger."""
    return Line(f"R-1 waits at {harmless(text, 60)}", (("Why", harmless(text, 60)),), "1.00 EUR", quoted(text), "")


class Told(Line):
    """With the address that a house with a public name has."""

    @property
    def url(self) -> str:
        return URL


def strings(value) -> list[str]:
    """Every text in a body."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in strings(one)]
    if isinstance(value, list):
        return [text for one in value for text in strings(one)]
    return [value] if isinstance(value, str) else []


@given(NASTY)
@example("a.b" * 100)
@example("\u201d <!channel> \u201d")
def test_a_quotation_is_one_short_line_that_nothing_breaks_out_of(text):
    said = quoted(text)
    assert len(said) <= LONGEST
    assert not any(unicodedata.category(sign).startswith("C") for sign in said)
    assert not set(said[1:-1]) & set('<>[]`*_~|\\"\u201c\u201d@')
    assert not LINKED.search(said)
    assert said == "" or (said[0], said[-1]) == ("\u201c", "\u201d")


@given(NASTY)
def test_a_mail_has_the_headers_we_gave_it_and_one_recipient(text):
    told = line(text)
    to = SimpleNamespace(email="maria@example.com")
    for mail in (
        mail_about(told, URGENT, to=to, key="news-1", absent=text),
        digest_of([(told, URGENT)] * 60, to=to, key="news-1"),
    ):
        read = message_from_bytes(mail.message().as_bytes(), policy=policy.default)
        assert set(read.keys()) == {
            *("Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date"),
            *("Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
        }
        assert getaddresses(read.get_all("To")) == [("", "maria@example.com")]
        assert len(mail.subject) <= 120
        assert len(read.get_content()) < 20_000


@given(NASTY, st.sampled_from(["slack", "teams"]))
def test_a_channel_gets_no_mention_no_markup_and_no_link_but_ours(text, shape):
    plain = line(text)
    told = Told(plain.headline, plain.facts, plain.amount, plain.sentence, "/reviews/1/")
    body = body_of(shape, told, shows_amount=False)
    sent = json.loads(json.dumps(body))
    ours = {f"<{URL}|Look at it>", f"[Look at it]({URL})", "http://adaptivecards.io/schemas/adaptive-card.json"}
    texts = [one for one in strings(sent) if one not in ours and not one.startswith("application/")]
    assert not any(LINKED.search(one) for one in texts)
    assert not any(set(one) & set("<>[]@*`") for one in texts)
    assert "1.00 EUR" not in json.dumps(sent)
    assert sum(one in ours for one in strings(sent)) == (1 if shape == "slack" else 2)
    assert len(json.dumps(sent)) < 5000


@given(NASTY)
def test_nothing_in_a_message_can_be_pressed(text):
    for shape in ("slack", "teams"):
        kinds = re.findall(r'"type": "([^"]+)"', json.dumps(body_of(shape, line(text), shows_amount=True)))
        assert set(kinds) <= {
            *("section", "plain_text", "mrkdwn"),
            *("message", "AdaptiveCard", "RichTextBlock", "TextRun", "TextBlock"),
        }
