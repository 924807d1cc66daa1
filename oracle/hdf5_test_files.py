"""Makes packages/hdf5/test-files: small HDF5 files that between them hold every structure that libhdf5 writes and
@zagg/hdf5 reads, and what libhdf5 reads in them, one JSON object a line in expected.jsonl.

usage: python oracle/hdf5_test_files.py
Needs h5py; properties that h5py does not offer are set in its libhdf5 through ctypes.
"""

import ctypes
import glob
import gzip
import hashlib
import json
import os

import h5py
import numpy as np
from h5py import h5d, h5f, h5p, h5s, h5t

from hdf5_objects import KINDS, LINKS, attributes, plain, state

FOLDER = os.path.join(os.path.dirname(__file__), "..", "packages", "hdf5", "test-files")
LIB = ctypes.CDLL(glob.glob(os.path.join(os.path.dirname(h5py.__file__), "..", "h5py.libs", "libhdf5-*.so*"))[0])
RNG = np.random.default_rng(1)

# What @zagg/hdf5 refuses, by file and path, as it names it.
UNSUPPORTED = {
    "types.h5": {
        "/lzf": "filter 32000 (LZF)",
        "/scale-offset": "filter 6 (scale-offset)",
        "/region": "a region reference",
        "/time": "the time datatype",
        "/quad": "a floating-point type of 128 bits that is not IEEE 754",
        "/int3": "an integer of 3 bytes",
        "/bits3": "a bit field of 3 bytes",
        "/enum-wide": "an enum over unsupported values",
        "/virtual": "the virtual layout",
        "/external": "data in external files",
    },
}


def made(name):
    return os.path.join(FOLDER, name)


def low(file, name, type_id, space, dcpl=None, values=None):
    """A dataset through the low-level interface."""
    dataset = h5d.create(file.id, name.encode(), type_id, space, dcpl)
    if values is not None:
        dataset.write(h5s.ALL, h5s.ALL, values, type_id if values.dtype.kind == "V" else None)
    return dataset


def simple(*shape, maxshape=None):
    return h5s.create_simple(shape, maxshape)


def create(name, low_bound="earliest", high_bound="v108", fcpl=None, fapl=None, **options):
    """A new file within these bounds of the format, with properties that h5py.File does not offer."""
    bounds = {"earliest": h5f.LIBVER_EARLIEST, "v108": h5f.LIBVER_V18, "v110": h5f.LIBVER_V110, "v112": h5f.LIBVER_V112,
              "latest": h5f.LIBVER_LATEST}
    fcpl = fcpl or h5p.create(h5p.FILE_CREATE)
    LIB.H5Pset_obj_track_times(ctypes.c_int64(fcpl.id), ctypes.c_bool(False))
    fapl = fapl or h5p.create(h5p.FILE_ACCESS)
    fapl.set_libver_bounds(bounds[low_bound], bounds[high_bound])
    fapl.set_fclose_degree(h5f.CLOSE_STRONG)
    return h5py.File(h5f.create(made(name).encode(), h5f.ACC_TRUNC, fcpl, fapl))


def numbers(file):
    """Numbers of all kinds, in both byte orders."""
    for code in ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]:
        for order, word in [("<", "little"), (">", "big")]:
            if code[1] == "1" and word == "big":
                continue
            dtype = np.dtype(order + code)
            if code[0] == "f":
                values = np.array([0, -0.5, 1e-5, 65504, np.inf, -np.inf, np.nan], dtype)
            else:
                info = np.iinfo(dtype)
                values = np.array([0, 1, info.max, info.min, 77], dtype)
            file[f"{code}-{word}"] = values
    file["halves"] = np.array([6e-8, -6e-8, 0.333, 2048, np.nan], "<f2")
    file["bool"] = np.array([True, False, True])
    colours = h5py.enum_dtype({"red": 0, "green": 1, "blue": 300}, basetype=">i2")
    file.create_dataset("enum", data=[0, 300, 1], dtype=colours)
    for size, kind, native in [
        (1, h5t.STD_B8LE, h5t.NATIVE_B8),
        (2, h5t.STD_B16BE, h5t.NATIVE_B16),
        (8, h5t.STD_B64LE, h5t.NATIVE_B64),
    ]:
        low(file, f"bits{size}", kind, simple(3)).write(h5s.ALL, h5s.ALL, np.array([1, 2, 200], f"u{size}"), native)
    for name, signed, offset, precision, size in [
        ("bits 4 to 13", False, 4, 10, 2),
        ("signed bits 4 to 13", True, 4, 10, 2),
        ("signed bits 8 to 47", True, 8, 40, 8),
        ("bits 8 to 47", False, 8, 40, 8),
    ]:
        kind = bits(h5t.STD_I64LE if signed else h5t.STD_U64LE, size, precision, offset)
        values = np.array([0, 1, 500, -1 if signed else 511], "i8" if signed else "u8")
        low(file, name, kind, simple(4)).write(h5s.ALL, h5s.ALL, values)


