import type { Samples, Volume } from '../io/image';

/** Labels of a class: numbers, and ranges from the first to the last of them. */
export type LabelGroup = readonly (number | readonly [first: number, last: number])[];

/** Classes by their names, in the order of their numbers: the first is 0, the background. */
export type LabelGroups = Readonly<Record<string, LabelGroup>>;

/**
 * FreeSurfer's labels (`FreeSurferColorLUT.txt`) of aseg.mgz, aparc+aseg.mgz, aparc.a2009s+aseg.mgz and wmparc.mgz by
 * tissue and place, as `BRAIN_CLASSES` names them. The right side follows the left. Vessels, the optic chiasm and what is
 * outside of the brain count as background.
 */
export const FREESURFER_GROUPS: LabelGroups = {
  // Unknown; undetermined; vessels; optic chiasm; fluid and head outside of the brain.
  background: [0, [29, 30], [61, 62], 85, [257, 258]],
  // Of the cerebrum; hypointensities in it; corpus callosum; fornix; parcellated and unsegmented white matter.
  'white matter': [
    2,
    41,
    [77, 79],
    192,
    [250, 255],
    [3000, 4035],
    [5001, 5002],
    [13100, 13175],
    [14100, 14175],
  ],
  // Of the cerebrum, and its parcellations by Desikan–Killiany and Destrieux.
  cortex: [3, 42, [1000, 1035], [2000, 2035], [11100, 11175], [12100, 12175]],
  // Lateral, inferior lateral, third, fourth and fifth ventricles; fluid; choroid plexus.
  'ventricles and fluid': [4, 5, 14, 15, 24, 31, 43, 44, 63, 72],
  // Thalamus, caudate, putamen, pallidum; hippocampus, amygdala; accumbens, substantia nigra, ventral diencephalon;
  // hypointensities outside of white matter.
  'deep grey matter': [
    [9, 13],
    [17, 18],
    [26, 28],
    [48, 54],
    [58, 60],
    [80, 82],
    [96, 97],
  ],
  // Exterior, white matter and cortex of the cerebellum; vermis.
  cerebellum: [[6, 8], [45, 47], 172],
  // With midbrain, pons, medulla and the superior cerebellar peduncles where they are told apart.
  'brain stem': [16, [173, 175], 178],
};

export interface GroupedLabels {
  /** Same grid, the numbers of the classes. */
  mask: Volume<Uint8Array>;
  /** Labels that are in no group, which became background, with their voxels; most voxels first. */
  unknown: { label: number; voxels: number }[];
}

/** @throws RangeError for groups that are none, more than 256, empty, or that share a label */
export function requireGroups(owner: string, groups: LabelGroups): void {
  const entries = Object.entries(groups);
  if (entries.length < 2 || entries.length > 256) {
    throw new RangeError(
      `${owner}: got ${entries.length} label groups; expected 2 to 256, the background first: ` +
        `{ background: [0], tumour: [1, [3, 5]] }`,
    );
  }
  const ranges = entries.flatMap(([name, group]) => rangesOf(group).map((range) => ({ name, range })));
  for (const { name, range } of ranges) {
    if (!range.every(Number.isSafeInteger) || range[0] > range[1]) {
      throw new RangeError(
        `${owner}: got labels [${range.join(', ')}] of ${name}; expected integers, or a first and a last one`,
      );
    }
  }
  ranges.sort((a, b) => a.range[0] - b.range[0]);
  ranges.slice(1).forEach(({ name, range }, at) => {
    const before = ranges[at];
    if (range[0] > before.range[1]) return;
    throw new RangeError(
      `${owner}: got label ${range[0]} in ${before.name} and in ${name}; expected it in one`,
    );
  });
}

/** The class of each voxel by its label. */
export function groupLabels(labels: Volume<Samples>, groups: LabelGroups): GroupedLabels {
  const classes = new Map<number, number>();
  const unknown = new Map<number, number>();
  const ranges = Object.values(groups).map(rangesOf);
  const data = new Uint8Array(labels.data.length);
  for (let at = 0; at < data.length; at++) {
    const label = labels.data[at];
    let number = classes.get(label);
    if (number === undefined) {
      number = ranges.findIndex((group) => group.some(([first, last]) => label >= first && label <= last));
      classes.set(label, number);
    }
    if (number >= 0) data[at] = number;
    else unknown.set(label, (unknown.get(label) ?? 0) + 1);
  }
  return {
    mask: { ...labels, data },
    unknown: [...unknown].map(([label, voxels]) => ({ label, voxels })).sort((a, b) => b.voxels - a.voxels),
  };
}

function rangesOf(group: LabelGroup): [number, number][] {
  return group.map((one) => (typeof one === 'number' ? [one, one] : [one[0], one[1]]));
}
