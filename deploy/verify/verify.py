#!/usr/bin/env python3
"""Proves an export of the record of deeds, or one entry of it, as FORMAT.md describes them. Shares no line with the program
that wrote them.

    python3 verify.py DIR --key KEY... [--witness KEY]... [--quorum N] [--without-witness] [--seen FILE]... [--beside DIR]... [--json]
    python3 verify.py RECEIPT --key KEY... [--witness KEY]... [--quorum N] [--without-witness] [--json]

Needs Python 3.10 and the package cryptography. Ends with 0 (proved), 1 (something is wrong) or 2 (bad usage).
"""

import argparse
import hashlib
import json
import pathlib
import re
import sys

from tlog import LOG, MOST, WIDTH, WITNESS, WORD, Checkpoint, Key, Note, Proof, Tree, Unreadable
from tlog import digest, disposal_of, is_earlier, is_text, leaf_of, loads, text_of

FORMAT, FORMAT_1 = "portreeve-audit/2", "portreeve-audit/1"
SKEW_MS = 10 * 60 * 1000
REWRITTEN = "rewriting by whoever holds the key cannot be excluded"
ENTRY = {"index", "leaf", "kept", "salt", "payload"}
KEPT = {"given", "withheld", "destroyed"}
MANIFEST = {"format", "log", "from", "to", "exported_ms", "event", "files"}


