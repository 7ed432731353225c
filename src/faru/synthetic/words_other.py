"""Words without a child in danger: dull ones, company phrases, and look-alikes that frighten for nothing.

Film titles, jokes, adults, games, and relatives who simply have a child in the house.
"""

from typing import Final

from faru.synthetic.alerts import Line

LOOKALIKES: Final = (
    Line(
        language="en",
        words="my niece is staying with me this week so no gaming til sunday, she owns the telly",
        kind="family",
    ),
    Line(
        language="en",
        words="school run again. three kids in one car, never babysitting for my sister again lol",
        kind="family",
    ),
    Line(
        language="en",
        words="watched Stolen Daughter last night. the uncle did it. dont tell mum i stayed up",
        kind="film",
    ),
    Line(language="en", words="'Little Girl Lost' 1080p full film with subs, link below", kind="film"),
    Line(language="en", words="The Babysitter's Secret s02e04 {day} {time}, who is in", kind="film"),
    Line(
        language="en", words="pay me by {day} or i tell evryone u sleep with the light on haha", kind="joke"
    ),
    Line(
        language="en",
        words="if we lose {day} i want to die, that keeper is twelve years old i swear",
        kind="joke",
    ),
    Line(
        language="en",
        words="kill the baby boss first, then the twins. raid {day} {time} dont be late",
        kind="game",
    ),
    Line(
        language="en",
        words="me and my wife took these, both of us are 34, take it down if you must",
        kind="adults",
    ),
    Line(
        language="en",
        words="she turned 21 in may, we have been together two years, what is the problem",
        kind="adults",
    ),
    Line(
        language="en",
        words="under nines training moved to {day}, changing rooms are locked so come dressed",
        kind="work",
    ),
    Line(
        language="en",
        words="meet at the jetty {day} {time}, bring the fishing lines, dont tell ahmu its a suprise",
        kind="family",
    ),
    Line(
        language="en",
        words="is this real?? found on a group, i am reporting it, please remove",
        kind="reporting",
    ),
    Line(
        language="dv-Latn",
        words="kokko ge dhari mi hafthaa ulheny maa kairi, ehenve game nukulheveyne haha",
        kind="family",
    ),
    Line(
        language="dv-Latn", words="faisaa nudheefiyya emmennah bunaanan {day} dhen heveyne haha", kind="joke"
    ),
    Line(language="dv-Latn", words="mi film balaabala 'Kuda Kujja' varah biruveri", kind="film"),
    Line(language="dv", words="މި ހަފްތާގައި ކޮއްކޮގެ ދަރި މިގޭގައި އުޅޭތީ ގޭމް ނުކުޅެވޭނެ", kind="family"),
    Line(language="dv", words="އެ ފިލްމު ބިރުވެރި. ރޭގައި ބެލިން", kind="film"),
)

DULL: Final = (
    "ok", "sent", "thx", "link?", "k send", "what site is this", "lol", "u there", "haha ok bro",
    "new phone who dis", "keehve?", "aan", "noon", "haadha baraabaru", "maadhan", "ރަނގަޅު", "އާނ", "ނޫން",
)  # fmt: skip

COMPANY_NOTES: Final = (
    "Detected by hash matching.",
    "Account closed by our safety team.",
    "The user appealed. The appeal was refused.",
    "Content was removed within one hour of upload.",
    "Found in a private folder; not shared as far as we can see.",
    "Reported by another user.",
    "No further information is available.",
    "Data retained for one year from the date of this report.",
)

FILE_STEMS: Final = (
    "IMG_{n:04d}", "VID-2026{n:04d}", "received_{n:09d}", "photo ({n})", "WA00{n:02d}", "file{n}",
    "Screenshot_{n:05d}", "ފޮޓޯ {n}", "untitled", "download-{n}",
)  # fmt: skip
MEDIA_ENDINGS: Final = (".jpg", ".jpg", ".png", ".mp4", ".JPG", ".webp", ".mov")

DAYS: Final = {
    "en": ("monday", "tues", "wednesday", "thurs", "friday", "saturday", "sunday", "tomorow", "tonight"),
    "dv-Latn": ("aadhiththa", "hoama", "angaara", "budha", "buraasfathi", "hukuru", "honihiru", "maadhan"),
    "dv": ("މާދަމާ",),
}

FIRST_NAMES: Final = (
    "Aluvi", "Benaar", "Cithu", "Duvaan", "Esheel", "Faroosh", "Gahaa", "Hilmaan", "Ithuva", "Jaleesh",
    "Kuvaam", "Liraasha", "Mithoon", "Naveeka", "Oshaan", "Ruveel", "Saadhin", "Thiruba", "Umaash", "Vishaan",
    "Yaamin", "Zihool", "އަލުވި", "ނަވީކާ",
)  # fmt: skip
LAST_NAMES: Final = (
    "Thoobee", "Kandufaru", "Olhuveli", "Rasrani", "Vilufushee", "Dhigalee", "Hanimaa", "Bodukashi",
    "Gulhima", "Maafaroo", "Nelivaru", "Faandhoo",
)  # fmt: skip
TOWNS: Final = (
    "Ruvaa", "Dhekunu Faru", "Medhu Finolhu", "Kolhu Island", "Alifaru", "Uthuru Huraa", "Bokkuraa",
    "Ganduva",
)  # fmt: skip
OCCUPATIONS: Final = (
    "fisherman", "clerk", "student", "cook", "boat builder", "teacher", "football coach", "nurse", "driver",
    "shop keeper", "N/A", "resort staff",
)  # fmt: skip
