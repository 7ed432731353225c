"""Saved column maps: what the columns of one source's tables mean, as somebody of the unit stated it."""

from collections.abc import Iterable

from faru.desk.accounts.models import User
from faru.desk.journal.acting import Act, action
from faru.desk.referrals.models import ReceivedFile, SavedMap
from faru.formats import table
from faru.formats.column_map import ColumnMap, to_json
from faru.ledger.tags import Action
from faru.vocabulary.permissions import Permission


@action(Permission.REFERRAL_INGEST, Action.MAP_SAVE)
def save_map(act: Act, *, column_map: ColumnMap) -> SavedMap:
    """Keep a map under its name; a map of that name is replaced. Tables that nothing read wait again."""
    content = to_json(column_map)
    saved, _made = SavedMap.objects.update_or_create(
        name=column_map.name, defaults={"content": content, "saved_at": act.at, "saved_by": act.actor}
    )
    unread = ReceivedFile.objects.filter(format=table.NAME, referrals_read=0).exclude(read_at=None)
    waiting = unread.update(read_at=None)
    act.about(saved.id).say(name=saved.name, content=content, waiting=waiting)
    return saved


def save_maps(actor: User, maps: Iterable[ColumnMap]) -> None:
    """Keep several; one that is there as it is stays untouched."""
    there = dict(SavedMap.objects.values_list("name", "content"))
    for one in maps:
        if there.get(one.name) != to_json(one):
            save_map(actor=actor, column_map=one)
