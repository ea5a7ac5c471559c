/** A colour of an object, chosen anew for each: the body's, a second one, dark (tyres, eyes), glass, skin. */
export type Paint = 'body' | 'second' | 'dark' | 'glass' | 'skin';

/** A part of a drawing. Places are in units of the object's size, x to the right and y down, the middle at (0, 0). */
export type Part =
  | { kind: 'ellipse'; paint: Paint; x: number; y: number; width: number; height: number }
  | { kind: 'polygon'; paint: Paint; points: readonly (readonly [number, number])[] }
  | { kind: 'line'; paint: Paint; points: readonly (readonly [number, number])[]; width: number };

const ellipse = (paint: Paint, x: number, y: number, width: number, height: number): Part => ({
  kind: 'ellipse',
  paint,
  x,
  y,
  width,
  height,
});
const polygon = (paint: Paint, ...points: [number, number][]): Part => ({ kind: 'polygon', paint, points });
const line = (paint: Paint, width: number, ...points: [number, number][]): Part => ({
  kind: 'line',
  paint,
  points,
  width,
});
const box = (paint: Paint, left: number, top: number, right: number, bottom: number): Part =>
  polygon(paint, [left, top], [right, top], [right, bottom], [left, bottom]);

/** A standing animal: legs, body, neck and head of the given sizes; further parts on top. */
function animal(leg: number, body: number, neck: number, head: number, ...parts: Part[]): Part[] {
  const belly = 0.4 - leg;
  const top = belly - body;
  const legs = [-0.3, -0.2, 0.16, 0.26].map((x) => line('body', 0.07, [x, belly - 0.05], [x, 0.42]));
  return [
    ...legs,
    ellipse('body', -0.02, belly - body / 2, 0.74, body),
    line('body', 0.15, [0.26, top + 0.12], [0.36, top - neck + 0.08]),
    ellipse('body', 0.4, top - neck + 0.06, head * 1.35, head),
    ellipse('dark', 0.42, top - neck + 0.03, 0.035, 0.035),
    ...parts,
  ];
}

const wheels = (...places: number[]): Part[] =>
  places.flatMap((x) => [ellipse('dark', x, 0.2, 0.2, 0.2), ellipse('second', x, 0.2, 0.09, 0.09)]);

