"""Every commit of the runtime, the reviews, the ways in and the webhooks has a crash point before and after it."""

import ast

from tests.faults import commits

# Entry points that write without a point of their own, and why a crash there needs no test.
ALLOWED = {
    "_make_last_resort": "after a migration, once; the next migration makes it again",
}


def test_every_commit_has_a_crash_point():
    assert commits.uncovered(ALLOWED) == []


def test_a_transaction_is_opened_only_by_the_makers_of_points():
    """`transaction.atomic` elsewhere is a savepoint inside such a transaction, and says so in its place."""
    savepoints = {"runs/recording.py", "runs/points.py", "runs/services/starting.py"}
    savepoints |= {"agentops/intake/schedules/firing.py", "agentops/intake/services/changing.py"}
    found = set()
    for file, tree in commits.trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "atomic" and ast.unparse(node.value) == "transaction":
                found.add(str(file.relative_to(commits.ROOT)))
    assert found <= savepoints


def test_the_names_of_points_are_unique_and_tell_their_room():
    found = commits.points()
    assert len(found) >= 30
    assert all("." in name for name in found)


def test_the_reader_finds_a_commit_without_a_point(tmp_path, monkeypatch):
    room = tmp_path / "runs"
    room.mkdir()
    (tmp_path / "reviews").mkdir()
    (room / "covered.py").write_text(
        "def good():\n    with durable('a.b'):\n        helper()\n\ndef helper():\n    Run.objects.create()\n"
    )
    monkeypatch.setattr(commits, "ROOT", tmp_path)
    assert commits.uncovered({}) == []
    (room / "bare.py").write_text("def bad():\n    helper()\n")
    assert commits.uncovered({}) == ["runs/bare.py:1 bad"]
