/** Red, green, blue, each 0–255. */
export type Rgb = readonly [number, number, number];

/**
 * The palette of Okabe and Ito ("Color Universal Design", 2008): eight colours that people with any common colour
 * vision deficiency tell apart.
 */
export const OKABE_ITO = {
  orange: '#e69f00',
  sky: '#56b4e9',
  green: '#009e73',
  yellow: '#f0e442',
  blue: '#0072b2',
  vermilion: '#d55e00',
  purple: '#cc79a7',
  black: '#000000',
} as const;

/** For lines, points and bars on white, strongest contrast first. */
export const CHART_COLOURS: readonly string[] = [
  OKABE_ITO.blue,
  OKABE_ITO.vermilion,
  OKABE_ITO.green,
  OKABE_ITO.purple,
  OKABE_ITO.orange,
  OKABE_ITO.sky,
  OKABE_ITO.black,
];

/** For masks over grey images: the bright colours first. */
export const OVERLAY_COLOURS: readonly string[] = [
  OKABE_ITO.orange,
  OKABE_ITO.sky,
  OKABE_ITO.green,
  OKABE_ITO.yellow,
  OKABE_ITO.vermilion,
  OKABE_ITO.purple,
  OKABE_ITO.blue,
];

/**
 * For maps of instances, from dark to light, each step one of lightness too: CIE L* 46, 54, 61, 70, 89, 100. Black is left
 * to what has no label.
 */
export const LABEL_COLOURS: readonly string[] = [
  OKABE_ITO.blue,
  OKABE_ITO.vermilion,
  OKABE_ITO.purple,
  OKABE_ITO.sky,
  OKABE_ITO.yellow,
  '#ffffff',
];

// Matplotlib's viridis (van der Walt and Smith, CC0) at 42 equal steps, as vega-scale stores it.
const VIRIDIS_HEX =
  '440154470e61481a6c482575472f7d443a834144873d4e8a39568c35608d31688e2d708e2a788e27818e23888e21918d1f988b1fa0' +
  '8822a8842ab07f35b77943bf7154c56866cc5d7ad1518fd744a5db36bcdf27d2e21be9e51afde725';

const VIRIDIS: readonly Rgb[] = (VIRIDIS_HEX.match(/.{6}/g) as string[]).map((hex) => parseColour(`#${hex}`));

/** `#rrggbb` → [r, g, b]. @throws Error for any other notation */
export function parseColour(hex: string): Rgb {
  const match = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(hex);
  if (!match) throw new Error(`colour: got "${hex}"; expected six hexadecimal digits, such as "#e69f00"`);
  return [parseInt(match[1]!, 16), parseInt(match[2]!, 16), parseInt(match[3]!, 16)];
}

/** Viridis at a position in [0, 1]: dark violet to yellow, evenly brighter, also when printed in grey. */
export function viridis(position: number): Rgb {
  const place = Math.min(1, Math.max(0, position)) * (VIRIDIS.length - 1);
  const index = Math.min(VIRIDIS.length - 2, Math.floor(place));
  const [from, to] = [VIRIDIS[index] as Rgb, VIRIDIS[index + 1] as Rgb];
  const mix = (channel: 0 | 1 | 2) =>
    Math.round(from[channel] + (to[channel] - from[channel]) * (place - index));
  return [mix(0), mix(1), mix(2)];
}
