"""What a modal remembers: what it keeps for itself, and beside it what it stands on."""

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from handlers import blocks as b
from handlers.beneath import LONGEST, Beneath, beneath_of, kept, stand_where
from handlers.reader import Reader

json_values = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["beneath", "kept", "home"]), inner),
    max_leaves=5,
)


@given(st.text(st.characters(categories=["L", "P", "N"], exclude_characters='"\\'), max_size=2900), st.booleans())
@example("x" * 2900, False)
def test_what_a_modal_keeps_for_itself_is_untouched_by_what_it_stands_on(typed: str, home: bool) -> None:
    itself = {"typed": typed, "customer": 7}
    place = {"words": "weber", "after": ["x", "y"]}
    under = {"id": "V1", "type": "modal", "callback_id": "customers", "private_metadata": json.dumps(place)}
    stand_where({"view": {"type": "home"}} if home else {"view": under})
    drawn = b.modal(Reader("en"), "Title", [b.divider()], callback="x", remember=itself).to_dict()
    stand_where({})
    assert kept(drawn) == itself
    assert len(drawn["private_metadata"]) <= LONGEST
    assert drawn.get("notify_on_close") or len(typed) > 2500
    if drawn.get("notify_on_close"):
        assert beneath_of(drawn) == (Beneath(home=True) if home else Beneath(False, "V1", place))


@given(json_values)
def test_what_is_none_of_ours_stands_on_nothing(value: Any) -> None:
    view = {"private_metadata": json.dumps(value)}
    assert beneath_of(view) == Beneath()
    assert kept(view) == value or "beneath" in value
