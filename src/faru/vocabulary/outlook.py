"""What is known about an address before anybody has asked its carrier."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressOutlook:
    """The chance that one observation can still be answered; `attribution` makes it, `triage` reads it.

    `hours_left` is the log-expiry clock: hours until the decisive kind of record is gone, 0 or less once it
    is gone, None where it cannot be known (no carrier, no time, no retention stated).
    """

    carrier: str | None  # the carrier's id in the pack; None: no carrier of this country held the address
    shared: bool | None  # the prefix is behind carrier-grade NAT; None: not stated
    routable: bool | None  # a public address; None: the text is no address
    hours_left: float | None
    earliest_reading: bool = False  # the zone is not stated: the earliest possible instant was taken
