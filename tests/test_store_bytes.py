"""Whatever lies in a file: it is read as what was written, or it is not read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import frame
from store.store import Store

values = st.recursive(
    st.integers(-(2**30), 2**30) | st.booleans() | st.none() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
payloads = st.dictionaries(st.text(max_size=6), values, max_size=5)


@given(first=payloads, second=payloads, junk=st.binary(max_size=80), where=st.sampled_from("01"))
@settings(max_examples=60, deadline=None)
def test_any_bytes_read_as_the_other_generation(
    tmp_path_factory: pytest.TempPathFactory,
    first: dict[str, Any],
    second: dict[str, Any],
    junk: bytes,
    where: str,
) -> None:
    store = Store(str(tmp_path_factory.mktemp("any") / "store"))
    store.write("r", first)
    store.write("r", second)
    assert store.read("r") == second
    path = Path(store.root) / f"r.{where}"
    whole = path.read_bytes()
    path.write_bytes(junk)
    assert Store(store.root).read("r") == (second if where == "0" else first)
    path.write_bytes(whole + junk)
    expected = second if where == "0" or not junk else first
    assert Store(store.root).read("r") == expected


@given(data=st.binary(max_size=200), at=st.integers(0, 210), name=st.text(max_size=5))
def test_any_bytes_are_a_frame_or_none(data: bytes, at: int, name: str) -> None:
    assert frame.take(data, at, name) is None
    assert frame.take(frame.MAGIC + data, 0, name) is None


@given(
    payload=st.binary(max_size=60), number=st.integers(0, 2**32 - 1),
    before=st.binary(max_size=20), after=st.binary(max_size=20), data=st.data(),
)  # fmt: skip
def test_a_frame_comes_back_and_one_changed_bit_spoils_it(
    payload: bytes, number: int, before: bytes, after: bytes, data: st.DataObject
) -> None:
    whole = frame.head("r", frame.RAW, number, len(payload), (payload,)) + payload
    taken = frame.take(before + whole + after, len(before), "r")
    assert taken == (frame.RAW, number, payload, len(before) + len(whole))
    bit = data.draw(st.integers(0, 8 * len(whole) - 1))
    spoilt = bytearray(whole)
    spoilt[bit // 8] ^= 1 << bit % 8
    assert frame.take(bytes(spoilt), 0, "r") is None
    cut = data.draw(st.integers(0, len(whole) - 1))
    assert frame.take(whole[:cut], 0, "r") is None
