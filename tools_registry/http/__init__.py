"""The one way out: an HTTP client with a total deadline, a byte limit and a list of places it may call."""

from tools_registry.http.client import Answer, BoundClient, HttpClient, client
from tools_registry.http.places import Places

__all__ = ["Answer", "BoundClient", "HttpClient", "Places", "client"]
