/** One label, or several that make up a region. */
export type LabelValue = number | readonly number[];

/**
 * The labels of a data set by nnU-Net's rules (its `LabelManager`): either each label is a class of its own and the
 * network's channels exclude each other, or regions of several labels overlap and each has a channel of its own.
 */
export interface LabelScheme {
  /** By name, in the order of dataset.json; the background and the ignore label included. */
  names: Readonly<Record<string, LabelValue>>;
  /** All values that masks may have but the ignore label, in ascending order; 0 is the background. */
  all: readonly number[];
  /** Labels other than the background, or the regions: what is trained and scored. */
  foreground: readonly LabelValue[];
  /** For regions, the label that voxels of each get, later ones over earlier ones; without regions undefined. */
  regionOrder?: readonly number[];
  /** The label of voxels that no loss counts; one above all others. */
  ignore?: number;
  /** Channels of the network's last layer: the labels with the background, or the regions. */
  heads: number;
}

/**
 * @param names `labels` of dataset.json
 * @param order `regions_class_order` of dataset.json
 * @param problem is told all that is wrong, in words: "got …; expected …"
 * @returns undefined where something is wrong
 */
export function labelScheme(
  names: unknown,
  order: unknown,
  problem: (text: string) => void,
): LabelScheme | undefined {
  const labels = readLabels(names, problem);
  if (!labels) return undefined;
  let sound = true;
  const refuse = (text: string) => {
    sound = false;
    problem(text);
  };
  const { ignore, ...others } = labels;
  const all = [...new Set(Object.values(others).flat())].sort((a, b) => a - b);
  const gap = all.find((label, index) => label !== index);
  if (labels.background !== 0) {
    refuse(`labels: got background ${JSON.stringify(labels.background)}; expected "background": 0`);
  } else if (gap !== undefined) {
    const missing = all.findIndex((label, index) => label !== index);
    refuse(
      `labels: got [${all.join(', ')}] without ${missing}; expected consecutive labels 0, 1, 2, …: renumber labels and masks`,
    );
  }
  if (ignore !== undefined && ignore !== all.length) {
    refuse(
      `labels: got ignore ${JSON.stringify(ignore)}; expected one more than the greatest other label: ${all.length}`,
    );
  }
  const regions = Object.values(others).some((value) => typeof value !== 'number' && value.length > 1);
  const foreground = regions
    ? Object.values(others).filter((value) => [value].flat().some((label) => label !== 0))
    : all.slice(1);
  const regionOrder = regions ? readOrder(order, foreground.length, all, refuse) : undefined;
  if (!sound) return undefined;
  return {
    names: labels,
    all,
    foreground,
    ...(regionOrder && { regionOrder }),
    ...(ignore !== undefined && { ignore: ignore as number }),
    heads: regions ? foreground.length : all.length,
  };
}

function readLabels(
  names: unknown,
  problem: (text: string) => void,
): Record<string, number | number[]> | undefined {
  const form = 'names with integers, such as {"background": 0, "liver": 1}';
  if (typeof names !== 'object' || names === null || Array.isArray(names) || Object.keys(names).length < 2) {
    problem(`labels: got ${JSON.stringify(names)}; expected at least two ${form}`);
    return undefined;
  }
  const whole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  const read = new Map<string, number | number[]>();
  for (const [name, value] of Object.entries(names)) {
    if (whole(value) || (Array.isArray(value) && value.length > 0 && value.every(whole))) {
      read.set(name, value);
      continue;
    }
    const turned = /^\d+$/.test(name) && typeof value === 'string';
    const fix = turned ? `: turn "${name}": "${value}" round, nnU-Net v2 has the name first` : '';
    problem(
      `labels: got ${JSON.stringify(name)}: ${JSON.stringify(value)}; expected ${form}, lists for regions${fix}`,
    );
    return undefined;
  }
  if (!read.has('background')) {
    problem(`labels: got no "background" among ${[...read.keys()].join(', ')}; expected "background": 0`);
    return undefined;
  }
  return Object.fromEntries(read);
}

function readOrder(
  order: unknown,
  regions: number,
  all: readonly number[],
  refuse: (text: string) => void,
): number[] | undefined {
  const right =
    Array.isArray(order) && order.length === regions && order.every((label) => all.includes(label as number));
  if (right) return order as number[];
  refuse(
    `regions_class_order: got ${JSON.stringify(order)}; expected ${regions} labels, one for each region in the order of ` +
      'labels: what its voxels become, later ones over earlier ones',
  );
  return undefined;
}
