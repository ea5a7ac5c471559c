/**
 * How much memory a file deserves.
 *
 * The bytes that are stored, and those that they decode to. What a file decodes to is what reading it gives; for one that
 * is refused it is what the undamaged file decodes to, since a reader may get as far as that before it meets the damage.
 *
 * Where a codec has to be given room for the whole picture before it decodes the first row (JPEG, JPEG 2000, JPEG-LS),
 * the room that a damaged header asks for counts too, as far as the stored bytes can fill it: the format's `claimed`.
 */
export function honestNeed({ stored, decoded, claimed = 0 }: Need): number {
  return stored + Math.max(decoded, claimed);
}

export interface Need {
  /** Bytes of the file. */
  stored: number;
  /** Bytes of the values that it decodes to. */
  decoded: number;
  claimed?: number;
}

/**
 * What every read takes beside, the same for the smallest file and the largest: objects, messages, zlib's windows, and
 * the engine's young generation of 1 MiB, within which garbage is not told from what is needed.
 */
export const CONSTANT = 2 ** 22;
/** An object that stands for a part of the file, such as a DICOM data set: it counts to what a file decodes to. */
export const OBJECT = 256;
/** The same for what the system gives by pages: stacks of threads, tables of libraries, pages of the heap. */
export const RESIDENT_CONSTANT = 2 ** 25;
/** Milliseconds of processors that one read may take. */
export const LONGEST = 2000;
