import type { Answer } from './answer';

/** Wrong answers to 8.1, 8.2 and 8.3. */
export const wrongUNets: readonly Answer[] = [
  {
    name: 'average pooling',
    exercise: '8.1',
    edits: [['maxPooling2d', 'averagePooling2d']],
    shares: { '8.1': { atMost: 0.9 } },
  },
];

/** Right answers to 8.1, 8.2 and 8.3, written otherwise than the notebook's. */
export const rightUNets: readonly Answer[] = [
  { name: "the notebook's own blocks", exercise: '8.1', edits: [], shares: { '8.1': 1, '8.2': 1, '8.3': 1 } },
];
