"""File records and hashes. Metadata only: Faru never holds the file."""

from dataclasses import dataclass

from faru.vocabulary.instants import Instant


@dataclass(frozen=True, slots=True)
class HashValue:
    """A hash as reported: the algorithm's name in lower case, the literal text and its bytes."""

    algorithm: (
        str  # "md5", "sha1", "sha256", "pdq", "photodna"; unknown names are kept as written, lower case
    )
    literal: str
    canonical: bytes | None  # None where the text is not valid for the algorithm


@dataclass(frozen=True, slots=True)
class Classification:
    """A severity code with the scheme it belongs to; never a bare number."""

    scheme: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """One file that a sender reported."""

    name: str | None
    original_name: str | None = None
    file_id: str | None = None
    hashes: tuple[HashValue, ...] = ()
    size: int | None = None
    viewed_by_sender: bool | None = None
    metadata_viewed_by_sender: bool | None = None
    publicly_available: bool | None = None
    supplemental: bool | None = None  # True: sent along, not itself reported
    classification: Classification | None = None
    annotations: tuple[str, ...] = ()  # the sender's flags and tags as written, e.g. "viral", "liveStreaming"
    uploaded_at: Instant | None = None
    camera_metadata: bool | None = None  # the report carries camera details of the file
    metadata: tuple[tuple[str, str], ...] = ()  # other name-value pairs
