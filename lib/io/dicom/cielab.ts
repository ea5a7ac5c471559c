/**
 * Linear sRGB → XYZ with its own white, D65. DICOM asks for D50; its writers and viewers (DCMTK, highdicom, OHIF) take
 * D65, and colours come back right only so.
 */
const TO_XYZ = [
  [0.4124, 0.3576, 0.1805],
  [0.2126, 0.7152, 0.0722],
  [0.0193, 0.1192, 0.9505],
];
const WHITE = [0.95047, 1, 1.08883];

/**
 * A colour of sRGB, 0…255, as DICOM stores CIELab: L* from 0…100 and a*, b* from −128…127 to 0…65535.
 *
 * Source: DICOM PS3.3 C.10.7.1.1; CIE 15, L*a*b*.
 */
export function cielab(rgb: readonly [number, number, number]): [number, number, number] {
  const linear = rgb.map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const [x, y, z] = TO_XYZ.map((row, axis) => {
    const ratio = row.reduce((sum, factor, channel) => sum + factor * linear[channel], 0) / WHITE[axis];
    return ratio > (6 / 29) ** 3 ? Math.cbrt(ratio) : (841 / 108) * ratio + 4 / 29;
  });
  const scaled = [(116 * y - 16) / 100, (500 * (x - y) + 128) / 255, (200 * (y - z) + 128) / 255];
  return scaled.map((part) => Math.round(Math.max(0, Math.min(1, part)) * 65535)) as [number, number, number];
}
