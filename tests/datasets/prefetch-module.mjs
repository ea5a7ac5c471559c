/** `addNumber` of prefetch-module.ts, as an ES module. */
export function addNumber({ image, mask }, { seed, epoch, index }) {
  const added = (seed % 1024) + 10_000 * epoch + 100_000 * index;
  return { image: { ...image, data: image.data.map((value) => value + added) }, mask };
}