class Verification:
    """Everything that is wrong."""

    def __init__(self):
        self.findings, self.first, self.entries, self.payloads, self.withheld = [], None, 0, 0, 0
        self.not_compared, self.announced = [], []
        self.destroyed, self.unexplained, self.missing = 0, 0, None
        # Entries whose payload is gone, how often each is said to be, and what is said of other logs and exports.
        self.gone, self.named, self.said = set(), {}, []

    def find(self, proof, index, what):
        if index is not None and (self.first is None or index < self.first):
            self.first = index
        self.findings.append({"proof": proof, "index": index, "what": what})

    def checkpoints(self, tree, head, earlier, kept):
        """Proof 4; of checkpoints that somebody kept the export may not hold the hashes."""
        tree.sound, below, holds = tree.root(head.size) == head.root, 0, 0
        for before in [*(before for before in earlier if before.size <= head.size), head]:
            root = tree.root(before.size)
            if root is None and before in kept:
                self.not_compared.append(before.size)
                continue
            if before.size > holds:
                below = holds
            if root != before.root:
                self.find(4, below, "from here on not what was signed when the log had %d entries" % before.size)
                break
            holds = before.size
        for later in earlier:
            if later.size > head.size:
                self.find(4, head.size, "a signed checkpoint is over %d entries: the log was cut" % later.size)
                break

    def read(self, folder, manifest, tree):
        """Proofs 2, 3 and 5 to 10."""
        expected, latest, cited, activated, judged = manifest["from"], None, {}, set(), set()
        # Lines end with a line feed alone: other ends may stand within a string.
        with open(folder / "entries.jsonl", "rb") as lines:
            for line in lines:
                self.entries += 1
                try:
                    entry = loads(line.decode())
                    index, text, kept = entry["index"], entry["leaf"], entry["kept"]
                    well = type(index) is int and 0 <= index < WORD and is_text(text) and is_text(kept) and kept in KEPT
                    more = [entry.get("salt"), entry.get("payload")]
                    if not well or not set(entry) <= ENTRY or not all(one is None or is_text(one) for one in more):
                        raise ValueError
                except (ValueError, KeyError, TypeError, AttributeError):
                    self.find(2, expected, "the line cannot be read")
                    expected += 1
                    continue
                if index > MOST or index >= manifest["to"]:
                    self.find(3, expected, "the export should hold no entry %d" % index)
                    continue
                if index < expected:
                    self.find(3, index, "stands a second time, or behind a later one")
                    continue
                if index > expected:
                    self.find(3, expected, "missing, up to %d" % (index - 1))
                expected = index + 1
                self.included(tree, index, text, judged, manifest["from"])
                try:
                    leaf = leaf_of(text)
                except ValueError:
                    self.find(2, index, "no leaf of this format")
                    continue
                kind, version, time = leaf["type"], leaf["policy_version"], leaf["time_ms"]
                commit, actor, reason = leaf["commit"], leaf["actor"]["class"], leaf["reason_code"]
                data, whole = self.payload(index, entry, kept, commit, manifest["format"] == FORMAT_1)
                if kind == "payload.disposed" and whole and manifest["format"] != FORMAT_1:
                    self.disposed(manifest, index, data)
                bundle = data.get("bundle")
                if kind == "config.policy_activated":
                    activated.add(version)
                if kind == "log.opened":
                    versions = data.get("versions")
                    activated.update(one for one in (versions if type(versions) is list else []) if is_text(one))
                    if is_text(bundle) and bundle.startswith(version):
                        activated.add(version)
                if kind == "log.tampering_found" and data.get("log") == manifest["log"]:
                    changed = data.get("index")
                    changed = changed if type(changed) is int and 0 <= changed < WORD else None
                    self.find(2, changed, "it, or its row, was changed after its commit, says the log itself")
                cited.setdefault(version, index)
                if latest is not None and time < latest - SKEW_MS:
                    self.find(8, index, "its time is long before that of an earlier entry")
                latest = time if latest is None else max(latest, time)
                theirs = kind.startswith("officer.") and (actor, kind) != ("system", "officer.notice_released")
                if reason is None and (theirs or actor == "officer" and not kind.startswith("staff.")):
                    self.find(9, index, "a member of staff acted, and no reason is given")
        self.explained(manifest)
        if expected < manifest["to"]:
            self.find(3, expected, "missing, up to %d" % (manifest["to"] - 1))
        if manifest["from"] == 0:
            for version, index in cited.items():
                if version not in activated:
                    self.find(7, index, "cites the policies %s, never activated here" % version)

    def disposed(self, manifest, index, data):
        """Proof 10: what an entry says of payloads that are gone (§10)."""
        said = disposal_of(data)
        if said is None:
            self.find(10, index, "what it says was destroyed is not in its form, or miscounted")
        elif said[1][-1][1] >= index if said[0] == manifest["log"] else not is_earlier(said[0], manifest["log"]):
            self.find(10, index, "says that payloads were destroyed of entries that do not stand before it")
        else:
            self.said.append((manifest["log"], index, *said))

    def explained(self, manifest):
        """Proof 6: what is gone is named exactly once, and nothing else is."""
        if manifest["format"] == FORMAT_1:
            return
        log, start, end = manifest["log"], manifest["from"], manifest["to"]
        said = [spans for _, _, of, spans in self.said if of == log]
        for where, index, of, spans in self.elsewhere:
            if of == log and (is_earlier(log, where) or (where == log and index >= end)):
                said.append(spans)
        for first, last in (span for spans in said for span in spans):
            for one in range(max(first, start), min(last + 1, end)):
                self.named[one] = self.named.get(one, 0) + 1
        for index in sorted(self.gone | set(self.named)):
            times = self.named.get(index, 0)
            if index in self.gone and times == 1:
                self.destroyed += 1
            elif times == 0:
                self.unexplained += 1
                self.find(6, index, "the payload is gone, and no entry here says why")
            else:
                self.find(6, index, "said to be destroyed, and it is not" if times == 1 else "said to be destroyed twice")

    def included(self, tree, index, text, judged, start):
        number = index // WIDTH
        if number not in judged:
            judged.add(number)
            if tree.sound and not tree.proved(0, number):
                self.find(2, max(start, number * WIDTH), "the hashes from here on are not those of the log")
        hashes = tree.tile(0, number)
        place = index % WIDTH
        try:
            known = hashlib.sha256(b"\x00" + text.encode()).digest()
        except UnicodeEncodeError:
            known = None
        if place >= len(hashes) or hashes[place] != known:
            self.find(2, index, "not what was sealed at this place")

    def payload(self, index, entry, kept, commit, knows_no_disposal):
        """Proof 5; gives the data of a payload that is given, and whether it is the one that was sealed."""
        salt, payload = entry.get("salt"), entry.get("payload")
        if kept == "given" and type(salt) is str and type(payload) is str:
            try:
                raw = bytes.fromhex(salt) if re.fullmatch("[0-9a-f]{64}", salt) else None
                fits = raw is not None and commit == "sha256:" + hashlib.sha256(raw + payload.encode()).hexdigest()
            except ValueError:
                fits = False
            if not fits:
                self.find(5, index, "the payload is not the one that was sealed")
                return {}, False
            self.payloads += 1
            try:
                data = loads(payload, once=False)["data"]
            except (ValueError, KeyError, TypeError):
                data = {}
            return (data if type(data) is dict else {}), True
        if kept == "withheld" and salt is None and payload is None:
            self.withheld += 1
        elif kept == "destroyed" and salt is None and payload is None:
            self.gone.add(index)
            if knows_no_disposal:
                self.find(6, index, "the payload is gone, and nothing says why")
        else:
            self.find(5, index, "the line says one thing of its payload and holds another")
        return {}, False


