"""Writes nibabel.json: small NIfTI and MGH files, what nibabel 5.4.2 reads in them, and what headers it writes; and
nibabel-orientation.json: how it reorients volumes, and brain3d as it reads it. Run: python nibabel.py [DATA]

DATA is the folder that holds brain3d/; without it, brain3d's numbers that the file already holds are kept.
Arrays are stored as (slice, row, column, channel), that is nibabel's (k, j, i, rest), flat; affines as nibabel gives them,
for (i, j, k). Files and headers are deflated (zlib) and base64.
"""

import base64
import gzip
import hashlib
import io
import json
import pathlib
import sys
import zlib

# This script bears the name of the package.
sys.path = [entry for entry in sys.path if pathlib.Path(entry or ".").resolve() != pathlib.Path(__file__).resolve().parent]

import nibabel as nib  # noqa: E402
import numpy as np  # noqa: E402
from nibabel.orientations import apply_orientation, axcodes2ornt, inv_ornt_aff, io_orientation, ornt_transform  # noqa: E402

SEED = 20041001
SHAPE = (4, 3, 2)
TYPES = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64"]
folder = pathlib.Path(__file__).resolve().parent
rng = np.random.default_rng(SEED)


def encode(data):
    return base64.b64encode(data).decode()


def deflate(data):
    return encode(zlib.compress(data, 9))


def flat(array):
    """(i, j, k, rest) → (k, j, i, rest), flat float64."""
    array = np.asarray(array)
    while array.ndim < 3:
        array = array[..., None]
    moved = array.transpose(2, 1, 0, *range(3, array.ndim))
    if moved.ndim > 4:
        moved = moved.reshape(*moved.shape[:3], -1, order="F")
    return encode(moved.astype("<f8").tobytes())


def values(dtype, shape):
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return rng.normal(size=shape).astype(dtype)
    info = np.iinfo(dtype)
    low, high = max(info.min, -(2**53)), min(info.max, 2**53)
    array = rng.integers(low, high, shape, dtype=np.int64, endpoint=True).astype(dtype)
    array.flat[0], array.flat[-1] = low, high
    return array


def around(axis, angle):
    a, b = [other for other in range(3) if other != axis]
    out = np.eye(3)
    out[a, a] = out[b, b] = np.cos(angle)
    out[a, b], out[b, a] = -np.sin(angle), np.sin(angle)
    return out


def rotation(angles):
    x, y, z = angles
    return around(2, z) @ around(1, y) @ around(0, x)


def affine(matrix, translation=(-12.5, 7.25, 31.0)):
    out = np.eye(4)
    out[:3, :3], out[:3, 3] = matrix, translation
    return out


TILTED = affine(rotation((0.1, -0.2, 0.3)) @ np.diag((0.5, 0.75, 2.0)))
OTHER = affine(rotation((-0.4, 0.5, 0.2)) @ np.diag((1.5, 1.25, -3.0)), (3, 2, 1))


def read(name, kind, data, *, packed=False, unit=1.0):
    again = kind.from_bytes(data)
    array = np.asarray(again.dataobj)
    if array.dtype.fields:
        array = np.stack([array[channel] for channel in array.dtype.names], axis=-1)
    best = again.affine.copy()
    best[:3] *= unit
    file = gzip.compress(data, mtime=0) if packed else data
    return {"name": name, "shape": list(array.shape), "values": flat(array), "affine": best.tolist(), "codes": "".join(nib.aff2axcodes(best)), "file": deflate(file)}


def nifti(name, array, affine=TILTED, *, version=1, order="<", packed=False, sform=2, qform=0, other=None, slope=None, fields={}, unit=1.0):
    kind = nib.Nifti1Image if version == 1 else nib.Nifti2Image
    header = kind.header_class(endianness=order)
    header.set_data_dtype(array.dtype)
    image = kind(array, affine, header)
    image.header.set_sform(affine, code=sform)
    image.header.set_qform(affine if other is None else other, code=qform)
    # nibabel would repair fields and scale values as it writes.
    head = image.header.copy()
    for field, value in fields.items():
        head[field] = value
    if slope:
        head["scl_slope"], head["scl_inter"] = slope
    head["vox_offset"] = 352 if version == 1 else 544
    raw = head.binaryblock + bytes(4) + array.astype(array.dtype.newbyteorder(order)).tobytes(order="F")
    return read(name, kind, raw, packed=packed, unit=unit)