def others(file):
    """Values that are no numbers."""
    for name, padding in [("null-terminated", h5t.STR_NULLTERM), ("null-padded", h5t.STR_NULLPAD), ("space-padded", h5t.STR_SPACEPAD)]:
        kind = h5t.C_S1.copy()
        kind.set_size(6)
        kind.set_strpad(padding)
        pad = b" " if padding == h5t.STR_SPACEPAD else b"\0"
        values = np.array([each.ljust(6, pad) for each in [b"abc", b"", b"abcde"]], "S6")
        dataset = low(file, name, kind, simple(3))
        dataset.write(h5s.ALL, h5s.ALL, values, kind)
    file.create_dataset("utf-8", data=[each.encode() for each in ["Grönland", "", "南極"]], dtype=h5py.string_dtype("utf-8", 12))
    file.create_dataset("strings", data=["a", "", "Grönland, 南極", "x" * 300], dtype=h5py.string_dtype())
    file.create_dataset("strings-chunked", data=[f"text {i}" for i in range(50)], dtype=h5py.string_dtype(), chunks=(20,), compression=1)
    file.create_dataset("sequences", (4,), dtype=h5py.vlen_dtype("<i4"))
    for i, each in enumerate([[1, 2, 3], [], [4], list(range(40))]):
        file["sequences"][i] = np.array(each, "<i4")
    point = np.dtype([("x", "<f8"), ("label", "S5"), ("ids", "<i2", (2, 2)), ("inner", [("a", ">u4"), ("b", "i1")])])
    values = np.zeros(3, point)
    values["x"] = [1.5, -2, 1e300]
    values["label"] = [b"one", b"two", b"three"]
    values["ids"] = np.arange(12).reshape(3, 2, 2)
    values["inner"]["a"] = [7, 8, 2**31]
    values["inner"]["b"] = [-1, 0, 1]
    file["compound"] = values
    file["compound-scalar"] = values[1]
    wide = np.dtype([(f"member {i}", "<f8", (20,)) for i in range(4)])
    file["compound-wide"] = np.array([tuple(np.arange(20) + i for i in range(4))], wide)
    named = np.dtype([("name", h5py.string_dtype()), ("list", h5py.vlen_dtype("<f4"))])
    file.create_dataset("compound-variable", (2,), dtype=named)
    file["compound-variable"][0] = ("first", np.array([1.5, 2.5], "<f4"))
    file["compound-variable"][1] = ("", np.array([], "<f4"))
    file["complex"] = np.array([1 + 2j, -3.5 - 1j])
    array = h5t.array_create(h5t.STD_I16LE, (3, 4))
    low(file, "array", array, simple(2)).write(h5s.ALL, h5s.ALL, np.arange(24, dtype="<i2").reshape(2, 3, 4), array)
    file["opaque"] = np.array([b"\x01\x02\x03\x04", b"abcd"], "V4")
    file.create_dataset("objects", (3,), dtype=h5py.ref_dtype)
    file["objects"][0] = file["compound"].ref
    file["objects"][1] = file.ref
    file["scalar"] = np.float32(2.5)
    file["scalar-string"] = "one"
    file["null"] = h5py.Empty("<f8")
    file["no-rows"] = np.zeros((0, 3), "<i4")
    for name in ["region", "lzf", "scale-offset", "time", "quad", "int3", "bits3", "enum-wide"]:
        unsupported(file, name)


def unsupported(file, name):
    if name == "region":
        file.create_dataset(name, (1,), dtype=h5py.regionref_dtype)
        file[name][0] = file["i4-little"].regionref[1:3]
    elif name == "lzf":
        file.create_dataset(name, data=np.zeros(100, "<i4"), compression="lzf")
    elif name == "scale-offset":
        file.create_dataset(name, data=np.arange(100, dtype="<i4"), scaleoffset=0, chunks=(50,))
    elif name == "time":
        low(file, name, h5t.UNIX_D32LE, simple(2))
    elif name == "quad":
        low(file, name, quad(), simple(2))
    elif name in ("int3", "bits3"):
        low(file, name, bits(h5t.STD_I32LE if name == "int3" else h5t.STD_B32LE, 3, 24), simple(2))
    elif name == "enum-wide":
        kind = h5t.enum_create(bits(h5t.STD_I32LE, 3, 24))
        kind.enum_insert(b"a", 1)
        low(file, name, kind, simple(2))


