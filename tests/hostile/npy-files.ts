import { gunzipSync } from 'node:zlib';
import { golden } from '../golden';

const { cases, archives } = golden<{ cases: { file: string }[]; archives: Record<string, string> }>('npy');
const unpack = (packed: string) => new Uint8Array(gunzipSync(Buffer.from(packed, 'base64')));

/** Small .npy files of every type, order and version, as NumPy wrote them. */
export const npyFiles = () => cases.map(({ file }) => unpack(file));
export const npzFiles = () => Object.values(archives).map(unpack);

export const NPY_ERROR = /^readNpy: mutant: .+: got .+; expected ./s;
export const NPZ_ERROR = /^readNp[yz]: mutant: .+: got .+; expected ./s;
export const LIMITS = { maxBytes: 2 ** 24 };