def niftis():
    for dtype in TYPES:
        for order in "<>":
            yield nifti(f"{dtype} {order}", values(dtype, SHAPE), order=order)
    for version, dtype, order in ((2, "int16", "<"), (2, "float32", ">"), (2, "uint8", ">")):
        yield nifti(f"NIfTI-{version} {dtype} {order}", values(dtype, SHAPE), version=version, order=order)
    rgb = np.dtype([(c, "u1") for c in "RGB"])
    rgba = np.dtype([(c, "u1") for c in "RGBA"])
    for dtype in (rgb, rgba):
        array = rng.integers(0, 256, (*SHAPE, len(dtype)), dtype=np.uint8).view(dtype)[..., 0]
        yield nifti("".join(dtype.names), array)
    yield nifti("gzip", values("int16", SHAPE), packed=True)
    yield nifti("gzip NIfTI-2 big endian", values("float32", SHAPE), packed=True, version=2, order=">")
    yield nifti("four volumes", values("int16", (*SHAPE, 4)))
    yield nifti("four volumes, scaled, gzip", values("uint8", (*SHAPE, 4)), slope=(0.5, -3), packed=True)
    yield nifti("a vector a voxel (fifth dimension)", values("float32", (*SHAPE, 1, 3)))
    yield nifti("five dimensions", values("uint8", (*SHAPE, 2, 3)))
    yield nifti("two dimensions", values("int16", SHAPE[:2]), sform=0)
    yield nifti("int16 scaled", values("int16", SHAPE), slope=(0.25, -1024))
    yield nifti("int32 scaled", values("int32", SHAPE), slope=(1.5, 7), order=">")
    yield nifti("float32 scaled", values("float32", SHAPE), slope=(2, 0.5))
    yield nifti("slope 0", values("int16", SHAPE), fields={"scl_slope": 0, "scl_inter": 5})
    yield nifti("slope NaN", values("int16", SHAPE), fields={"scl_slope": np.nan, "scl_inter": 5})
    array = values("uint8", SHAPE)
    yield nifti("sform and qform", array, OTHER, sform=1, qform=1, other=TILTED)
    yield nifti("qform", array, OTHER, sform=0, qform=1)
    yield nifti("qform big endian NIfTI-2", array, OTHER, sform=0, qform=3, version=2, order=">")
    yield nifti("a half turn", array, affine(np.diag((-1.0, -1.0, 1.0))), sform=0, qform=1)
    yield nifti("neither form", array, OTHER, sform=0, qform=0)
    yield nifti("qfac 0", array, TILTED, sform=0, qform=1, fields={"pixdim": [0, 0.5, 0.75, 2, 0, 0, 0, 0]})
    yield nifti("no and negative spacings", array, sform=0, qform=0, fields={"pixdim": [1, 0, -2, 3, 1, 1, 1, 1]})
    yield nifti("unknown sform code", array, OTHER, sform=1, qform=1, other=TILTED, fields={"sform_code": 77})
    yield nifti("sheared", array, affine([[1, 0.4, 0], [0, 2, 0.3], [0.1, 0, 1.5]]))
    yield nifti("micrometres", array, affine(np.diag((250.0, 250.0, 1000.0))), fields={"xyzt_units": 3}, unit=0.001)


def mghs():
    for dtype in ("uint8", "int16", "uint16", "int32", "float32"):
        image = nib.MGHImage(values(dtype, SHAPE), TILTED)
        yield read(dtype, nib.MGHImage, image.to_bytes())
    image = nib.MGHImage(values("float32", (*SHAPE, 3)), OTHER)
    yield read("three frames", nib.MGHImage, image.to_bytes())
    image = nib.MGHImage(values("int32", SHAPE), OTHER)
    yield read("gzip", nib.MGHImage, image.to_bytes(), packed=True)


