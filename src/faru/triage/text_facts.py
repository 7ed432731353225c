"""Facts that phrases in free text set. The pack says which words; here stands what they may mean.

A fact is true where one of its phrases stands in the text (the matched words are shown), no where somebody
typed something and it does not, and unknown where nobody typed anything.
"""

from faru.conditions import FactType
from faru.triage.declare import UNKNOWN, Read, Register, Scope, Seen
from faru.triage.subject import Subject

SPOKEN = Register()

FREE_TEXT = (
    ("text_child_of_family", "The text names a child of the writer's own family."),
    ("text_child_at_home", "The text says that a child lives with the writer or is alone with him."),
    ("text_works_with_children", "The text says that the writer teaches, trains or looks after children."),
    ("text_meeting_planned", "The text plans a visit or a meeting."),
    ("text_live_now", "The text says that it happens now, or is shown live."),
    ("text_threat", "The text threatens to send or show something."),
    ("text_deadline", "The text sets a date or a time by which something must be done."),
    ("text_demand", "The text demands money or more pictures."),
    ("text_wish_to_die", "The text says that somebody wants to die or to hurt himself."),
    ("text_missing_child", "The text says that a child is missing or has run away."),
    ("text_child_states_age", "The text states an age under 18 in the first person."),
    ("text_secrecy", "The text asks a child to keep a secret."),
    ("text_cry_for_help", "The text asks for help or says that somebody is afraid."),
    ("text_gift_offered", "The text offers a child money, a gift or a ride."),
    ("text_more_to_give", "The text offers more, to trade or to sell."),
)
DESCRIBED = (
    ("job_with_children", "A reported person's occupation brings him together with children."),
    ("close_to_child", "A reported person is family, a friend of the family or a neighbour of the child."),
)


def _spoken(name: str) -> Read:
    def read(subject: Subject) -> Seen:
        matches = subject.spoken.get(name)
        if not matches:
            return Seen(False) if subject.has_words else UNKNOWN
        words = tuple(dict.fromkeys(match.words for match in matches))
        return Seen(True, matches[0].place, words)

    return read


def _described(name: str) -> Read:
    def read(subject: Subject) -> Seen:
        matches = subject.described.get(name)
        if not matches:
            return Seen(False) if subject.has_description else UNKNOWN
        words = tuple(dict.fromkeys(match.words for match in matches))
        return Seen(True, matches[0].place, words)

    return read


for _name, _sentence in FREE_TEXT:
    SPOKEN.declare(
        _name,
        FactType.BOOL,
        _sentence,
        fields=("texts[].text", "escalation", "children[].unread"),
        drawn="a phrase of the pack stands in any text; the matched words are shown",
        scope=Scope.REFERRAL,
        read=_spoken(_name),
    )
for _name, _sentence in DESCRIBED:
    SPOKEN.declare(
        _name,
        FactType.BOOL,
        _sentence,
        fields=("persons[].occupation", "persons[].relationship_to_child"),
        drawn="a phrase of the pack stands in one of these fields; the matched words are shown",
        scope=Scope.REFERRAL,
        read=_described(_name),
    )

PHRASE_FACTS = frozenset(name for name, _ in FREE_TEXT + DESCRIBED)
"""The facts that a phrase of a pack may set."""
