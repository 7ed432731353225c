"""How senders write an instant: eight handwritings, some of which lose the zone or state a wrong one."""

from datetime import UTC, datetime

from faru.synthetic.country import OFFSET_S, ZONE


def written(instant: int, clock: str) -> str:
    """The instant (seconds, UTC) in one of the handwritings.

    `bare_local` loses the zone, `local_as_utc` states the wrong one, `minute` cuts the seconds off,
    `day_first` is what a spreadsheet in the country makes of UTC.
    """
    utc = datetime.fromtimestamp(instant, UTC)
    match clock:
        case "z":
            return utc.strftime("%Y-%m-%dT%H:%M:%SZ")
        case "z_ms":
            return utc.strftime("%Y-%m-%dT%H:%M:%S") + f".{instant * 37 % 1000:03d}Z"
        case "words":
            return utc.strftime("%Y-%m-%d %H:%M:%S UTC")
        case "space":
            return utc.strftime("%Y-%m-%d %H:%M:%SZ")
        case "minute":
            return utc.strftime("%Y-%m-%dT%H:%MZ")
        case "offset":
            return utc.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S+05:00")
        case "bare_local":
            return utc.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S")
        case "local_as_utc":
            return datetime.fromtimestamp(instant + OFFSET_S, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case "day_first":
            return utc.strftime("%d/%m/%Y %H:%M:%S")
        case _:
            raise ValueError(f"no such handwriting: {clock}")
