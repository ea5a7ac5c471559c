import type { Image, Samples } from '../io/image';

/** The same image in memory that threads share: a large volume is not copied for each patch that is cut of it. */
export function inSharedMemory<I extends Image>(image: I): I {
  const { data } = image;
  const memory = new SharedArrayBuffer(data.byteLength);
  const copy = new (data.constructor as new (memory: SharedArrayBuffer) => Samples)(memory);
  copy.set(data);
  return { ...image, data: copy };
}
