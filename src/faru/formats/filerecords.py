"""Reported files: names, hashes, flags; "uploaded files" in the police form, "file details" in the API."""

import re
from typing import Final

from faru.formats import wire
from faru.formats.captures import read_captures
from faru.formats.draft import Draft
from faru.formats.people import FREE_TEXT
from faru.formats.tree import Node, fold, presence, truth
from faru.formats.values import hash_value, whole_number
from faru.vocabulary import Classification, FileRecord, HashValue

_CAMERA: Final = re.compile(r"exif|camera|\bmake\b|\bmodel\b|gps|aperture|shutter|focal|lens", re.IGNORECASE)
_UPLOADED: Final = ("uploadedToEspTimestamp", "uploadDateTime", "uploadedAt")


def read_files(container: Node, draft: Draft, *wrappers: str) -> None:
    """Every file in a container, however often it is wrapped."""
    for node in container.each(*wrappers):
        if isinstance(node.value, dict):
            read_file(node, draft)


def read_file(node: Node, draft: Draft) -> None:
    """One file's record, with the addresses it was seen from."""
    index = len(draft.files)
    base = f"files[{index}]"
    draft.point(base, node.path)

    def text(field: str, *names: str) -> str | None:
        found = node.get(*names)
        value = None if found is None else found.text()
        if value is not None:
            draft.point(f"{base}.{field}", found)
        return value

    metadata, late = _metadata(node)
    uploaded = next((found for name in _UPLOADED if (found := node.get(name)) is not None), late)
    original = text("original_name", "originalFilename", "originalFileName")
    name = text("name", "filename", "fileName", "name")
    annotations = _annotations(node)
    code = text("classification", "industryClassification")
    relevance = text("supplemental", "fileRelevance")
    camera = any(_CAMERA.search(key) or key == "EXIF" for key, _ in metadata)
    record = FileRecord(
        name=name or original,
        original_name=original,
        file_id=text("file_id", "fileId", "submittalId"),
        hashes=_hashes(node, draft, base),
        size=_size(node, draft, base),
        viewed_by_sender=truth(node.get("viewedByEsp", "fileViewedByEsp")),
        metadata_viewed_by_sender=truth(node.get("exifViewedByEsp")),
        publicly_available=truth(node.get("publiclyAvailable")),
        supplemental=None if relevance is None else fold(relevance).startswith("supplemental"),
        classification=None if code is None else Classification(wire.INDUSTRY_SCHEME, code),
        annotations=annotations,
        uploaded_at=draft.time(uploaded),
        camera_metadata=True if camera else None,
        metadata=metadata,
    )
    if name is None and original is not None:
        draft.point(f"{base}.name", draft.pointers[f"{base}.original_name"])
    for field in ("annotations", "metadata", "uploaded_at", "viewed_by_sender", "camera_metadata"):
        if getattr(record, field) not in (None, ()):
            draft.point(f"{base}.{field}", uploaded if field == "uploaded_at" else node.path)
    draft.files.append(record)
    read_captures(node, draft, file=index, late=uploaded)
    for container in node.all(*FREE_TEXT):
        for place in container.each(*FREE_TEXT):
            words = place.text(keep_doubtful=True)
            if words is not None:
                draft.text(words, (place.leaf() or place).path)


def _metadata(node: Node) -> tuple[tuple[tuple[str, str], ...], Node | None]:
    """Name-value pairs of the file, and where one of them is the time of upload."""
    pairs: list[tuple[str, str]] = []
    late: Node | None = None
    for container in node.all("espMetadata", "metadatas", "details"):
        for pair in container.each("metadatas", "metadata", "nameValuePairs", "nameValuePair", "espMetadata"):
            name, value = pair.get("name"), pair.get("value")
            kind = pair.get("@type", "type")
            key = None if name is None else name.text()
            if key is None or value is None:
                continue
            if fold(key) == fold(wire.UPLOAD_TIME):
                late = value
            if kind is not None and (kind.text() or "").upper() == "HASH":
                continue  # `_hashes` reads these
            if kind is not None and (kind.text() or "").upper() == "EXIF":
                key = f"EXIF {key}"
            if (text := value.text()) is not None:
                pairs.append((key, text))
    return tuple(pairs), late


def _hashes(node: Node, draft: Draft, base: str) -> tuple[HashValue, ...]:
    found: list[HashValue] = []

    def add(algorithm: str | None, place: Node) -> None:
        literal = place.text()
        if literal is None:
            return
        value = hash_value(algorithm or "unnamed", literal)
        if value in found:
            return
        if value.canonical is None and value.algorithm in ("md5", "sha1", "sha256", "pdq", "photodna"):
            where = (place.leaf() or place).path
            draft.note(
                where, f"{literal!r} is not a {value.algorithm} hash; kept as written, matches nothing"
            )
        draft.point(f"{base}.hashes[{len(found)}]", place)
        found.append(value)

    for key in ("verificationHash", "md5", "sha1", "sha256", "pdq", "photoDna"):
        if (stated := node.get(key)) is not None:
            add("md5" if key == "verificationHash" else key, stated)
    for container in node.all("originalFileHash", "originalFileHashes", "hashes"):
        for place in container.each("originalFileHash", "hashes", "hash"):
            kind = (
                place.get("@hashType", "hashType", "type", "algorithm")
                if isinstance(place.value, dict)
                else None
            )
            add(None if kind is None else kind.text(), place)
    for container in node.all("details"):
        for pair in container.each("nameValuePairs", "nameValuePair"):
            kind, name, value = pair.get("@type", "type"), pair.get("name"), pair.get("value")
            if (
                kind is not None
                and (kind.text() or "").upper() == "HASH"
                and name is not None
                and value is not None
            ):
                add(name.text(), value)
    return tuple(found)


def _annotations(node: Node) -> tuple[str, ...]:
    """The sender's flags of the file and the clearing house's tags, all groups of them."""
    found: dict[str, None] = {}
    for container in node.all("fileAnnotations", "fileAnnotation", "annotations"):
        for flag, _ in read_flags(container, wire.FILE_ANNOTATIONS):
            found[flag] = None
    for container in node.all("ncmecTags", "tags"):
        for place in container.each("groups", "group", "tags", "tag", "ncmecTags"):
            if (text := place.text()) is not None:
                found[text] = None
    return tuple(found)


def read_flags(container: Node, known: tuple[str, ...]) -> list[tuple[str, Node]]:
    """Flags set in a container: a list of words, or an object whose keys are flags. Unknown ones are kept."""
    found: list[tuple[str, Node]] = []
    if isinstance(container.value, dict) and container.get("value", "#text") is None:
        for child in container.children():
            name = child.path.rpartition("/" if child.tree.xml else ".")[2]
            if name.startswith(("@", "#")):
                continue
            if isinstance(child.value, (dict, list)) and fold(name).endswith("annotations"):
                found += read_flags(child, known)
                continue
            if presence(child):
                child.text()  # a reason may stand there
                found.append((wire.canonical(name, known), child))
    elif isinstance(container.value, list):
        for child in container.children():
            found += read_flags(child, known)
    elif isinstance(container.value, (str, dict)) and (text := container.text()) is not None:
        found += [
            (wire.canonical(word.strip(), known), container) for word in text.split(",") if word.strip()
        ]
    return found


def _size(node: Node, draft: Draft, base: str) -> int | None:
    found = node.get("fileSize", "size", "sizeInBytes")
    text = None if found is None else found.text()
    if found is None or text is None:
        return None
    size = whole_number(text)
    if size is None:
        found.unread()
    else:
        draft.point(f"{base}.size", found)
    return size