def orientations():
    signs = [np.array(s) for s in ((1, 1, 1), (-1, 1, -1), (-1, -1, 1), (1, -1, -1))]
    orders = ((0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1))
    matrices = [np.eye(3)[:, order] * sign * (1, 2, 3) for order, sign in zip(orders, signs)]
    matrices += [rotation(rng.uniform(-np.pi, np.pi, 3)) * (0.7, 1.1, 2.5) * sign for sign in signs]
    matrices += [rng.normal(size=(3, 3)) for _ in range(6)]
    array = np.arange(24, dtype=np.int16).reshape(4, 3, 2, order="F")
    for matrix in matrices:
        image = nib.Nifti1Image(array, affine(matrix))
        start = io_orientation(image.affine)
        case = {"affine": image.affine.tolist(), "codes": "".join(nib.aff2axcodes(image.affine)), "to": {}}
        canonical = nib.as_closest_canonical(image)
        for codes in ("RAS", "LPS", "PIR"):
            moves = ornt_transform(start, axcodes2ornt(codes))
            moved = apply_orientation(array, moves)
            moved_affine = image.affine @ inv_ornt_aff(moves, array.shape)
            if codes == "RAS":
                assert np.array_equal(moved, canonical.dataobj) and np.allclose(moved_affine, canonical.affine)
            case["to"][codes] = {"shape": list(moved.shape[::-1]), "data": moved.transpose(2, 1, 0).reshape(-1).tolist(), "affine": moved_affine.tolist()}
        yield case


def headers():
    """What nibabel writes for a volume in scanner coordinates, up to the first voxel."""
    shear = affine([[1, 0.4, 0], [0, 2, 0.3], [0.1, 0, 1.5]])
    cases = ((1, "int16", SHAPE, TILTED), (1, "float32", (*SHAPE, 5), OTHER), (2, "uint8", SHAPE, OTHER), (1, "float64", SHAPE, shear), (2, "uint32", (40000, 1, 1), TILTED))
    for version, dtype, shape, map in cases:
        kind = nib.Nifti1Header if version == 1 else nib.Nifti2Header
        header = kind(endianness="<")
        header.set_data_shape(shape)
        header.set_data_dtype(np.dtype(dtype))
        header.set_sform(map, code=1)
        header.set_qform(map, code=0 if map is shear else 1)
        header.set_xyzt_units("mm")
        header["scl_slope"], header["scl_inter"] = 1, 0
        header["vox_offset"] = 352 if version == 1 else 544
        header["descrip"] = b"segcourse"
        yield {"version": version, "type": dtype, "shape": shape, "affine": map.tolist(), "bytes": deflate(header.binaryblock + bytes(4))}


def real(data):
    for name in ("norm", "aparc.a2009s+aseg"):
        image = nib.load(data / "brain3d" / f"{name}.mgz")
        array = np.asarray(image.dataobj)
        native = array.astype(array.dtype.newbyteorder("<"))
        canonical = np.asarray(nib.as_closest_canonical(image).dataobj)
        digest = lambda a: hashlib.sha256(a.astype(a.dtype.newbyteorder("<")).tobytes(order="F")).hexdigest()
        labels, counts = np.unique(native, return_counts=True)
        yield {"file": f"{name}.mgz", "type": array.dtype.name, "shape": list(array.shape), "sum": int(array.sum(dtype=np.int64)), "counts": {int(l): int(c) for l, c in zip(labels, counts)}, "affine": image.affine.tolist(), "codes": "".join(nib.aff2axcodes(image.affine)), "sha256": digest(array), "canonical": {"sha256": digest(canonical), "affine": nib.as_closest_canonical(image).affine.tolist()}}


def lines(key, value):
    if isinstance(value, list):
        return f" {json.dumps(key)}: [\n" + ",\n".join("  " + json.dumps(one) for one in value) + "\n ]"
    return f" {json.dumps(key)}: {json.dumps(value)}"


def write(name, golden):
    golden = {"nibabel": nib.__version__, "numpy": np.__version__, "seed": SEED, **golden}
    (folder / name).write_text("{\n" + ",\n".join(lines(key, value) for key, value in golden.items()) + "\n}\n")


write("nibabel.json", {"nifti": list(niftis()), "mgh": list(mghs()), "headers": list(headers())})
oriented = "nibabel-orientation.json"
if len(sys.argv) > 1:
    brains = list(real(pathlib.Path(sys.argv[1])))
else:
    brains = json.loads((folder / oriented).read_text())["brain3d"]
write(oriented, {"orientations": list(orientations()), "brain3d": brains})
