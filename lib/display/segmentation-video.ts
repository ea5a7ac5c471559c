import { VOC_CLASSES, VOC_COLOURS } from '../datasets/voc-classes';
import type { Image } from '../io/image';
import { animation } from './animation';
import { DISPLAY, displayable, type Displayable } from './bundle';
import { jpegDataUri, pngDataUri } from './png';
import { element, label, page, QUIET } from './svg';

/** One picture of a video with the class of each pixel. */
export interface SegmentedFrame {
  /** RGB, 0…255 */
  image: Image<Uint8Array>;
  /** [height, width], 0…20 as in `VOC_CLASSES` */
  labels: Image<Uint8Array>;
}

export interface SegmentationVideoOptions {
  title: string;
  /** Frames a second. Default 10. */
  fps?: number;
  /** Of the colours over the picture. Default 0.5. */
  opacity?: number;
}

const [GAP, COLUMNS] = [8, 7];
/** Width on a page at which text of 13 pixels is drawn as large as that. */
const PAGE = 900;
const TITLES = ['original', 'segmentation', 'overlay'];

/**
 * A video in three panes, to play and to step through: the original, its segmentation in VOC's colours, and both over each
 * other; below, the colours of all 21 classes, those of the frame in bold. The background is black, and in the overlay
 * clear. As a cell's last expression it draws itself; it needs no kernel afterwards.
 *
 * @throws Error for fewer than two frames, frames of several sizes, labels of another size than their frame or above 20,
 *   and an opacity outside 0…1; while it is drawn, for more than 24 MiB
 */
export function segmentationVideo(
  frames: readonly SegmentedFrame[],
  options: SegmentationVideoOptions,
): Displayable {
  const { title, fps = 10, opacity = 0.5 } = options;
  if (!(opacity >= 0 && opacity <= 1)) {
    throw new Error(`segmentationVideo: got an opacity of ${opacity}; expected a number from 0 to 1`);
  }
  if (frames.length < 2) {
    throw new Error(`segmentationVideo: got ${frames.length} frame(s); expected at least 2`);
  }
  frames.forEach((frame, index) => requireFrame(frame, index, frames[0].image.shape));
  return displayable({}, async () => {
    const pictures: { picture: string; caption: string }[] = [];
    for (const [index, frame] of frames.entries()) {
      const shares = classShares(frame.labels.data);
      const words = caption(index / fps, shares);
      pictures.push({
        picture: await drawFrame(frame, shares, opacity, `${title}: ${words}`),
        caption: words,
      });
    }
    return animation(pictures, { title, interval: 1000 / fps })[DISPLAY]();
  });
}

function requireFrame({ image, labels }: SegmentedFrame, index: number, shape: readonly number[]): void {
  const refuse = (got: string, expected: string): never => {
    throw new Error(`segmentationVideo: frame ${index}: got ${got}; expected ${expected}`);
  };
  const size = shape.join(' × ');
  if (image.channels !== 3 || image.shape.join() !== shape.join()) {
    refuse(`${image.shape.join(' × ')} with ${image.channels} channels`, `${size} with 3, as the first`);
  }
  if (labels.shape.join() !== shape.join() || labels.channels !== 1) {
    refuse(`labels of ${labels.shape.join(' × ')} with ${labels.channels} channels`, `${size} with 1`);
  }
  const odd = labels.data.find((value) => value >= VOC_CLASSES.length);
  if (odd !== undefined) refuse(`label ${odd}`, `0 to ${VOC_CLASSES.length - 1}`);
}

/** Share of the pixels that each class has. */
function classShares(labels: Uint8Array): number[] {
  const counts = new Array<number>(VOC_CLASSES.length).fill(0);
  for (const value of labels) counts[value]++;
  return counts.map((count) => count / labels.length);
}

function caption(seconds: number, shares: readonly number[]): string {
  const seen = shares
    .map((share, label) => ({ share, name: VOC_CLASSES[label] }))
    .filter(({ share }, label) => label > 0 && share >= 0.001)
    .sort((a, b) => b.share - a.share)
    .map(({ share, name }) => `${name} ${(100 * share).toFixed(1)} %`);
  return `${seconds.toFixed(1)} s: ${seen.join(', ') || 'background alone'}`;
}

async function drawFrame(
  { image, labels }: SegmentedFrame,
  shares: readonly number[],
  opacity: number,
  summary: string,
): Promise<string> {
  const [height, width] = image.shape;
  const left = (pane: number) => GAP + pane * (width + GAP);
  const total = left(3);
  // Wide frames are shown smaller; their words stay readable.
  const unit = Math.max(1, total / PAGE);
  const [head, line] = [24 * unit, 19 * unit];
  const rows = Math.ceil(VOC_CLASSES.length / COLUMNS);
  const place = (x: number) => ({ x, y: head, width, height });
  const photograph = await jpegDataUri({ data: image.data, height, width, channels: 3 });
  const colours = await pngDataUri({ data: painted(labels.data), height, width, channels: 4 });
  const legend = VOC_CLASSES.map((name, value) => {
    const x = GAP + (value % COLUMNS) * ((total - GAP) / COLUMNS);
    const y = head + height + 10 * unit + line * Math.floor(value / COLUMNS);
    const isSeen = shares[value] > 0;
    const side = 12 * unit;
    const swatch = { x, y, width: side, height: side, fill: `rgb(${VOC_COLOURS[value]})`, stroke: '#888888' };
    const words = { fill: isSeen ? undefined : QUIET, 'font-weight': isSeen ? 700 : 400 };
    return element('rect', swatch) + label(x + 17 * unit, y + 10.5 * unit, name, words);
  });
  return page(
    {
      width: total,
      height: head + height + 14 * unit + line * rows,
      summary,
      fontSize: 13 * unit,
      corner: 0,
    },
    ...TITLES.map((name, pane) => label(left(pane), 16 * unit, name, { 'font-weight': 600 })),
    element('image', { id: 'photograph', ...place(left(0)), href: photograph }),
    element('rect', { ...place(left(1)), fill: '#000000' }),
    element('image', { id: 'classes', ...place(left(1)), href: colours }),
    element('use', { href: '#photograph', x: left(2) - left(0) }),
    element('use', { href: '#classes', x: left(2) - left(1), opacity }),
    ...legend,
  );
}

/** RGBA; the background is clear. */
function painted(labels: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(4 * labels.length);
  labels.forEach((value, at) => {
    if (value > 0) pixels.set([...VOC_COLOURS[value], 255], 4 * at);
  });
  return pixels;
}
