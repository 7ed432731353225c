"""Words behind which a child is in danger, as people type them: short, plain, misspelt, never graphic.

English, Dhivehi in Latin letters (`dv-Latn`) and Dhivehi (`dv`). Written from what research says about how
danger shows itself, by somebody who has seen no rule and no phrase list.
"""

from typing import Final

from faru.synthetic.alerts import Line

CHILD_AT_HAND: Final = (
    Line(
        language="en",
        words="my niece is staying with me this wk, her mother works nights. nobody else in the house",
    ),
    Line(language="en", words="got the stepson to myself until the ferry on {day}. ask me after"),
    Line(
        language="en",
        words="i mind two small ones after school, nobody checks on us. told u i dont need the web",
    ),
    Line(language="en", words="babysiting again {day} nite, same kid as in the last set i gave you"),
    Line(
        language="en",
        words="she is my brothers girl, {age}. parents are away til {day} so there will be new ones",
    ),
    Line(language="en", words="i can get more. she lives here. but not when the wife is home"),
    Line(
        language="en",
        words="they gave me the under nines to coach and the key of the changing rooms, can u believe",
    ),
    Line(
        language="en",
        words="drive the school van now. the last stop is only one kid, {age}, quiet, trusts me",
    ),
    Line(
        language="en",
        words="{day} {time} again? only this time live. the litle one is here until nine, same price",
    ),
    Line(language="dv-Latn", words="kokko ge dhari mi hafthaa ulheny maa kairi. mamma ah vaneevves nuvaane"),
    Line(language="dv-Latn", words="dhonmamma ge kuda kujja mirey ves mi geygai. ehen meehaku nethey"),
    Line(language="dv-Latn", words="kudakujja {day} vandhen huree ma eki, aa photo thah {day} fonuvaanan"),
    Line(language="dv", words="ކޮއްކޮގެ ދަރި މި ހަފްތާގައި އުޅެނީ އަހަރެންގެ ގޭގައި. އެހެން މީހަކު ނެތް"),
    Line(language="dv", words="ކުޑަކުއްޖާ މިރޭވެސް މިގޭގައި. އާ ފޮޓޯތައް މާދަމާ ފޮނުވާނަން"),
)

MEETING: Final = (
    Line(
        language="en",
        words="ferry gets in {time} {day}. say its tuition, i will wait by the blue shop. come alone",
    ),
    Line(
        language="en", words="dont tell ur mum. i took a room at the guesthouse, {day} after school is good"
    ),
    Line(language="en", words="u are {age} so what, you are mature. {day}? i bring the phone i promissed"),
    Line(
        language="en",
        words="delete this chat ok. see u at the jetty {day} {time}, wear the cap so i know you",
    ),
    Line(language="dv-Latn", words="{day} iskoolun nimigen jetty kairiah aadhe. evves meehakah nubunaathi"),
    Line(language="dv-Latn", words="maadhan {time} ga beach kairi ga. mamma ah bunaane tuition ah dhanee ey"),
    Line(language="dv", words="އިސްކޫލު ނިމިގެން މާދަމާ ޖެޓީ ކައިރިއަށް އާދޭ. އެކަކަށްވެސް ނުބުނާތި"),
)

THREAT: Final = (
    Line(language="en", words="u have til {day} {time}. 3000 or i send it to evryone on ur class list"),
    Line(
        language="en", words="clock is ticking. yr brother follows me now, ur teacher too. it goes out {day}"
    ),
    Line(
        language="en", words="one more picture and we are done. no? then your father gets all of them {day}"
    ),
    Line(language="en", words="buy the cards today and give me the codes. block me and its posted"),
    Line(
        language="dv-Latn",
        words="faisaa nufonuvaifiyya {day} emmennah dhakkaanan. class ge group ah ves laanan",
    ),
    Line(language="dv-Latn", words="thi foto emmenge phone ah dhaane {day} {time}. faisaa fonuvaa"),
    Line(language="dv", words="މާދަމާ ހަމައަށް ފައިސާ ނުފޮނުވައިފިނަމަ ކްލާސް ގްރޫޕަށް ލާނަން"),
)

DESPAIR: Final = (
    Line(language="en", words="please stop. if my father sees this i cant go on living"),
    Line(language="en", words="ok then i wont be here {day}. then u have nobody to ask money from"),
    Line(language="en", words="i am {age} and i dont want to wake up tomorow"),
    Line(language="dv-Latn", words="mihaaru dhiriulhen beynumeh nooney. mamma ah nudhakkaa please"),
    Line(language="dv", words="މިހާރު ދިރިއުޅެން ބޭނުމެއް ނޫން. މަންމައަށް ނުދައްކާ"),
)

ESCALATIONS: Final = (
    "Our reviewer believes that a child in the household may be at risk at this time.",
    "Conversation suggests a planned meeting with a minor within days. Please treat first.",
    "User states access to a child and offers new material on a date.",
    "Minor under threat; a payment date was set by the other party.",
)
