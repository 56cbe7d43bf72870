"""Signed notes, checkpoints, hash trees and leaves, as FORMAT.md describes them: what verify.py reads and computes with."""

import base64
import binascii
import hashlib
import json
import re
import struct

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH = 256
LOG, WITNESS = 0x01, 0x04
MOST = 1 << 48
# What a reader written in another language nests at most, and counts to.
DEEP, SAFE, WORD = 127, (1 << 53) - 1, 1 << 64
# The most payloads that one entry of disposal names.
TOGETHER = 200
TEXTS = {"id", "type", "outcome", "channel", "policy_version", "build", "commit"}
PERHAPS = {"subject", "on_behalf_of", "client_id", "purpose", "basis", "reason_code"}


class Unreadable(Exception):
    """A file that is missing or not in its form: nothing can be said of the export."""


def decode(text):
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable("bad base64") from error
    if base64.b64encode(raw).decode() != text:
        raise Unreadable("base64 in a second spelling")
    return raw


def depth(value):
    deepest, rows = 0, [value]
    while rows := [row for row in rows if type(row) in (dict, list)]:
        deepest += 1
        rows = [one for row in rows for one in (row.values() if type(row) is dict else row)]
    return deepest


def loads(text, once=True):
    """JSON as RFC 8259 has it, each member of an object once; else ValueError."""

    def members(pairs):
        if once and len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("a member twice")
        return dict(pairs)

    def never(word):
        raise ValueError(word)

    def real(number):
        value = float(number)
        if value in (float("inf"), float("-inf")):
            raise ValueError("a number without bounds")
        return value

    def whole(number):
        # A number of any length is one, but none that is counted with.
        return int(number) if len(number) < 21 and number != "-0" else real(number)

    try:
        value = json.loads(text, object_pairs_hook=members, parse_constant=never, parse_float=real, parse_int=whole)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if depth(value) > DEEP:
        raise ValueError("nested too deep")
    # Half of a surrogate pair is no character.
    json.dumps(value, ensure_ascii=False).encode()
    return value


def is_text(value):
    return type(value) is str


def leaf_of(text):
    """The members of a leaf (§2); ValueError if it is none, or not in the one way to write it."""
    leaf = loads(text)
    if type(leaf) is not dict or set(leaf) != TEXTS | PERHAPS | {"v", "time_ms", "actor"}:
        raise ValueError("not the members of a leaf")
    actor = leaf["actor"]
    if type(actor) is not dict or set(actor) != {"class", "role", "ref"}:
        raise ValueError("not the members of an actor")
    well = all(is_text(leaf[name]) for name in TEXTS) and is_text(actor["class"])
    well = well and all(leaf[name] is None or is_text(leaf[name]) for name in PERHAPS)
    well = well and all(actor[name] is None or is_text(actor[name]) for name in ("role", "ref"))
    well = well and type(leaf["v"]) is int and leaf["v"] == 1
    well = well and type(leaf["time_ms"]) is int and abs(leaf["time_ms"]) <= SAFE
    if not well or json.dumps(leaf, sort_keys=True, ensure_ascii=False, separators=(",", ":")) != text:
        raise ValueError("not in canonical form")
    return leaf


def disposal_of(data):
    """The log and the spans that an entry of disposal names (§10); None if it is not in its form."""
    if not is_text(data.get("log")) or not is_text(data.get("rule")) or not is_text(data.get("schedule")):
        return None
    if "certificate" in data and not (is_text(data["certificate"]) and re.fullmatch("[0-9a-f]{64}", data["certificate"])):
        return None
    spans, after, names = data.get("spans"), 0, 0
    if type(spans) is not list:
        return None
    for span in spans:
        if type(span) is not list or [type(one) for one in span] != [int, int]:
            return None
        if not after <= span[0] <= span[1] <= MOST:
            return None
        names, after = names + span[1] - span[0] + 1, span[1] + 1
    counted = type(data.get("count")) is int and data["count"] == names and 1 <= names <= TOGETHER
    return (data["log"], spans) if counted else None


def is_earlier(log, than):
    """Whether a log is that of an earlier year of the same council (§10)."""
    one, other = (re.fullmatch("(.*)/([0-9]{4})", name, re.DOTALL) for name in (log, than))
    return one is not None and other is not None and one[1] == other[1] and one[2] < other[2]


def text_of(path):
    try:
        # Byte for byte: read as text, other line ends would become line feeds.
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable("%s cannot be read" % path) from error


def digest(path):
    sha256 = hashlib.sha256()
    if not path.exists():
        return None
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            sha256.update(block)
    return sha256.hexdigest()


class Key:
    """A public key with its name (§4)."""

    def __init__(self, text):
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise Unreadable("a key is written name+id+key")
        self.name, key_id, raw = parts[0], parts[1], decode(parts[2])
        if len(raw) != 33 or raw[0] not in (LOG, WITNESS):
            raise Unreadable("the key is no Ed25519 key of a log or witness")
        self.raw, self.kind, self.public = raw, raw[0], Ed25519PublicKey.from_public_bytes(raw[1:])
        self.id = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        if self.id.hex() != key_id:
            raise Unreadable("the id of the key does not fit it")

    def __eq__(self, other):
        return isinstance(other, Key) and (self.name, self.raw) == (other.name, other.raw)

    def __hash__(self):
        return hash((self.name, self.raw))

    def __str__(self):
        return "%s+%s+%s" % (self.name, self.id.hex(), base64.b64encode(self.raw).decode())

    def renamed(self, name):
        """The same key under the name of another log."""
        key_id = hashlib.sha256(name.encode() + b"\n" + self.raw).hexdigest()[:8]
        return Key("%s+%s+%s" % (name, key_id, base64.b64encode(self.raw).decode()))

    def signed(self, note):
        """When this key signed the note; None if it did not. A log says no time: then 0."""
        times = []
        for name, raw in note.signatures:
            if name != self.name or raw[:4] != self.id:
                continue
            raw, message, time = raw[4:], note.text.encode(), 0
            if self.kind == WITNESS:
                if len(raw) < 8:
                    continue
                (time,), raw = struct.unpack(">Q", raw[:8]), raw[8:]
                message = b"cosignature/v1\ntime %d\n" % time + message
            try:
                self.public.verify(raw, message)
            except InvalidSignature:
                continue
            times.append(time)
        return max(times) if times else None


