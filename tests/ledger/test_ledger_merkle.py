"""The Merkle code against published values, against the definition, and against forged proofs."""

import hashlib
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from faru.ledger.tree import Tree
from faru.ledger.verify import Edge, consistency_holds, inclusion_holds, leaf_hash

# The eight leaves and the roots that Certificate Transparency's implementations test with.
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", bytes(range(96, 112)).hex())
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SLOW = settings(deadline=None, max_examples=80)
sizes = st.integers(1, 70)


def naive_root(entries: Sequence[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(entries[:k]) + naive_root(entries[k:])).digest()


def hashed(entries: Sequence[bytes]) -> bytes:
    return b"".join(leaf_hash(entry) for entry in entries)


def grown(size: int) -> tuple[list[bytes], Tree]:
    entries = [b"entry %d" % n for n in range(size)]
    tree = Tree()
    tree.extend(hashed(entries))
    return entries, tree


def test_published_roots() -> None:
    for size, expected in enumerate(ROOTS):
        edge = Edge()
        edge.extend(hashed(LEAVES[:size]))
        assert edge.root().hex() == expected
        if size:
            tree = Tree()
            tree.extend(hashed(LEAVES))
            assert tree.root(size).hex() == expected


@SLOW
@given(st.lists(st.binary(max_size=8), max_size=70), st.data())
def test_edge_and_tree_follow_the_definition(entries: list[bytes], data: st.DataObject) -> None:
    edge, tree, done = Edge(), Tree(), 0
    while done < len(entries):
        step = data.draw(st.integers(1, len(entries) - done))
        for growing in (edge, tree):
            growing.extend(hashed(entries[done : done + step]))
        done += step
        assert edge.root() == tree.root(done) == naive_root(entries[:done])
        assert edge.size == tree.size == done


@SLOW
@given(sizes, st.data())
def test_inclusion(size: int, data: st.DataObject) -> None:
    entries, tree = grown(size)
    index = data.draw(st.integers(0, size - 1))
    proof, root, leaf = tree.prove_inclusion(index, size), tree.root(size), leaf_hash(entries[index])
    assert inclusion_holds(leaf, index, size, proof, root)
    assert not inclusion_holds(leaf_hash(b"another"), index, size, proof, root)
    assert not inclusion_holds(leaf, index, size, proof, bytes(32))
    assert not inclusion_holds(leaf, index, size, (*proof, bytes(32)), root)
    assert not inclusion_holds(leaf, size, size, proof, root)
    assert not inclusion_holds(leaf, -1, size, proof, root)
    for other in range(size):
        if other != index:
            assert not inclusion_holds(leaf, other, size, proof, root)
    for part in range(len(proof)):
        assert not inclusion_holds(leaf, index, size, proof[:part] + proof[part + 1 :], root)
        forged = (*proof[:part], bytes(32), *proof[part + 1 :])
        assert not inclusion_holds(leaf, index, size, forged, root)


@SLOW
@given(sizes, st.data())
def test_consistency(second: int, data: st.DataObject) -> None:
    entries, tree = grown(second)
    first = data.draw(st.integers(0, second))
    old = naive_root(entries[:first])
    proof, new = tree.prove_consistency(first, second), tree.root(second)
    assert consistency_holds(first, old, second, new, proof)
    assert not consistency_holds(first, old, second, bytes(32), proof) or first == 0
    assert not consistency_holds(first, bytes(32), second, new, proof)
    assert not consistency_holds(first, old, second, new, (*proof, bytes(32)))
    assert not consistency_holds(second + 1, old, second, new, proof)
    for part in range(len(proof)):
        assert not consistency_holds(first, old, second, new, proof[:part] + proof[part + 1 :])
        forged = (*proof[:part], bytes(32), *proof[part + 1 :])
        assert not consistency_holds(first, old, second, new, forged)


@SLOW
@given(st.integers(2, 70), st.data())
def test_no_consistency_after_a_rewrite(second: int, data: st.DataObject) -> None:
    entries, tree = grown(second)
    first = data.draw(st.integers(1, second - 1))
    changed = data.draw(st.integers(0, first - 1))
    rewritten = [*entries[:changed], b"rewritten", *entries[changed + 1 :]]
    old, new = naive_root(rewritten[:first]), tree.root(second)
    assert not consistency_holds(first, old, second, new, tree.prove_consistency(first, second))