def bits(kind, size, precision, offset=0):
    """The type with its bits elsewhere in an element of another size."""
    kind = kind.copy()
    LIB.H5Tset_precision(ctypes.c_int64(kind.id), ctypes.c_size_t(precision))
    LIB.H5Tset_size(ctypes.c_int64(kind.id), ctypes.c_size_t(size))
    LIB.H5Tset_offset(ctypes.c_int64(kind.id), ctypes.c_size_t(offset))
    return kind


def quad():
    kind = h5t.IEEE_F64LE.copy()
    kind.set_size(16)
    kind.set_precision(128)
    kind.set_fields(127, 112, 15, 0, 112)
    kind.set_ebias(16383)
    return kind


def chunked(file):
    """Chunks under filters, with holes, over edges, and with filters that a chunk skipped."""
    rows = RNG.integers(0, 1000, 1050)
    file.create_dataset("deflate", data=rows.astype("<f4"), chunks=(100,), compression=6)
    file.create_dataset("shuffle", data=rows.astype("<i8"), chunks=(100,), compression=4, shuffle=True)
    file.create_dataset("shuffle-2", data=rows.astype(">i2"), chunks=(100,), shuffle=True)
    file.create_dataset("fletcher", data=rows.astype("<u4"), chunks=(100,), fletcher32=True)
    file.create_dataset("all-filters", data=rows.astype("<f8"), chunks=(100,), compression=1, shuffle=True, fletcher32=True)
    file.create_dataset("plain", data=rows.astype("<i4"), chunks=(100,))
    file.create_dataset("two", data=rows.astype("<i4").reshape(35, 30), chunks=(8, 7), compression=1)
    file.create_dataset("three", data=rows.astype("<u2").reshape(7, 10, 15), chunks=(2, 4, 5), shuffle=True)
    file.create_dataset("three-plain", data=rows.astype("<u2").reshape(7, 10, 15), chunks=(2, 4, 5))
    holes = file.create_dataset("holes", (100,), "<f4", chunks=(10,), compression=1, fillvalue=-9999)
    holes[25:35] = np.arange(10)
    holes = file.create_dataset("holes-0", (30, 20), "<i4", chunks=(7, 6))
    holes[10:12, 3:9] = 5
    file.create_dataset("never", (20,), "<i2", chunks=(5,), fillvalue=7)
    mask = file.create_dataset("skipped", (30,), "<i4", chunks=(10,), compression=1)
    mask[...] = np.arange(30)
    mask.id.write_direct_chunk((10,), np.arange(100, 110, dtype="<i4").tobytes(), filter_mask=1)
    file.create_dataset("resized", data=np.arange(20, dtype="<i4"), chunks=(4,), maxshape=(None,))
    file["resized"].resize((9,))
    file.create_dataset("fixed-strings", data=np.array([b"ab", b"cde"], "S4"), chunks=(1,), compression=1)