def signed_by(note, keys):
    return any(key.signed(note) is not None for key in keys)


def signed_checkpoint(note, keys):
    """The checkpoint of a note, if one of the keys signed it and it is of their log."""
    note = Note(note)
    head = Checkpoint(note.text)
    return head if signed_by(note, keys) and head.log == keys[0].name else None


def steps(folder, log):
    """Which key follows which, by the entries that say so (§4)."""
    with open(folder / "entries.jsonl", "rb") as lines:
        for line in lines:
            if b"log.key_announced" not in line:
                continue
            try:
                entry = loads(line.decode())
                data = loads(entry["payload"], once=False)["data"]
                key, previous, index = Key(data["key"]), Key(data["previous"]), entry["index"]
                well = loads(entry["leaf"])["type"] == "log.key_announced" and type(index) is int
            except (ValueError, KeyError, TypeError, AttributeError, Unreadable):
                continue
            if well and {(key.name, key.kind), (previous.name, previous.kind)} == {(log, LOG)}:
                yield index, key, previous


def chain(folder, named, notes, others):
    """The keys that count: for the head and the manifest, and for earlier checkpoints (§4). If those named signed all there is,
    nothing else is asked for."""
    now = list(named)
    if all(signed_by(note, named) for note in notes + others):
        return now, now
    all_steps = list(steps(folder, named[0].name))
    heads = [(note, Checkpoint(note.text)) for note in notes]
    for index, key, previous in all_steps:
        over = any(head.log == key.name and head.size > index and signed_by(note, now) for note, head in heads)
        if over and previous in now and key not in now:
            now.append(key)
    ever = list(now)
    for _, key, previous in reversed(all_steps):
        if key in ever and previous not in ever:
            ever.append(previous)
    return now, ever


def strangers(note, keys):
    """Who signed a note under the log's name and does not count, in words."""
    known = {key.id for key in keys}
    strange = ["%s+%s" % (name, raw[:4].hex()) for name, raw in note.signatures if name == keys[0].name and raw[:4] not in known]
    return ", but names %s, which the log announces under no key that was named" % " and ".join(strange) if strange else ""


def others_of(folder, seen):
    """What else is signed, and can be read: the manifest, and checkpoints that were kept."""
    others = []
    for file in [folder / "manifest.note", *seen]:
        try:
            others.append(Note(text_of(file)))
        except Unreadable:
            continue
    return others


def notes_of(folder):
    """The head, and the earlier checkpoints that can be read at all."""
    notes = [Note(text_of(folder / "checkpoint"))]
    for line in text_of(folder / "checkpoints.jsonl").split("\n"):
        try:
            note = Note(loads(line))
            Checkpoint(note.text)
            notes.append(note)
        except (ValueError, AttributeError, TypeError, Unreadable):
            continue
    return notes


def manifest_of(folder, named, keys):
    key = named[0]
    text = text_of(folder / "manifest.json")
    try:
        manifest = loads(text)
        numbers = [manifest["from"], manifest["to"]]
        files, log, form = manifest["files"], manifest["log"], manifest["format"]
        well = set(manifest) == MANIFEST and type(files) is dict and all(is_text(named) for named in files.values())
        well = well and is_text(manifest["event"]) and type(manifest["exported_ms"]) is int
        well = well and all(type(number) is int and 0 <= number < WORD for number in numbers)
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable("manifest.json cannot be read") from error
    if form not in (FORMAT, FORMAT_1) or not well:
        raise Unreadable("the export is in neither form, %s or %s" % (FORMAT, FORMAT_1))
    if log != key.name:
        raise Unreadable("the export is of %s, and the key that of %s" % (log, key.name))
    said = "portreeve audit export v1\n%s\n%s\n" % (log, hashlib.sha256(text.encode()).hexdigest())
    try:
        note = Note(text_of(folder / "manifest.note"))
        sealed = note.text == said and signed_by(note, keys)
    except Unreadable:
        sealed = False
    return manifest, sealed


