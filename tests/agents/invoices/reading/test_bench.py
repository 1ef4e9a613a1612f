"""What the benchmark of documents makes of its measurements."""

from bench.reading.meter import Taken
from bench.reading.report import as_table, summary


def taken(name, kind="pdf-text", pages=1, whole=100.0, bare=10.0, error=None):
    return Taken(name, kind, pages, whole, 5.0, 110, bare, "landlock", error)


def test_times_are_told_by_kind_with_the_ratio_to_the_library_alone():
    every = [taken("a", whole=100.0), taken("b", whole=300.0, pages=3), taken("c", "xml-ubl", whole=20.0, bare=None)]
    report = summary(every, {"helper": 123.45})
    assert list(report["kinds"]) == ["xml-ubl", "pdf-text"]
    text = report["kinds"]["pdf-text"]
    assert (text["documents"], text["document_ms"], text["page_ms"]) == (2, [200.0, 300.0], [100.0, 100.0])
    assert (text["bare_ms"], text["ratio"]) == ([10.0, 10.0], 20.0)
    assert report["kinds"]["xml-ubl"]["ratio"] is None
    assert (report["processes_mb"], report["sandbox"]) == ({"helper": 123.5}, ["landlock"])


def test_the_table_has_a_row_for_each_kind_and_says_what_failed():
    table = as_table(summary([taken("a"), taken("b", error="timeout")], {"helper": 123.4}))
    head, row, *rest = table.splitlines()
    assert head.split()[:2] == ["kind", "docs"]
    assert row.startswith("pdf-text  2 (1 failed)")
    assert "resident: helper 123.4 MB" in rest