def indexes(file):
    """Every index of chunks that layout version 4 knows."""
    one = np.arange(60, dtype="<i4")
    file.create_dataset("single", data=one, chunks=(60,))
    file.create_dataset("single-deflate", data=one, chunks=(60,), compression=1)
    early = h5p.create(h5p.DATASET_CREATE)
    early.set_chunk((7, 4))
    early.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    low(file, "implicit", h5t.STD_I32LE, simple(20, 10, maxshape=(30, 10)), early, np.arange(200, dtype="<i4").reshape(20, 10))
    file.create_dataset("fixed", data=one.reshape(6, 10), chunks=(4, 3))
    file.create_dataset("fixed-deflate", data=one.reshape(6, 10), chunks=(4, 3), compression=1, maxshape=(12, 20))
    file.create_dataset("fixed-paged", (5000,), "u1", chunks=(1,))[2040:2060] = np.arange(20, dtype="u1")
    file["fixed-paged"][4990:] = 9
    file.create_dataset("fixed-empty", (50,), "<i4", chunks=(10,), fillvalue=3)
    file.create_dataset("extensible", data=one, chunks=(4,), maxshape=(None,))
    file.create_dataset("extensible-deflate", data=one.reshape(12, 5), chunks=(2, 3), maxshape=(12, None), compression=1)
    sparse = file.create_dataset("extensible-paged", (300_000,), "u1", chunks=(1,), maxshape=(None,), fillvalue=1)
    sparse[:50] = 2
    for start in [30_000, 200_000, 299_990]:
        sparse[start : start + 10] = np.arange(10, dtype="u1")
    file.create_dataset("extensible-empty", (50,), "<i4", chunks=(10,), maxshape=(None,))
    file.create_dataset("tree", data=one.reshape(6, 10), chunks=(4, 3), maxshape=(None, None))
    file.create_dataset("tree-deep", data=np.arange(3600, dtype="<i2").reshape(60, 60), chunks=(2, 2), maxshape=(None, None), compression=1)
    edges = h5p.create(h5p.DATASET_CREATE)
    edges.set_chunk((8, 7))
    edges.set_deflate(1)
    LIB.H5Pset_chunk_opts(ctypes.c_int64(edges.id), ctypes.c_uint(2))
    low(file, "plain-edges", h5t.STD_I32LE, simple(20, 10), edges, np.arange(200, dtype="<i4").reshape(20, 10))
    compact = h5p.create(h5p.DATASET_CREATE)
    compact.set_layout(h5d.COMPACT)
    low(file, "compact", h5t.STD_I32LE, simple(10), compact, np.arange(10, dtype="<i4"))
    low(file, "compact-2", h5t.IEEE_F64LE, simple(4, 3), compact, np.arange(12, dtype="<f8").reshape(4, 3))
    file.create_dataset("contiguous-never", (5,), "<i4", fillvalue=4)


def links(file, many):
    """Groups of all sizes, links of all kinds, committed datatypes, attributes of all kinds."""
    file.create_group("empty")
    few = file.create_group("few")
    few["soft"] = h5py.SoftLink("/many/name 07")
    few["relative"] = h5py.SoftLink("below/./x")
    few["circle"] = h5py.SoftLink("/few/circle")
    few["nowhere"] = h5py.SoftLink("/none/there")
    few.create_group("below")["x"] = np.arange(3)
    few["again"] = few["below"]
    group = file.create_group("many")
    for i in range(many):
        group[f"name {i:02}"] = np.int32(i)
    del group["name 03"]
    file["types/committed"] = np.dtype("<f4")
    committed = file["types/committed"]
    low(file, "of-committed", committed.id, simple(3), None, np.array([1, 2, 3], "<f4"))
    file["of-committed"].attrs.create("typed", np.float32(2), dtype=committed)
    attrs = file["few"].attrs
    attrs["int"] = np.int16(-3)
    attrs["list"] = np.arange(5)
    attrs["matrix"] = np.arange(6.0).reshape(2, 3)
    attrs["text"] = "Grönland"
    attrs["texts"] = ["a", "bc"]
    attrs["fixed"] = np.bytes_(b"fixed")
    attrs["empty"] = h5py.Empty("<f4")
    attrs["none"] = np.zeros(0, "<i4")
    attrs["reference"] = few["below"].ref
    attrs["big"] = np.uint64(2**63 + 5)


