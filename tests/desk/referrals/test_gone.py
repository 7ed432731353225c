"""What was sealed and can't be opened any more: a calm page, never a fault."""

from faru.desk.referrals.models import Referral
from faru.desk.vault import keys
from faru.desk.vault.models import DataKey


def test_a_referral_whose_key_was_destroyed_says_so(desk, as_) -> None:
    lost = Referral.objects.order_by("id")[0]
    DataKey.objects.filter(subject=lost.subject_id).delete()
    keys.forget()
    answer = as_("duty").get(f"/referrals/{lost.id}/")
    assert answer.status_code == 410
    assert "key was destroyed" in answer.content.decode()
