"""Frames of every format, for property tests."""

from hypothesis import strategies as st

from beacons.core.altbeacon import AltBeacon
from beacons.core.eddystone import EidFrame, EncryptedTlmFrame, TlmFrame, UidFrame, UrlFrame
from beacons.core.frames import Frame
from beacons.core.ibeacon import IBeacon

words = st.integers(0, 0xFFFF)
powers = st.integers(-128, 127)


def hexes(byte_count: int) -> st.SearchStrategy[str]:
    return octets(byte_count).map(bytes.hex)


def octets(byte_count: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=byte_count, max_size=byte_count)


ibeacons = st.builds(IBeacon, st.uuids(), words, words, powers)
altbeacons = st.builds(AltBeacon, words, st.uuids(), words, words, powers, st.integers(0, 255))
uids = st.builds(UidFrame, powers, hexes(10), hexes(6))
urls = st.builds(UrlFrame, powers, st.sampled_from(["https://a.example/x", "http://www.b.org/", "https://c.com"]))
tlms = st.builds(
    TlmFrame,
    st.none() | st.integers(1, 0xFFFF),
    st.none() | st.integers(-32767, 32767).map(lambda n: n / 256),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1).map(lambda n: n / 10),
)
etlms = st.builds(EncryptedTlmFrame, octets(12), octets(2), octets(2))
eids = st.builds(EidFrame, powers, hexes(8))
frames: st.SearchStrategy[Frame] = st.one_of(ibeacons, altbeacons, uids, urls, tlms, etlms, eids)
