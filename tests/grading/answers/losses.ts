import type { Answer } from './answer';

const wrong = (name: string, atMost: number, ...edits: [there: string, student: string][]): Answer => ({
  name,
  exercise: '8.5',
  edits,
  shares: { '8.5': { atMost } },
});

const TERMS = 'return weight.mul(factor).mul(surprise).mean() as tf.Scalar;';

/** Wrong answers to 8.5. */
export const wrongLosses: readonly Answer[] = [
  wrong('Dice over the batch', 0.85, ['const pixels = [1, 2, 3];', 'const pixels = [0, 1, 2, 3];']),
  wrong('Dice without a sigmoid', 0.75, ['const p = tf.sigmoid(logits);', 'const p = logits;']),
  wrong('Dice with two sigmoids', 0.75, ['tf.sigmoid(logits)', 'tf.sigmoid(tf.sigmoid(logits))']),
  wrong('smooth above the line only', 0.9, ['.div(sizes.add(smooth))', '.div(sizes)']),
  wrong('smooth below the line only', 0.9, ['.mul(2).add(smooth).div', '.mul(2).div']),
  wrong('squares below the line', 0.85, ['p.sum(pixels).add(labels', 'p.square().sum(pixels).add(labels']),
  wrong('the Dice score as a loss', 0.7, ['tf.sub(1, dice).mean()', 'dice.mean()']),
  wrong('losses of the images added', 0.8, ['tf.sub(1, dice).mean()', 'tf.sub(1, dice).sum()']),
  wrong('one loss for each image', 0.75, ['tf.sub(1, dice).mean()', 'tf.sub(1, dice)']),
  wrong('overlap counted once', 0.75, ['overlap.mul(2).add', 'overlap.add']),
  // Dice cannot be had from the library under another name; the focal loss keeps its share.
  wrong(
    "the library's Dice loss as a part of another",
    0.55,
    ['const p = tf.sigmoid(logits);', "const { clDiceLoss } = require('segcourse');"],
    ['const pixels = [1, 2, 3];', 'return clDiceLoss(labels, logits, { lambda: 0, smooth });'],
    ['const overlap = p.mul(labels).sum(pixels);', ''],
    ['const sizes = p.sum(pixels).add(labels.sum(pixels));', ''],
    ['const dice = overlap.mul(2).add(smooth).div(sizes.add(smooth));', ''],
    ['return tf.sub(1, dice).mean() as tf.Scalar;', ''],
  ),
  wrong('rounded probabilities', 0.8, ['const p = tf.sigmoid(logits);', 'const p = tf.step(logits);']),
  wrong('a smooth of its own', 0.9, ['.add(smooth).div(sizes.add(smooth))', '.add(1).div(sizes.add(1))']),
  wrong('α on the wrong class', 0.8, [
    'labels.mul(2 * alpha - 1).add(1 - alpha)',
    'labels.mul(1 - 2 * alpha).add(alpha)',
  ]),
  wrong('no α', 0.8, [TERMS, 'return factor.mul(surprise).mean() as tf.Scalar;']),
  wrong('background weighs 1', 0.8, [
    'labels.mul(2 * alpha - 1).add(1 - alpha)',
    'labels.mul(alpha - 1).add(1)',
  ]),
  wrong('γ on p_t', 0.8, ['tf.sigmoid(z.neg()).pow(gamma)', 'tf.sigmoid(z).pow(gamma)']),
  wrong('γ as a factor', 0.85, ['tf.sigmoid(z.neg()).pow(gamma)', 'tf.sigmoid(z.neg()).mul(gamma)']),
  wrong('no γ', 0.85, [TERMS, 'return weight.mul(surprise).mean() as tf.Scalar;']),
  wrong('focal loss summed', 0.75, [TERMS, 'return weight.mul(factor).mul(surprise).sum() as tf.Scalar;']),
  wrong('focal loss negative', 0.75, ['tf.softplus(z.neg())', 'tf.softplus(z.neg()).neg()']),
  wrong('logarithm of the sigmoid', 0.95, ['tf.softplus(z.neg())', 'tf.sigmoid(z).log().neg()']),
  wrong('the factor without a gradient', 0.95, [
    'tf.sigmoid(z.neg()).pow(gamma)',
    'tf.tensor(tf.sigmoid(z.neg()).pow(gamma).dataSync(), z.shape)',
  ]),
  wrong('probabilities clipped far from 0', 0.95, [
    'tf.softplus(z.neg())',
    'tf.sigmoid(z).clipByValue(1e-3, 1).log().neg()',
  ]),
  wrong('γ fixed at 2', 0.95, ['.pow(gamma)', '.pow(2)']),
];

/** Right answers to 8.5, written otherwise than the notebook's. */
export const rightLosses: readonly Answer[] = [
  { name: "the notebook's own losses", exercise: '8.5', edits: [], shares: { '8.5': 1 } },
  {
    name: 'arrow functions, without tidy, by logSigmoid',
    exercise: '8.5',
    file: 'losses-by-log-sigmoid.ts.txt',
    shares: { '8.5': 1 },
  },
  {
    name: '1 − Dice of flattened images',
    exercise: '8.5',
    edits: [
      [
        'const pixels = [1, 2, 3];',
        'const pixels = 1; const flat = (each: tf.Tensor) => each.reshape([each.shape[0], -1]);',
      ],
      [
        'const p = tf.sigmoid(logits);',
        'labels = labels.reshape([labels.shape[0], -1]) as any; const p = tf.sigmoid(logits.reshape([logits.shape[0], -1]));',
      ],
    ],
    shares: { '8.5': 1 },
  },
];
