"""Where the arguments of an action come from, against where its tool lets them come from."""

from tools_registry.gate.case import Case

SAID = {
    "policy": "the house's rules",
    "master": "our records",
    "user": "a person",
    "document": "what was sent to us",
    "model": "a model",
}


def arguments_come_from_where_they_may(case: Case) -> None:
    """Untrusted text never decides where money or data goes; nobody's signature makes it a record of ours."""
    for item in case.items:
        for name, allowed in sorted(item.action.sinks.items()):
            origin = item.action.origins.get(name)
            if origin is not None and origin.source in allowed:
                continue
            places = " or ".join(SAID[source.value] for source in sorted(allowed)) or "nowhere"
            found = SAID[origin.source.value] if origin is not None else "nobody knows where"
            case.deny(
                "forbidden_source",
                f"{name} of {item.action.tool} may come from {places} alone; this one is from {found}",
                name,
                found=origin.source.value if origin is not None else "unknown",
            )
