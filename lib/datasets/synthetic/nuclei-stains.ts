import type { Image } from '../../io/image';
import { grain } from '../em/noise';
import { mixSeeds } from '../hash';
import { between, blurred, smoothField, toByte } from './field';
import type { NucleusStain } from './nuclei';
import type { NucleusMap } from './nuclei-cells';

interface Scene {
  height: number;
  width: number;
  count: number;
  /** Mean radius of the nuclei in pixels. */
  radius: number;
  seed: number;
}

/** Colours of tissue on a slide: glass, eosin (cytoplasm), haematoxylin (nuclei). */
const GLASS = [243, 240, 245];
const EOSIN = [222, 158, 196];
const HAEMATOXYLIN = [92, 62, 138];

/** What the microscope shows of the nuclei. */
export function stainNuclei(
  stain: NucleusStain,
  map: NucleusMap,
  scene: Scene,
  random: () => number,
): Image<Uint8Array> {
  if (stain === 'histology') return histology(map, scene, random);
  return (stain === 'fluorescence' ? fluorescence : brightfield)(map, scene, random);
}

/** Bright nuclei on black: each with a brightness of its own, chromatin, blur, a halo of light out of focus, shot noise. */
function fluorescence({ labels, depth }: NucleusMap, scene: Scene, random: () => number): Image<Uint8Array> {
  const { height, width, radius, seed } = scene;
  const exposure = between(random, 0.35, 1);
  const background = between(random, 4, 18);
  const noise = between(random, 0.3, 1.1);
  const levels = Array.from({ length: scene.count + 1 }, () => between(random, 70, 215));
  const chromatin = smoothField(height, width, 0, { scale: radius / 3, amplitude: 0.13, seed });
  const light = smoothField(height, width, 1, {
    scale: 0.6 * Math.max(height, width),
    amplitude: 0.12,
    seed,
  });
  const sharp = Float32Array.from(labels, (label, at) => {
    if (label === 0) return 0;
    const dome = Math.min(0.72 + 0.6 * depth[at], 1);
    return levels[label] * dome * (1 + chromatin[at]);
  });
  const focused = blurred(sharp, height, width, 1);
  const halo = blurred(sharp, height, width, Math.max(Math.round(radius / 2), 2));
  const values = focused.map((value, at) => {
    const signal = (0.93 * value + 0.1 * halo[at]) * exposure * (1 + light[at]) + background;
    return (
      signal + noise * Math.sqrt(Math.max(signal, 1)) * grain(at % width, Math.floor(at / width), 0, seed)
    );
  });
  return { data: Uint8Array.from(values, toByte), shape: [height, width], channels: 1 };
}

/** Dark nuclei with a darker rim on a grey, uneven field, as without fluorescence. */
function brightfield({ labels, depth }: NucleusMap, scene: Scene, random: () => number): Image<Uint8Array> {
  const { height, width, radius, seed } = scene;
  const field = between(random, 165, 225);
  const contrast = between(random, 45, 95);
  const levels = Array.from({ length: scene.count + 1 }, () => between(random, 0.6, 1.1));
  const texture = smoothField(
    height,
    width,
    0,
    { scale: radius / 2.5, amplitude: 5, seed },
    { scale: 2 * radius, amplitude: 6, seed: mixSeeds(seed, 1) },
  );
  const sharp = Float32Array.from(labels, (label, at) => {
    if (label === 0) return field + texture[at];
    const rim = depth[at] < 0.22 ? 1 : 0.72;
    return field - contrast * levels[label] * rim + 1.6 * texture[at];
  });
  const values = blurred(sharp, height, width, 1).map(
    (value, at) => value + 4 * grain(at % width, Math.floor(at / width), 0, seed),
  );
  return { data: Uint8Array.from(values, toByte), shape: [height, width], channels: 1 };
}

/** Purple nuclei in pink tissue with gaps of glass: the colours multiply as dyes do. */
function histology({ labels, depth }: NucleusMap, scene: Scene, random: () => number): Image<Uint8Array> {
  const { height, width, radius, seed } = scene;
  const eosin = between(random, 0.7, 1.2);
  const levels = Array.from({ length: scene.count + 1 }, () => between(random, 0.6, 1.1));
  const tissue = smoothField(
    height,
    width,
    0,
    { scale: 4 * radius, amplitude: 0.5, seed },
    { scale: radius, amplitude: 0.2, seed: mixSeeds(seed, 1) },
    { scale: 2.5, amplitude: 0.1, seed: mixSeeds(seed, 2) },
  );
  const chromatin = smoothField(height, width, 1, { scale: radius / 3.5, amplitude: 0.2, seed });
  const dye = Float32Array.from(labels, (label, at) => {
    if (label === 0) return 0;
    return levels[label] * (depth[at] < 0.2 ? 1.12 : 0.85 + chromatin[at]);
  });
  const nuclear = blurred(dye, height, width, 1);
  const data = new Uint8Array(height * width * 3);
  for (let at = 0; at < labels.length; at++) {
    const pink = Math.min(Math.max(0.75 + tissue[at], 0), 1.3) * eosin;
    const purple = Math.max(nuclear[at], 0);
    const grained = 3 * grain(at % width, Math.floor(at / width), 0, seed);
    for (let channel = 0; channel < 3; channel++) {
      const glass = GLASS[channel];
      const transmitted =
        mix(1, EOSIN[channel] / glass, pink * (1 - 0.6 * Math.min(purple, 1))) *
        mix(1, HAEMATOXYLIN[channel] / glass, purple);
      data[3 * at + channel] = toByte(glass * transmitted + grained);
    }
  }
  return { data, shape: [height, width], channels: 3 };
}

function mix(from: number, to: number, weight: number): number {
  return from + (to - from) * weight;
}