class Note:
    """A text with signatures under it (§4)."""

    def __init__(self, note):
        head, parted, lines = note.rpartition("\n\n")
        odd = any(ord(c) == 0x7F or (ord(c) < 0x20 and c != "\n") for c in head)
        if len(note.encode()) > 64 * 1024 or not parted or odd or not lines.endswith("\n"):
            raise Unreadable("no signed note")
        self.text, self.signatures = head + "\n", []
        for line in lines[:-1].split("\n"):
            words = line.split(" ")
            if len(words) != 3 or words[0] != "\u2014":
                raise Unreadable("no signature line")
            name, raw = words[1], decode(words[2])
            if not re.fullmatch(r"[^\s+\x00-\x1f\x7f-\x9f]+", name) or len(raw) < 5:
                raise Unreadable("no signature line")
            self.signatures.append((name, raw))


class Checkpoint:
    """The head of a log (§4)."""

    def __init__(self, text):
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] != "" or not all(lines[:-1]) or not re.fullmatch("[0-9]{1,15}", lines[1]):
            raise Unreadable("no checkpoint")
        self.log, self.size, self.root = lines[0], int(lines[1]), decode(lines[2])
        if str(self.size) != lines[1] or len(self.root) != 32 or self.size > MOST:
            raise Unreadable("no checkpoint")


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def over(hashes):
    """The root over hashes of equal weight, but perhaps the last (§3)."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    row = list(hashes)
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = [node(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)] + odd
    return row[0]


class Tree:
    """The tiles of an export (§3)."""

    def __init__(self, folder, size):
        self.folder, self.size, self.held, self.judged, self.sound = folder, size, {}, {}, False

    def tile(self, level, number):
        """The hashes of a tile, in full or none."""
        if (level, number) not in self.held:
            width = max(0, min(WIDTH, (self.size >> 8 * level) - number * WIDTH))
            digits, rest = "%03d" % (number % 1000), number // 1000
            while rest:
                digits, rest = "x%03d/%s" % (rest % 1000, digits), rest // 1000
            path = self.folder / "tile" / str(level) / (digits + ("" if width == WIDTH else ".p/%d" % width))
            try:
                raw = path.read_bytes()
            except OSError:
                raw = b""
            whole = width > 0 and len(raw) == 32 * width
            self.held[level, number] = [raw[at : at + 32] for at in range(0, len(raw), 32)] if whole else []
        return self.held[level, number]

    def root(self, size):
        """The root of the first entries; None if tiles are missing."""
        parts, level = [], 0
        while size >> 8 * level:
            nodes = size >> 8 * level
            if nodes % WIDTH:
                hashes = self.tile(level, nodes // WIDTH)[: nodes % WIDTH]
                if len(hashes) != nodes % WIDTH:
                    return None
                parts = [*hashes, over(parts)] if parts else hashes
            level += 1
        return over(parts)

    def proved(self, level, number):
        if (level, number) not in self.judged:
            hashes = self.tile(level, number)
            if not hashes:
                proved = False
            elif len(hashes) < WIDTH:
                proved = self.sound
            else:
                above = self.tile(level + 1, number // WIDTH)
                place = number % WIDTH
                proved = place < len(above) and above[place] == over(hashes)
                proved = proved and self.proved(level + 1, number // WIDTH)
            self.judged[level, number] = proved
        return self.judged[level, number]


class Proof:
    """A proof that one entry is in a log (§8)."""

    FIRST = "c2sp.org/tlog-proof@v1"

    def __init__(self, text):
        head, parted, note = text.partition("\n\n")
        lines = head.split("\n")
        well = parted and len(lines) > 2 and lines[0] == self.FIRST and lines[1].startswith("extra ")
        if not well or not re.fullmatch("index (0|[1-9][0-9]{0,18})", lines[2]):
            raise Unreadable("the file is no proof")
        try:
            self.leaf = decode(lines[1][len("extra ") :]).decode()
        except UnicodeDecodeError as error:
            raise Unreadable("the leaf in the proof is no text") from error
        self.index, self.note = int(lines[2][len("index ") :]), note
        self.hashes = [decode(line) for line in lines[3:]]
        if any(len(one) != 32 for one in self.hashes):
            raise Unreadable("the file is no proof")

    def holds(self, head):
        """Whether the entry is in the tree of a checkpoint (RFC 9162 §2.1.3.2)."""
        at, last = self.index, head.size - 1
        if at > last:
            return False
        root = hashlib.sha256(b"\x00" + self.leaf.encode()).digest()
        for beside in self.hashes:
            if last == 0:
                return False
            if at % 2 or at == last:
                root = node(beside, root)
                while at % 2 == 0 and at:
                    at, last = at >> 1, last >> 1
            else:
                root = node(root, beside)
            at, last = at >> 1, last >> 1
        return last == 0 and root == head.root
