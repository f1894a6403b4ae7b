"""Every optional key of a row may say that the text is silent; tables and lists too."""

from __future__ import annotations

import pytest
from tests.tenancy.board import CHARTER, SLUG, content

from steerco.committee import record_types
from steerco.configuration.load import load


@pytest.mark.parametrize("word", ["not-stated", "not-read", "none"])
def test_a_table_a_list_and_a_flag_may_say_that_the_text_is_silent(word: str) -> None:
    row = f'[[recusal]]\nbody = "committee"\ncite = ["2.1"]\nlimit = "{word}"\non = "{word}"\nwaivable = "{word}"\n'
    loaded = load(SLUG, content((CHARTER, "", f"\n{row}")), record_types())
    assert [str(each) for each in loaded.findings if each.level == "error"] == []
    assert loaded.snapshot is not None
    (rule,) = loaded.snapshot.charters[0].recusals
    assert (rule.limit, rule.on, rule.waivable) == (None, (), False)


def test_a_required_key_is_not_left_unsaid() -> None:
    row = '[[recusal]]\nbody = "committee"\ncite = "not-stated"\n'
    assert [each.code for each in load(SLUG, content((CHARTER, "", f"\n{row}")), record_types()).findings] != []
