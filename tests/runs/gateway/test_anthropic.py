"""Anthropic's API as it is today: what goes over the wire, and what every kind of answer and failure comes to."""

import asyncio
import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from runs.gateway.messages import Data, Document, Message, Opaque, Outcome, Request, Returned, Role, Tool, Wanted, Words
from runs.gateway.performing.sending import documents_of, with_documents
from runs.gateway.providers import ProviderFailed, Setting
from runs.gateway.providers.anthropic import Anthropic
from tests.providers import messages as local
from tests.providers.messages import KEY, Messages, Said, error, message, problem, refusal, text, tool_use

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 3}}, "required": ["n"]}
BLOB = "ab" * 32


@pytest.fixture
def server(settings):
    with Messages() as made:
        settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_URL = KEY, made.url
        yield made


def asking(*parts, **more):
    said = parts or (Words(text="How many?"),)
    given = {"role": Role.READER, "prompt": "count/1", "messages": (Message(who="user", parts=said),), **more}
    return Request(**given)


def ask(request, model="claude-haiku-5-5", **how):
    """One question over the wire; the answer in neutral words."""

    async def once():
        provider = Anthropic()
        try:
            reply = await provider.send(provider.wire(request, model, Setting(**how)))
            return provider.read(reply.body, request), reply
        finally:
            await provider.close()

    return asyncio.run(once())


def failure(request=None, **more):
    with pytest.raises(ProviderFailed) as caught:
        ask(request or asking(), **more)
    return caught.value


def test_a_plain_answer_with_its_tokens_and_the_providers_name_for_it(server):
    server.script = lambda body: text("Three.", usage={"cache_read_input_tokens": 7, "cache_creation_input_tokens": 3})
    answer, reply = ask(asking(system=(Words(text="Be short."),)))
    assert (answer.outcome, answer.text, answer.stop) == (Outcome.ANSWERED, "Three.", "end_turn")
    assert (answer.used.taken_in, answer.used.cached, answer.used.written, answer.used.out) == (110, 7, 3, 20)
    assert reply.request_id.startswith("req_")
    assert reply.body["content"][0]["text"] == "Three."
    sent = server.asked[0]
    assert sent["system"] == [{"type": "text", "text": "Be short."}]
    assert not {"temperature", "top_p", "top_k"} & set(sent)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (text("x", stop="max_tokens"), Outcome.TRUNCATED),
        (text("x", stop="stop_sequence"), Outcome.ANSWERED),
        (text("x", stop="pause_turn"), Outcome.PAUSED),
        (text("x", stop="model_context_window_exceeded"), Outcome.TOO_LONG),
        (refusal("Not this."), Outcome.DECLINED),
    ],
)
def test_each_reason_to_stop_is_told_apart(server, said, outcome):
    server.script = lambda body: said
    answer, _ = ask(asking())
    assert answer.outcome is outcome
    if outcome is Outcome.DECLINED:
        assert (answer.why, answer.code) == ("Not this.", "cyber")


def test_a_reason_to_stop_that_nobody_knows_is_a_failure(server):
    server.script = lambda body: Said({**text("x").body, "stop_reason": "daydreaming"})
    assert failure().code == "malformed"


def test_json_is_asked_for_by_its_schema_and_comes_back_as_a_value(server):
    server.script = lambda body: text('{"n": 4}')
    answer, _ = ask(asking(output=SCHEMA, effort="low"))
    assert answer.value == {"n": 4}
    form = server.asked[0]["output_config"]
    assert form["effort"] == "low"
    assert form["format"]["type"] == "json_schema"
    assert "minimum" not in form["format"]["schema"]["properties"]["n"]  # the provider does not hold it; we do
    server.script = lambda body: text('{"n": 4')
    assert failure(asking(output=SCHEMA)).code == "malformed"


def test_a_tool_is_strict_and_the_model_may_only_want_it(server):
    server.script = lambda body: tool_use("count", {"n": 4})
    tool = Tool(name="count", description="Counts.", takes=SCHEMA)
    answer, _ = ask(asking(tools=(tool,)))
    assert (answer.outcome, answer.wanted[0].tool, answer.wanted[0].args) == (Outcome.WANTS_TOOLS, "count", {"n": 4})
    sent = server.asked[0]
    assert sent["tools"][0]["strict"] is True
    assert sent["tool_choice"] == {"type": "auto", "disable_parallel_tool_use": True}
    ask(asking(tools=(tool,)), strict=False)
    assert server.asked[1]["tools"][0]["input_schema"] == SCHEMA


def test_what_a_tool_returned_goes_back_with_the_models_own_turn_unchanged(server):
    thinking = {"type": "thinking", "thinking": "hm", "signature": "s"}
    server.script = lambda body: message(thinking, {"type": "text", "text": "I look."})
    answer, _ = ask(asking())
    assert isinstance(answer.parts[0], Opaque)
    turn = Message(who="model", parts=(*answer.parts, Wanted(id="t1", tool="count", args={"n": 4})))
    back = Message(who="user", parts=(Returned(id="t1", text="4", field="count.n", trusted=True),))
    ask(Request(role=Role.EXECUTOR, prompt="count/1", messages=(*asking().messages, turn, back)))
    sent = server.asked[1]["messages"]
    assert sent[1]["content"][0] == thinking
    assert sent[2]["content"][0]["tool_use_id"] == "t1"


