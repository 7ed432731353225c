"""The identifiers in a person's block: account ids, names on screen, e-mails, phones, devices, profiles."""

from faru.formats.draft import Draft, Owner
from faru.formats.tree import Node, truth
from faru.vocabulary import AccountKind, Role

_PLAIN = (
    (AccountKind.USER_ID, ("espUserId", "espIdentifier", "userId", "accountId")),
    (AccountKind.SCREEN_NAME, ("screenName", "screenNames", "userName", "username")),
    (AccountKind.DISPLAY_NAME, ("displayName", "displayNames")),
    (AccountKind.PROFILE_URL, ("profileUrl", "profileUrls")),
    (AccountKind.GROUP, ("groupIdentifier", "groupIdentifiers")),
)
_BLOCKS = (
    "personOrUserReportedPerson",
    "intendedRecipientPerson",
    "victimPerson",
    "reportedPerson",
    "person",
)


def read_identifiers(node: Node, draft: Draft, owner: Owner) -> None:
    """Every known identifier of the person at `node`."""
    service = node.get("espService")
    platform = None if service is None else service.text()
    blocks = [node]
    for wrapped in node.all(*_BLOCKS):
        blocks += [block for block in wrapped.each(*_BLOCKS) if isinstance(block.value, dict)]
    for block in blocks:
        _identifiers(block, draft, owner, platform)
    for container in node.all("associatedAccount", "associatedAccounts"):
        for account in container.each("associatedAccounts", "associatedAccount"):
            linked = Owner(Role.ASSOCIATED if owner.child is None else owner.role, owner.person, owner.child)
            if isinstance(account.value, dict) and account.get("#text") is None:
                _identifiers(account, draft, linked, platform)
            else:
                draft.account(AccountKind.OTHER, account, linked, platform=platform)


def _identifiers(node: Node, draft: Draft, owner: Owner, platform: str | None) -> None:
    for kind, names in _PLAIN:
        for container in node.all(*names):
            for place in container.each(*names):
                draft.account(kind, place, owner, platform=platform, verified=_verified(place))
    for container in node.all("emails", "email", "emailAddresses", "emailAddress"):
        for place in container.each("emails", "email", "emailAddress"):
            draft.account(AccountKind.EMAIL, place, owner, platform=platform, verified=_verified(place))
    for container in node.all("phones", "phone", "phoneNumbers", "phoneNumber"):
        for place in container.each("phones", "phone", "phoneNumber"):
            code = place.get("@countryCallingCode", "countryCallingCode")
            draft.account(
                AccountKind.PHONE,
                place,
                owner,
                platform=platform,
                verified=_verified(place),
                calling_code=None if code is None else code.text(),
            )
    for container in node.all("deviceId", "deviceIds", "devices"):
        for place in container.each("deviceIds", "deviceId", "devices"):
            value = place.get("idValue", "value") if isinstance(place.value, dict) else place
            draft.account(AccountKind.DEVICE_ID, value, owner, platform=platform)


def _verified(place: Node) -> bool | None:
    return truth(place.get("@verified", "verified")) if isinstance(place.value, dict) else None
