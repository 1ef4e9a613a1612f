"""Light and dark, with and without scripts."""

import pytest


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_server_renders_the_theme_of_the_cookie(client, theme):
    client.cookies["theme"] = theme
    assert f'<html lang="en" data-theme="{theme}">' in client.get("/sign-in/").text


def test_anything_else_in_the_cookie_is_ignored(client):
    client.cookies["theme"] = '"><script>'
    answer = client.get("/sign-in/")
    assert '<html lang="en">' in answer.text


def test_without_scripts_the_button_posts_a_form_and_comes_back(client):
    answer = client.post("/theme/", headers={"Referer": "http://testserver/sign-in/"})
    assert answer.headers["Location"] == "http://testserver/sign-in/"
    assert client.cookies["theme"].value == "dark"
    assert client.post("/theme/", headers={"Referer": "https://evil.example/"}).headers["Location"] == "/"
    assert client.cookies["theme"].value == "light"
