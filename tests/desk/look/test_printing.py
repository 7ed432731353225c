"""What stands around a page on paper: can a sheet be told apart, handled rightly and checked later?"""

import pytest

from faru.desk.journal.models import Checkpoint
from faru.desk.journal.sealing import seal_now
from faru.desk.look import printing
from faru.desk.referrals.models import Referral
from faru.ledger.verify import read_checkpoint


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ([], "TLP not stated: treat as AMBER"),
        ([""], "TLP not stated: treat as AMBER"),
        (["GREEN", "RED", "AMBER"], "TLP:RED"),
        (["AMBER", "AMBER+STRICT"], "TLP:AMBER+STRICT"),
        (["CLEAR"], "TLP:CLEAR"),
        (["CLEAR", ""], "TLP:AMBER · not stated by every sender"),
        (["RED", ""], "TLP:RED · not stated by every sender"),
        (["SECRET"], "TLP:AMBER"),  # no code that we know is ever handled as less
    ],
)
def test_the_strictest_code_counts_and_silence_is_never_clear(stated: list[str], words: str) -> None:
    assert printing.code(stated) == words


def test_a_printed_lead_has_its_number_its_code_the_ledger_and_whole_times(desk, as_) -> None:
    lead = desk.lead()
    Referral.objects.filter(pk=lead.referrals.first().pk).update(tlp="RED")
    seal_now()
    printing.forget()
    head = read_checkpoint(Checkpoint.objects.order_by("-size").first().note)
    html = as_("duty").get(f"/leads/{lead.number}/").content.decode()
    assert f"{lead.number} · TLP:RED" in html[: html.index("<nav")]
    foot = html[html.index("print-foot") :]
    assert f"ledger {head.size} · {head.root.hex()[:16]}<" in foot
    assert f'<h1><span class="on-paper"><bdi dir="ltr">{lead.number}' in html
    paper = html[html.index('<bdi class="on-paper"') :]
    assert " UTC</bdi></time>" in paper[:120]


def test_the_checkpoint_is_asked_for_once_in_a_while(desk, django_assert_num_queries) -> None:
    printing.forget()
    with django_assert_num_queries(1):
        assert printing.checkpoint() == printing.checkpoint()