@pytest.mark.parametrize(
    ("model", "thinks", "sent"),
    [
        ("claude-opus-5-5", False, None),  # it cannot be turned off
        ("claude-sonnet-5-5", False, {"type": "between_tools"}),
        ("claude-haiku-5-5", False, {"type": "disabled"}),
        ("claude-haiku-5-5", True, {"type": "adaptive"}),
        ("claude-haiku-5-5", None, None),
    ],
)
def test_thinking_is_asked_for_as_the_model_bears_it(server, model, thinks, sent):
    ask(asking(thinks=thinks), model=model)
    assert server.asked[0].get("thinking") == sent


def test_cache_and_region_are_asked_for(server):
    ask(asking(keep="1h"), region="eu")
    assert server.asked[0]["cache_control"] == {"type": "ephemeral", "ttl": "1h"}
    assert server.asked[0]["inference_geo"] == "eu"


def test_a_document_goes_out_whole_and_is_recorded_by_its_name(server, monkeypatch):
    monkeypatch.setattr("agentops.core.blobs.read", lambda sha256: b"%PDF-")
    request = asking(
        Words(text="Read."), Document(blob=BLOB, media_type="application/pdf", title="Bill", citations=True)
    )
    wire = Anthropic().wire(request, "claude-haiku-5-5", Setting())
    block = wire["messages"][0]["content"][1]
    assert block["source"]["data"] == f"blob:{BLOB}"
    whole = with_documents(wire, documents_of(request))
    assert whole["messages"][0]["content"][1]["source"]["data"] == "JVBERi0="
    assert problem(whole) == ""
    assert block["source"]["data"] == f"blob:{BLOB}"


def test_a_text_that_looks_like_a_document_stays_a_text(monkeypatch):
    monkeypatch.setattr("agentops.core.blobs.read", lambda sha256: pytest.fail("a stranger's text named a file"))
    request = asking(Data(text=f"blob:{BLOB}", field="mail.body"))
    wire = Anthropic().wire(request, "claude-haiku-5-5", Setting())
    assert with_documents(wire, documents_of(request)) == wire


@pytest.mark.parametrize(
    ("said", "code", "certain", "retry", "after"),
    [
        (error(400, "bad"), "bad_request", True, False, None),
        (error(400, "The compiled grammar is too large"), "grammar_too_large", True, True, None),
        (error(401), "wrong_key", True, False, None),
        (error(404), "unknown_model", True, False, None),
        (error(413), "too_large", True, False, None),
        (error(429, retry_after="3"), "rate_limited", True, True, 3.0),
        (error(429, retry_after_ms="250"), "rate_limited", True, True, 0.25),
        (error(500), "provider_error", True, True, None),
        (error(529, retry_after="1"), "overloaded", True, True, 1.0),
        (Said(drop=True), "disconnected", False, True, None),
        (Said(b"<html>"), "malformed", False, True, None),
        (Said(b"[]"), "malformed", False, True, None),
        (Said({**text("x").body, "usage": None}), "malformed", False, True, None),
        (Said({"type": "message"}), "malformed", False, True, None),
    ],
)
def test_each_failure_says_whether_it_may_be_billed_and_tried_again(server, said, code, certain, retry, after):
    server.script = lambda body: said
    found = failure()
    assert (found.code, found.certain, found.retry, found.retry_after) == (code, certain, retry, after)
    assert len(server.asked) == 1  # the SDK itself never tries twice


def test_nobody_there_is_certain(server, settings):
    settings.ANTHROPIC_URL = "http://127.0.0.1:9"
    found = failure()
    assert (found.code, found.certain, found.retry) == ("disconnected", True, True)


@pytest.mark.parametrize("said", [Said(text("x").body, delay=5), Said(text("x").body, trickle=0.05)])
def test_a_slow_answer_is_given_up_in_time_even_if_it_trickles(server, settings, said):
    from datetime import timedelta

    settings.MODEL_TIMEOUT = timedelta(milliseconds=300)
    server.script = lambda body: said
    found = failure()
    assert (found.code, found.certain) == ("timeout", False)


def test_an_answer_of_a_megabyte_comes_through(server):
    server.script = lambda body: text("x" * 1_000_000)
    assert len(ask(asking())[0].text) == 1_000_000


def test_tokens_are_counted_by_the_provider(server):
    async def count():
        provider = Anthropic()
        try:
            return await provider.count(provider.wire(asking(), "claude-haiku-5-5", Setting()))
        finally:
            await provider.close()

    assert asyncio.run(count()) > 0


@pytest.mark.parametrize(
    "address", ["https://api.anthropic.com", "http://example.test", "https://127.0.0.1.example.test"]
)
def test_no_test_can_reach_a_real_provider(settings, address):
    settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_URL = KEY, address
    assert not Anthropic().is_ready()
    with pytest.raises(ImproperlyConfigured, match="no real provider"):
        Anthropic()._connected()


def test_outside_of_tests_an_address_without_tls_is_refused(settings):
    settings.TEST, settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_URL = False, KEY, "http://models.example.test"
    with pytest.raises(ImproperlyConfigured, match="https"):
        Anthropic()._connected()


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"temperature": 1}, "Extra inputs"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "txt": "x"}]}]}, "text"),
        ({"messages": [{"role": "assistant", "content": [{"type": "text", "text": "x"}]}]}, "prefill"),
        ({"model": "claude-opus-5-5", "thinking": {"type": "disabled"}}, "thinking"),
        ({"model": "claude-opus-5-5", "tool_choice": {"type": "any"}}, "forced"),
        ({"tools": [{"name": "a", "strict": True, "input_schema": {"type": "object"}}]}, "additionalProperties"),
    ],
)
def test_the_local_server_refuses_what_the_real_one_refuses(change, refused):
    body = {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}]}
    assert problem(body) == ""
    assert refused in problem({**body, **change})
    assert json.dumps(body)
    assert local.VERSION
