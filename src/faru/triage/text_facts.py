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
    ("text_child_at_home", "The text says that a child lives or stays with the writer."),
    ("text_child_alone", "The text says that a child is alone with the writer, with nobody else about."),
    ("text_works_with_children", "The text says that the writer teaches, trains or looks after children."),
    ("text_meeting_planned", "The text plans a visit or a meeting."),
    ("text_live_now", "The text says that it happens now, or is shown live."),
    ("text_threat", "The text threatens to send or show something."),
    ("text_deadline", "The text sets a date or a time by which something must be done."),
    ("text_demand", "The text demands money or more pictures."),
    ("text_wish_to_die", "The text says that somebody wants to die or to hurt himself."),
    ("text_missing_child", "The text says that a child is missing or has run away."),
    ("text_child_states_age", "The text states an age under 18 in the first person."),
    (
        "text_child_addressed",
        "The text speaks to a child: of an age under 18, of its school class, of being grown up for its age.",
    ),
    ("text_secrecy", "The text asks a child to keep a secret."),
    ("text_cry_for_help", "The text asks for help or says that somebody is afraid."),
    ("text_gift_offered", "The text offers a child money, a gift or a ride."),
    ("text_more_to_give", "The text offers more, to trade or to sell."),
)
DESCRIBED = (
    (
        "job_with_children",
        "A reported person's occupation brings him together with children.",
        ("occupation", "relationship_to_child"),
    ),
    (
        "close_to_child",
        "A reported person is family, a friend of the family, a neighbour or a teacher of the child.",
        ("relationship_to_child",),  # a teacher by trade is not the teacher of this child
    ),
)


def _spoken(name: str) -> Read:
    def read(subject: Subject) -> Seen:
        matches = subject.spoken.get(name)
        if not matches:
            return Seen(False) if subject.has_words else UNKNOWN
        words = tuple(dict.fromkeys(match.words for match in matches))
        return Seen(True, matches[0].place, words)

    return read


def _described(name: str, fields: tuple[str, ...]) -> Read:
    def read(subject: Subject) -> Seen:
        described = [subject.described[field] for field in fields if field in subject.described]
        if not described:
            return UNKNOWN
        matches = [match for found in described for match in found.get(name, ())]
        if not matches:
            return Seen(False)
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
for _name, _sentence, _fields in DESCRIBED:
    SPOKEN.declare(
        _name,
        FactType.BOOL,
        _sentence,
        fields=tuple(f"persons[].{field}" for field in _fields),
        drawn="a phrase of the pack stands in such a field; the matched words are shown",
        scope=Scope.REFERRAL,
        read=_described(_name, _fields),
    )

PHRASE_FACTS = frozenset([*(name for name, _ in FREE_TEXT), *(name for name, _, _ in DESCRIBED)])
"""The facts that a phrase of a pack may set."""
