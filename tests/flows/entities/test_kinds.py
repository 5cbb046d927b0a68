"""Names that are stored: what stands in rows stays, and every message has a kind."""

import json

from flows.conversations.values import MEDIA_KINDS
from flows.entities.kinds import EntryKind, Purpose, TimerKind


def test_a_stored_name_is_found_by_its_member_and_the_other_way_round() -> None:
    for kind in (*Purpose, *EntryKind, *TimerKind):
        assert {str(kind): 1}[kind] == {kind: 1}[str(kind)] == 1
        assert json.dumps(kind) == f'"{kind}"'
        assert len(kind) <= 32


def test_every_kind_of_piece_is_a_kind_of_entry() -> None:
    assert {*MEDIA_KINDS} <= {*EntryKind}