def beside(folder, keys, witnesses, quorum):
    """What the entries of another export say, if it is proved itself but for what is gone there; else None."""
    try:
        log = loads(text_of(folder / "manifest.json"))["log"]
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable("%s/manifest.json cannot be read" % folder) from error
    own = keys[0].name
    if not is_text(log) or not (log == own or is_earlier(own, log)):
        raise Unreadable("the export in %s is neither of this log nor of one of a later year" % folder)
    of_its = [key for key in keys if key.name == log] or [key.renamed(log) for key in keys if key.name == own]
    result = verify(folder, of_its, witnesses, quorum, [], [])
    return result.said if all(finding["proof"] == 6 for finding in result.findings) else None


def verify(folder, named, witnesses, quorum, seen, others):
    result = Verification()
    result.elsewhere = []
    for other in others:
        said = beside(other, named, witnesses, quorum)
        if said is None:
            result.find(1, None, "the export in %s is not proved itself: what it says is not taken" % other)
        else:
            result.elsewhere += said
    named = [key for key in named if key.name == named[0].name]
    notes = notes_of(folder)
    note = notes[0]
    head = Checkpoint(note.text)
    keys, ever = chain(folder, named, notes, others_of(folder, seen))
    manifest, sealed = manifest_of(folder, named, keys)
    if head.log != keys[0].name or not signed_by(note, keys):
        what = "the checkpoint is not signed by the key of the log" + strangers(note, keys)
        result.find(1, manifest["from"], what)
    result.announced = [str(key) for key in keys[len(named) :]]
    if not sealed:
        result.find(1, None, "the manifest is not as it was signed")
        if manifest["to"] < head.size:
            result.find(3, manifest["to"], "not in the export, and what says so is not signed")
    if manifest["to"] > head.size or manifest["from"] > manifest["to"]:
        result.find(3, head.size, "the manifest names entries that the checkpoint is not over")
    cosigned = sum(witness.signed(note) is not None for witness in witnesses)
    if cosigned < (len(witnesses) if quorum is None else quorum):
        result.find(1, None, "too few of the witnesses cosigned the checkpoint")
    earlier, kept = [], []
    lines = text_of(folder / "checkpoints.jsonl").split("\n")
    for line in lines if lines[-1] else lines[:-1]:
        try:
            before = signed_checkpoint(loads(line), ever)
        except (ValueError, AttributeError, Unreadable):
            before = None
        if before is None:
            result.find(1, None, "an earlier checkpoint is not signed by the key of the log")
        else:
            earlier.append(before)
    for file in seen:
        before = signed_checkpoint(text_of(file), ever)
        if before is None:
            raise Unreadable("%s is no checkpoint signed by this key" % file)
        kept.append(before)
    for name in ("checkpoint", "checkpoints.jsonl", "entries.jsonl"):
        if name not in manifest["files"]:
            result.find(1, None, "the manifest does not name the file %s" % name)
    for name, named in manifest["files"].items():
        # A manifest that nobody signed must not lead out of the folder.
        plain = re.fullmatch(r"[a-z][a-z.]*", name)
        if not plain or digest(folder / name) != named:
            result.find(1, None, "%s is not the file that the manifest names" % name)
    tree = Tree(folder, head.size)
    result.checkpoints(tree, head, sorted(earlier + kept, key=lambda before: before.size), kept)
    result.read(folder, manifest, tree)
    if result.unexplained:
        rest = "%s from entry %d on, and " % (manifest["log"], manifest["to"]) if manifest["to"] < head.size else ""
        result.missing = rest + "the logs of later years: what says why may stand there (name their exports with --beside)"
    return result


def one_entry(asked, keys, witnesses):
    """A receipt: whether its entry is in the log (§8)."""
    proof = Proof(text_of(asked.folder))
    note = Note(proof.note)
    head = Checkpoint(note.text)
    cosigned = sum(witness.signed(note) is not None for witness in witnesses)
    wrong = None
    if head.log != keys[0].name or not signed_by(note, keys):
        wrong = "the checkpoint is not signed by this key"
    elif not proof.holds(head):
        wrong = "the entry is not in the tree of the checkpoint"
    elif cosigned < (len(witnesses) if asked.quorum is None else asked.quorum):
        wrong = "too few of the witnesses cosigned the checkpoint"
    caveat = None if witnesses or asked.without_witness else REWRITTEN
    if asked.json:
        said = {"log": head.log, "size": head.size, "index": proof.index, "leaf": proof.leaf}
        print(json.dumps({**said, "wrong": wrong, "caveat": caveat}))
    elif wrong:
        print("WRONG  %s" % wrong)
    else:
        print("%s\nEntry %d is in the log%s.\n%s" % (head.log, proof.index, ", but " + caveat if caveat else "", proof.leaf))
    return 1 if wrong or caveat else 0


