"""Neutral requests: one digest each, and nothing untrusted beside a tool."""

import pytest
from pydantic import ValidationError

from runs.gateway.egress import Allowed, Egress, NotAllowedOut
from runs.gateway.estimating import tokens_in
from runs.gateway.messages import Data, Document, Message, Opaque, Request, Returned, Role, Tool, Words

TOOL = Tool(name="count", description="Counts.", takes={"type": "object"})
BLOB = "ab" * 32


def request(*parts, **more):
    return Request(
        role=Role.READER, prompt="p/1", messages=(Message(who="user", parts=parts or (Words(text="?"),)),), **more
    )


def test_equal_requests_have_one_digest_and_it_survives_being_kept():
    first = request(output={"type": "number", "minimum": 0.5})
    assert first.digest == request(output={"minimum": 0.5, "type": "number"}).digest
    again = Request.model_validate(first.as_json())
    assert (again, again.digest) == (first, first.digest)
    assert again.output == {"type": "number", "minimum": 0.5}


def test_the_prompts_hash_does_not_know_the_data():
    assert request(Data(text="a", field="f")).prompt_hash == request(Data(text="b", field="f")).prompt_hash
    assert request().prompt_hash != request(system=(Words(text="Other."),)).prompt_hash


@pytest.mark.parametrize(
    "part",
    [
        Data(text="x", field="mail.body"),
        Document(blob=BLOB, media_type="application/pdf"),
        Returned(id="1", text="x", field="erp.note"),
    ],
)
def test_what_a_stranger_wrote_never_meets_a_tool(part):
    assert request(part)
    with pytest.raises(ValidationError, match="nothing untrusted"):
        request(part, tools=(TOOL,))


def test_what_was_verified_may_meet_a_tool():
    assert request(Data(text="17", field="total", trusted=True), tools=(TOOL,))


def test_only_the_model_thinks_and_wants():
    with pytest.raises(ValidationError, match="only the model"):
        request(Opaque(provider="anthropic", body={}))
    with pytest.raises(ValidationError, match="begins and ends"):
        Request(role=Role.READER, prompt="p", messages=(Message(who="model", parts=(Words(text="I am"),)),))


def test_nothing_leaves_the_house_unless_the_agent_says_so():
    secret = request(Data(text="DE00", field="vendor.iban"))
    with pytest.raises(NotAllowedOut, match=r"vendor\.iban may not go to anthropic") as caught:
        Egress().check("anthropic", secret)
    assert "DE00" not in str(caught.value)
    some = Egress({"anthropic": Allowed(fields=("vendor.name", "invoice.*"), region="eu")})
    assert some.check("anthropic", request(Data(text="x", field="invoice.total"))) == "eu"
    for kept in (
        secret,
        request(Data(text="x", field="invoices")),
        request(Document(blob=BLOB, media_type="image/png")),
    ):
        with pytest.raises(NotAllowedOut):
            some.check("anthropic", kept)
    with pytest.raises(NotAllowedOut):
        some.check("another", request(Data(text="x", field="invoice.total")))
    assert Egress.from_json(some.as_json()).as_json() == some.as_json()


def test_the_estimate_grows_with_all_that_is_sent():
    plain = tokens_in(request())
    assert tokens_in(request(Words(text="x" * 1000))) >= plain + 390
    assert tokens_in(request(Data(text="ü" * 1000, field="f"))) >= plain + 790
    assert tokens_in(request(tools=(TOOL,))) > plain
    assert tokens_in(request(Document(blob=BLOB, media_type="application/pdf", pages=3))) >= 15_000
