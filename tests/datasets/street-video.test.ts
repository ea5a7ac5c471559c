import assert from 'node:assert/strict';
import { loadStreetVideo, type StreetVideo } from '../../lib/datasets/street-video';
import { syntheticStreet } from '../../lib/datasets/synthetic/street';
import { VOC_CLASSES } from '../../lib/datasets/voc-classes';
import { realData } from '../real-data';
import { requireSystem } from '../system';
import { useScratchData } from './scratch';

async function collect(video: StreetVideo) {
  const frames = [];
  for await (const frame of video) frames.push(frame);
  return frames;
}

describe('datasets/street-video', () => {
  const folder = useScratchData();

  it('draws a street whose people and cars move, the same for the same seed', () => {
    const frames = [...syntheticStreet({ height: 60, width: 80, frames: 12, seed: 1 })];
    assert.equal(frames.length, 12);
    const classes = new Set(frames.flatMap(({ labels }) => [...labels.data]));
    assert.deepEqual([...classes].map((label) => VOC_CLASSES[label]).sort(), [
      'background',
      'bus',
      'car',
      'person',
    ]);
    assert.notDeepEqual(frames[0].labels.data, frames[11].labels.data);
    // What is background in both frames is the same picture.
    const [first, last] = [frames[0], frames[11]];
    first.labels.data.forEach((label, at) => {
      if (label + last.labels.data[at] === 0) assert.equal(first.image.data[3 * at], last.image.data[3 * at]);
    });
    assert.deepEqual([...syntheticStreet({ height: 60, width: 80, frames: 12, seed: 1 })], frames);
    assert.notDeepEqual([...syntheticStreet({ height: 60, width: 80, frames: 12, seed: 2 })][3], frames[3]);
  });

  it('says that it is synthetic, and gives as many frames as asked for', async () => {
    process.env.SEGCOURSE_DATA_MIRROR = folder();
    const video = await loadStreetVideo({ name: 'bikes', size: [48, 64], fps: 5, seconds: 2 });
    assert.equal(video.source, 'synthetic');
    assert.match(video.notice, /a synthetic street in place of bikes\.mp4 \(seed 0\), because/);
    const shapes: string[] = [];
    for await (const { shape, channels } of video) shapes.push([...shape, channels].join());
    assert.deepEqual(shapes, new Array(10).fill('48,64,3'));
  });

  it('refuses names that it does not know', async () => {
    await assert.rejects(
      () => loadStreetVideo({ name: 'cats' as 'bikes' }),
      /got name "cats"; expected one of bikes, pedestrians/,
    );
    await assert.rejects(() => loadStreetVideo({ seconds: 0 }), /got seconds 0/);
    assert.throws(() => [...syntheticStreet({ fps: 0 })], /got fps 0/);
  });

  it('reads the real ones', async function () {
    requireSystem(this, 'ffmpeg');
    process.env.SEGCOURSE_DATA_MIRROR = realData(this, 'video/pedestrians_vtest_8s.mp4');
    const video = await loadStreetVideo({ seconds: 0.5, source: 'real' });
    const frames = await collect(video);
    assert.equal(frames.length, 5);
    assert.deepEqual(frames[0].shape, [240, 320]);
    assert.notDeepEqual(frames[0].data, frames[4].data);
    const later = await loadStreetVideo({ from: 0.4, seconds: 0.3, source: 'real' });
    const [first] = await collect(later);
    assert.deepEqual(first.data, frames[4].data);
  });
});
