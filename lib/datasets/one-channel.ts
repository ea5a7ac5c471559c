import type { Image } from '../io/image';
import { samplesLike } from '../transforms/spatial/samples';

/**
 * A mask with one number at each place; of one in gray colours, perhaps with opacity, that of its first channel.
 *
 * @param file what the error calls it
 * @throws Error for a mask in other colours
 */
export function oneChannel<I extends Image>(owner: string, mask: I, file: string): I {
  const { data, channels } = mask;
  if (channels === 1) return mask;
  const colours = channels >= 3 ? 3 : 1;
  for (let at = 0; at < data.length; at += channels) {
    for (let channel = 1; channel < colours; channel++) {
      if (data[at + channel] === data[at]) continue;
      throw new Error(
        `${owner}: ${file}: got a mask in colours; expected one number at each pixel: its class`,
      );
    }
  }
  const gray = samplesLike(data, data.length / channels);
  for (let at = 0; at < gray.length; at++) gray[at] = data[at * channels];
  return { ...mask, data: gray, channels: 1 };
}
