import { readFileSync, statSync } from 'node:fs';
import { readLegacyFormat } from './legacy-format';
import { Refuse } from './pickle/cursor';
import { PickleValue } from './pickle/values';
import { readZipFormat } from './zip-format';

/** What `torch.save` wrote. */
export interface TorchCheckpoint {
  /** For messages. */
  file: string;
  /** Bytes of the file. */
  size: number;
  /** The saved object: dictionaries as Map, tuples as PickleTuple, tensors as TorchTensor. */
  value: PickleValue;
}

const LARGEST = 2 ** 31 - 1;

/**
 * Reads a file of PyTorch's `torch.save` (`.pth`, `.pt`), in the zip format and the one before it, without running
 * anything of it: its pickle may build containers, numbers, texts and tensors, and any other Python global that it asks
 * for is refused by name. What it says of sizes is checked against the bytes that are there.
 *
 * Tensors are float64 to float16, bfloat16, signed and unsigned integers and booleans; strided and shared as they were.
 *
 * @param file path; with `bytes`, a name for messages
 * @throws Error naming the file, what was got and what was expected, where it is damaged, asks for a global that is not
 * allowed, or is in another format
 */
export function readTorch(file: string, bytes: Uint8Array = readWhole(file)): TorchCheckpoint {
  const refuse: Refuse = (what) => {
    throw new Error(`readTorch: ${file}: ${what}`);
  };
  const isZip = startsWith(bytes, [0x50, 0x4b]);
  const isPickle = startsWith(bytes, [0x80]);
  if (!isZip && !isPickle) refuse(`${otherFormat(bytes)}; expected what torch.save writes`);
  const read = isZip ? readZipFormat : readLegacyFormat;
  return { file, size: bytes.length, value: read(bytes, `readTorch: ${file}`, refuse) };
}

function readWhole(file: string): Uint8Array {
  const { size } = statSync(file);
  if (size > LARGEST) {
    throw new Error(
      `readTorch: ${file}: got ${size} bytes; expected less than 2 GiB: save the weights alone, without the optimizer`,
    );
  }
  return readFileSync(file);
}

function otherFormat(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'is empty';
  if (startsWith(bytes, [0x89, 0x48, 0x44, 0x46])) return 'is an HDF5 file (Keras writes such)';
  if (startsWith(bytes.subarray(257), [...Buffer.from('ustar')])) {
    return "is a tar archive, PyTorch's format of before version 0.1.10; load it there and save it again";
  }
  if (startsWith(bytes.subarray(7), [0, 0x7b])) return 'is a safetensors file (readSafetensors reads it)';
  const first = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  return `begins with the bytes ${first}`;
}

const startsWith = (bytes: Uint8Array, prefix: readonly number[]) =>
  prefix.every((byte, index) => bytes[index] === byte);