def key_of(text):
    """A key as typed, or in a file."""
    try:
        return Key(text if "+" in text or not pathlib.Path(text).is_file() else text_of(pathlib.Path(text)).strip())
    except Unreadable as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def main():
    ends = "Ends with 0 (proved), 1 (something is wrong, or no witness was named) or 2 (bad usage)."
    parser = argparse.ArgumentParser(description="Proves an export of the record of deeds, or a receipt.", epilog=ends)
    add = parser.add_argument
    add("folder", type=pathlib.Path, help="the folder of an export, or the file of a receipt")
    add("--key", action="append", required=True, type=key_of, help="the log's public key, as name+id+key, or a file with it")
    add("--witness", action="append", default=[], type=key_of, help="a witness' public key, or a file with it; may come again")
    add("--quorum", type=int, metavar="N", help="how many of the witnesses must have cosigned; all, unless said otherwise")
    add("--without-witness", action="store_true", help="do without one, and accept what cannot be excluded then")
    add("--seen", action="append", default=[], type=pathlib.Path, metavar="FILE", help="a checkpoint kept from before")
    more = "another export, of this log from a later entry on or of a later year's, which may say why payloads are gone"
    add("--beside", action="append", default=[], type=pathlib.Path, metavar="DIR", help=more)
    add("--json", action="store_true", help="answer in JSON, for programs")
    asked = parser.parse_args()
    if asked.quorum is not None and (asked.quorum < 1 or not asked.witness):
        parser.error("--quorum is a number from 1 on, of the witnesses named")
    if asked.without_witness and asked.witness:
        parser.error("--without-witness and --witness contradict each other")
    try:
        keys, witnesses = asked.key, asked.witness
        if len({key.name for key in keys}) != 1 and not asked.beside:
            raise Unreadable("--key names keys of several logs")
        if any(key.kind != LOG for key in keys) or any(witness.kind != WITNESS for witness in witnesses):
            raise Unreadable("--key is the key of a log, --witness that of a witness")
        # One key under two names is one witness.
        witnesses = list({witness.raw: witness for witness in reversed(witnesses)}.values())[::-1]
        if asked.quorum is not None and asked.quorum > len(witnesses):
            raise Unreadable("--quorum asks for %d witnesses, and %d are named" % (asked.quorum, len(witnesses)))
        if asked.folder.is_file():
            if asked.seen or asked.beside:
                raise Unreadable("--seen and --beside are for exports: of one entry all is said in its receipt")
            return one_entry(asked, keys, witnesses)
        result = verify(asked.folder, keys, witnesses, asked.quorum, asked.seen, asked.beside)
    except (Unreadable, OSError) as error:
        print(json.dumps({"error": str(error)}) if asked.json else "WRONG  %s" % error)
        return 1
    caveat = None if witnesses or asked.without_witness else REWRITTEN
    if asked.json:
        print(
            json.dumps(
                {
                    "first_bad_index": result.first,
                    "findings": result.findings,
                    "entries": result.entries,
                    "payloads": result.payloads,
                    "withheld": result.withheld,
                    "destroyed": result.destroyed,
                    "unexplained": result.unexplained,
                    "missing": result.missing,
                    "not_compared": result.not_compared,
                    "announced": result.announced,
                    "caveat": caveat,
                }
            )
        )
    else:
        for key in result.announced:
            print("The log announces another key, under the one named: %s" % key)
        for finding in result.findings:
            place = "" if finding["index"] is None else "entry %d: " % finding["index"]
            print("WRONG  (%d) %s%s" % (finding["proof"], place, finding["what"]))
        counts = (result.entries, result.payloads, result.withheld, result.destroyed)
        print("%d entries, %d payloads checked, %d withheld, %d destroyed as entries say" % counts)
        if result.missing:
            print("Not looked at: %s" % result.missing)
        for size in result.not_compared:
            print("The checkpoint over %d entries cannot be compared: its hashes are not here" % size)
        if result.first is not None:
            print("First bad index: %d" % result.first)
        elif not result.findings:
            print("Nothing was found to be wrong%s." % (", but " + caveat if caveat else ""))
    return 1 if result.findings or result.not_compared or caveat else 0


if __name__ == "__main__":
    sys.exit(main())