def many_attributes(file):
    """More attributes than a header holds: in a fractal heap, whose table has rows of indirect blocks."""
    group = file.create_group("attributes")
    for i in range(300):
        group.attrs[f"attribute {i:03}"] = np.full(20 + i // 10, i, "<i4")
    group.attrs["huge"] = np.arange(2000, dtype="<i4")
    del group.attrs["attribute 100"]
    few = file.create_group("attributes-few")
    for i in range(12):
        few.attrs[f"short {i}"] = np.int8(i)


def types():
    with create("types.h5", "earliest", "v110") as file:
        numbers(file)
        others(file)
        layout = h5py.VirtualLayout((4,), "<i4")
        layout[:] = h5py.VirtualSource("none.h5", "x", (4,))
        file.create_virtual_dataset("virtual", layout)
        file.attrs["region"] = file["i4-little"].regionref[1:3]
        file.create_dataset("external", (4,), "<i4", external=[("none.bin", 0, 16)])


def earliest():
    fcpl = h5p.create(h5p.FILE_CREATE)
    LIB.H5Pset_sym_k(ctypes.c_int64(fcpl.id), ctypes.c_uint(2), ctypes.c_uint(2))
    with create("earliest.h5", fcpl=fcpl) as file:
        links(file, 60)
        chunked(file)


def superblock_1():
    fcpl = h5p.create(h5p.FILE_CREATE)
    LIB.H5Pset_istore_k(ctypes.c_int64(fcpl.id), ctypes.c_uint(2))
    fcpl.set_sizes(4, 4)
    with create("superblock-1.h5", fcpl=fcpl) as file:
        file.create_dataset("tree", data=np.arange(500, dtype="<i4").reshape(50, 10), chunks=(3, 2), compression=1)
        file["strings"] = np.array(["a", "bc"], h5py.string_dtype())


def dense():
    fcpl = h5p.create(h5p.FILE_CREATE)
    fcpl.set_link_creation_order(h5p.CRT_ORDER_TRACKED | h5p.CRT_ORDER_INDEXED)
    with create("dense.h5", "v108", "v108", fcpl=fcpl) as file:
        links(file, 60)
        chunked(file)
        many_attributes(file)
        file["elsewhere"] = h5py.ExternalLink("other.h5", "/x")
        group = file.create_group("tracked", track_order=True)
        for i in range(700):
            group[f"{i}-{'n' * (i % 50)}"] = h5py.SoftLink(f"/few/{i}")
        for i in range(0, 700, 3):
            del group[f"{i}-{'n' * (i % 50)}"]


def latest():
    with create("latest.h5", "v110", "v110") as file:
        indexes(file)
        chunked(file)
        links(file, 12)
    with create("newest.h5", "latest", "latest") as file:
        file["x"] = np.arange(5)
        file.create_dataset("chunked", data=np.arange(500, dtype="<f8"), chunks=(30,), compression=1, maxshape=(None,))
        file["complex"] = np.array([1 + 2j, -3.5 - 1j])


def deep_heap():
    """So many attributes that the table of their heap has tables in its rows."""
    with create("deep-heap.h5", "v108", "v108") as file:
        for i in range(500):
            file.attrs[f"attribute {i:03}"] = np.full(900 + i, i, "<i4")


def user_block():
    fcpl = h5p.create(h5p.FILE_CREATE)
    fcpl.set_userblock(1024)
    with create("user-block.h5", "v108", "v108", fcpl=fcpl) as file:
        file.create_dataset("x", data=np.arange(100), chunks=(7,), compression=1)
        file["plain"] = np.arange(10)
        file["text"] = "behind a user block"
    with open(made("user-block.h5"), "r+b") as file:
        file.write(b"a user block")


def shared_messages():
    fcpl = h5p.create(h5p.FILE_CREATE)
    flags = (1 << 1) | (1 << 3) | (1 << 5) | (1 << 11) | (1 << 12)
    LIB.H5Pset_shared_mesg_nindexes(ctypes.c_int64(fcpl.id), ctypes.c_uint(2))
    LIB.H5Pset_shared_mesg_index(ctypes.c_int64(fcpl.id), 0, ctypes.c_uint(flags & ~(1 << 12)), 10)
    LIB.H5Pset_shared_mesg_index(ctypes.c_int64(fcpl.id), 1, ctypes.c_uint(1 << 12), 10)
    with create("shared-messages.h5", "v108", "v108", fcpl=fcpl) as file:
        for i in range(5):
            dataset = file.create_dataset(f"x{i}", data=np.arange(40, dtype=">f8") + i, chunks=(9,), compression=3, fillvalue=5.5)
            for j in range(12):
                dataset.attrs[f"same {j}"] = np.arange(30, dtype="<i4") + j


def cache_image():
    class Config(ctypes.Structure):
        _fields_ = [("version", ctypes.c_int32), ("generate", ctypes.c_bool), ("resize", ctypes.c_bool), ("ageout", ctypes.c_int)]

    fapl = h5p.create(h5p.FILE_ACCESS)
    config = Config(1, True, False, -1)
    assert LIB.H5Pset_mdc_image_config(ctypes.c_int64(fapl.id), ctypes.byref(config)) >= 0
    with create("cache-image.h5", "v110", "v110", fapl=fapl) as file:
        file.create_dataset("x", data=np.arange(500, dtype="<f8"))
        file.create_dataset("y", data=np.arange(500, dtype="<i4").reshape(20, 25), chunks=(7, 9), compression=1)
        file["group/below"] = "text"
        file["group"].attrs["a"] = np.arange(30)


def beams():
    """As ICESat-2's granules lie: the headers in front, then chunks in the order of datasets, each behind its index.
    Between them are zeros, so that the file is longer than what is read of a file at once."""
    made_of = [("latitude", "<f8"), ("longitude", "<f8"), ("h_li", "<f4"), ("quality", "i1")]
    with create("beams.h5") as file:
        for beam in ["gt1l", "gt1r", "gt2l"]:
            segments = file.create_group(f"{beam}/land_ice_segments")
            rows = 3000 if beam == "gt1l" else 2000
            for name, dtype in made_of:
                dataset = segments.create_dataset(name, (rows,), dtype, chunks=(1000,), compression=6, maxshape=(None,))
                dataset.attrs["long_name"] = f"{name} of {beam}"
        file["zeros"] = np.zeros(4_500_000, "i1")
        for beam in ["gt1l", "gt1r", "gt2l"]:
            for name, dtype in made_of:
                dataset = file[f"{beam}/land_ice_segments/{name}"]
                dataset[...] = np.round(np.cumsum(RNG.normal(size=dataset.shape)), 2).astype(dtype)
                dataset.attrs["late"] = "x" * 200


def drivers():
    fapl = h5p.create(h5p.FILE_ACCESS)
    LIB.H5Pset_fapl_family(ctypes.c_int64(fapl.id), ctypes.c_uint64(4096), ctypes.c_int64(0))
    for name, bound in [("family-old", "earliest"), ("family-new", "v108")]:
        with create(f"{name}-%d.h5", bound, fapl=fapl) as file:
            file["x"] = np.arange(1000)
    fapl = h5p.create(h5p.FILE_ACCESS)
    LIB.H5Pset_fapl_split(ctypes.c_int64(fapl.id), b"-meta.h5", ctypes.c_int64(0), b"-raw.h5", ctypes.c_int64(0))
    for name, bound in [("split-old", "earliest"), ("split-new", "v108")]:
        with create(name, bound, fapl=fapl) as file:
            file["x"] = np.arange(1000)
    for path in glob.glob(made("family-*")) + glob.glob(made("split-*")):
        if not path.endswith(("-0.h5", "-meta.h5")):
            os.remove(path)


# Made to be refused: libhdf5 here would need their other parts.
PARTIAL = ("family-", "split-")


def digest(array):
    little = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<")))
    return hashlib.sha256(little.tobytes()).hexdigest()


def expected(name):
    """What libhdf5 reads, one entry an object."""
    entries = []

    def visit(item, path):
        entry = {"file": name, "path": path, "attributes": attributes(item)}
        for key, value in entry["attributes"].items():
            if isinstance(value, list) and len(value) > 100:
                entry["attributes"][key] = {"sha256": digest(item.attrs[key])}
        entries.append(entry)
        if isinstance(item, h5py.Dataset):
            entry["shape"] = None if item.shape is None else list(item.shape)
            refused = UNSUPPORTED.get(name, {}).get(path)
            if refused:
                entry["unsupported"] = refused
                return
            if item.chunks:
                entry["chunks"] = list(item.chunks)
            values = item[()]
            array = np.asarray(values)
            if array.dtype.kind in "iufb" and array.dtype.itemsize != 2 and array.size > 100:
                entry["sha256"] = digest(array)
            else:
                listed = plain(values)
                entry["values"] = listed if item.shape else [listed]
        if not isinstance(item, h5py.Group):
            return
        entry["members"] = []
        for member in sorted(item.keys(), key=lambda text: text.encode()):
            link = item.get(member, getlink=True)
            kind = LINKS.get(type(link))
            child = None if kind else item[member]
            entry["members"].append([member, kind or KINDS[type(child)]])
            if child is not None:
                visit(child, f"/{member}" if path == "/" else f"{path}/{member}")

    with h5py.File(made(name), "r") as file:
        state["file"] = file
        visit(file, "/")
    return entries


def main():
    os.makedirs(FOLDER, exist_ok=True)
    for old in glob.glob(made("*.h5")):
        os.remove(old)
    for make in [types, earliest, superblock_1, dense, latest, deep_heap, user_block, shared_messages, cache_image, beams, drivers]:
        make()
    with open(made("expected.jsonl"), "w") as out:
        for path in sorted(glob.glob(made("*.h5"))):
            name = os.path.basename(path)
            if name.startswith(PARTIAL):
                continue
            for entry in expected(name):
                out.write(json.dumps(entry, ensure_ascii=False) + "\n")
    for name in ["beams.h5", "deep-heap.h5"]:
        with open(made(name), "rb") as file, open(made(f"{name}.gz"), "wb") as out:
            out.write(gzip.compress(file.read(), mtime=0))
        os.remove(made(name))


if __name__ == "__main__":
    main()