/** How the synthetic objects of a VOC class are drawn, lowest part first. */
export const DRAWINGS: Record<string, readonly Part[]> = {
  aeroplane: [
    polygon('body', [-0.1, 0], [-0.24, -0.42], [-0.13, -0.42], [0.16, 0]),
    polygon('second', [-0.1, 0.02], [-0.3, 0.38], [-0.18, 0.38], [0.16, 0.02]),
    polygon('second', [-0.44, -0.02], [-0.5, -0.22], [-0.42, -0.22], [-0.3, -0.02]),
    ellipse('body', 0, 0, 0.98, 0.15),
    line('glass', 0.03, [-0.3, -0.015], [0.36, -0.015]),
  ],
  bird: [
    line('dark', 0.03, [-0.02, 0.12], [-0.04, 0.38]),
    line('dark', 0.03, [0.06, 0.12], [0.06, 0.38]),
    polygon('second', [-0.2, 0], [-0.5, 0.1], [-0.46, 0.2], [-0.12, 0.14]),
    ellipse('body', 0, 0, 0.5, 0.32),
    ellipse('body', 0.24, -0.2, 0.22, 0.22),
    polygon('second', [0.34, -0.23], [0.48, -0.18], [0.34, -0.15]),
    polygon('second', [-0.1, -0.08], [0.1, -0.06], [-0.26, 0.12]),
    ellipse('dark', 0.28, -0.23, 0.04, 0.04),
  ],
  boat: [
    line('dark', 0.035, [0, 0.12], [0, -0.48]),
    polygon('second', [0.03, -0.46], [0.03, 0.02], [0.4, 0.02]),
    polygon('glass', [-0.03, -0.4], [-0.03, 0.02], [-0.32, 0.02]),
    polygon('body', [-0.5, 0.08], [0.5, 0.08], [0.34, 0.34], [-0.36, 0.34]),
  ],
  bottle: [
    box('body', -0.12, -0.12, 0.12, 0.46),
    polygon('body', [-0.12, -0.11], [-0.05, -0.28], [0.05, -0.28], [0.12, -0.11]),
    box('body', -0.05, -0.46, 0.05, -0.26),
    box('second', -0.12, 0.04, 0.12, 0.26),
    box('dark', -0.06, -0.48, 0.06, -0.42),
  ],
  bus: [
    box('body', -0.5, -0.28, 0.5, 0.2),
    ...[-0.42, -0.22, -0.02, 0.18].map((left) => box('glass', left, -0.2, left + 0.15, -0.02)),
    box('second', 0.37, -0.2, 0.46, 0.18),
    ...wheels(-0.28, 0.24),
  ],
  car: [
    polygon('body', [-0.28, 0], [-0.16, -0.2], [0.16, -0.2], [0.3, 0]),
    polygon('glass', [-0.2, -0.02], [-0.12, -0.15], [0, -0.15], [0, -0.02]),
    polygon('glass', [0.04, -0.02], [0.04, -0.15], [0.13, -0.15], [0.22, -0.02]),
    polygon('body', [-0.5, 0.2], [-0.5, 0.02], [-0.3, -0.02], [0.32, -0.02], [0.5, 0.06], [0.5, 0.2]),
    ...wheels(-0.28, 0.28),
  ],
  cat: animal(
    0.2,
    0.24,
    0.02,
    0.24,
    polygon('body', [0.3, -0.1], [0.32, -0.26], [0.4, -0.14]),
    polygon('body', [0.4, -0.14], [0.48, -0.26], [0.5, -0.1]),
    line('body', 0.06, [-0.34, 0.04], [-0.46, -0.1], [-0.44, -0.32]),
  ),
  cow: animal(
    0.22,
    0.36,
    0.02,
    0.2,
    ellipse('second', -0.14, -0.02, 0.24, 0.18),
    ellipse('second', 0.14, 0.04, 0.16, 0.14),
    line('dark', 0.035, [0.34, -0.2], [0.28, -0.32]),
    line('dark', 0.035, [0.46, -0.2], [0.52, -0.32]),
  ),
  dog: animal(
    0.26,
    0.22,
    0.1,
    0.18,
    ellipse('second', 0.31, -0.1, 0.09, 0.2),
    line('body', 0.05, [-0.34, -0.02], [-0.48, -0.2]),
  ),
  horse: animal(
    0.36,
    0.24,
    0.24,
    0.15,
    line('second', 0.07, [0.2, -0.14], [0.28, -0.4]),
    line('second', 0.06, [-0.36, -0.1], [-0.46, 0.2]),
  ),
  person: [
    line('second', 0.11, [-0.05, 0.06], [-0.1, 0.46]),
    line('second', 0.11, [0.05, 0.06], [0.1, 0.46]),
    line('skin', 0.07, [-0.12, -0.2], [-0.22, 0.08]),
    line('skin', 0.07, [0.12, -0.2], [0.22, 0.06]),
    polygon('body', [-0.15, -0.26], [0.15, -0.26], [0.11, 0.12], [-0.11, 0.12]),
    ellipse('skin', 0, -0.38, 0.17, 0.2),
  ],
  sheep: [
    ...[-0.2, -0.1, 0.1, 0.2].map((x) => line('dark', 0.06, [x, 0.1], [x, 0.4])),
    ...[
      [-0.22, 0],
      [-0.1, -0.12],
      [0.08, -0.13],
      [0.2, -0.02],
      [0, 0.06],
      [-0.12, 0.08],
      [0.14, 0.08],
    ].map(([x, y]) => ellipse('glass', x, y, 0.34, 0.3)),
    ellipse('dark', 0.4, -0.08, 0.18, 0.24),
  ],
  train: [
    box('body', -0.5, -0.16, 0.14, 0.16),
    polygon('second', [0.16, -0.22], [0.4, -0.22], [0.5, 0.02], [0.5, 0.16], [0.16, 0.16]),
    ...[-0.44, -0.28, -0.12].map((left) => box('glass', left, -0.1, left + 0.11, 0.02)),
    polygon('glass', [0.3, -0.15], [0.38, -0.15], [0.44, 0], [0.3, 0]),
    ...[-0.4, -0.25, -0.05, 0.25, 0.4].map((x) => ellipse('dark', x, 0.18, 0.1, 0.1)),
  ],
  tvmonitor: [
    box('dark', -0.08, 0.2, 0.08, 0.36),
    box('dark', -0.24, 0.34, 0.24, 0.4),
    box('dark', -0.46, -0.34, 0.46, 0.24),
    box('glass', -0.4, -0.28, 0.4, 0.18),
    polygon('second', [-0.4, 0.18], [-0.1, -0.1], [0.08, 0.06], [0.2, -0.04], [0.4, 0.18]),
  ],
};
