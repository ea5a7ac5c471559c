/** `addSeed` of prefetch-module.ts, as an ES module. */
export function addSeed({ image, mask }, seed) {
  return { image: { ...image, data: image.data.map((value) => value + (seed % 1024)) }, mask };
}
