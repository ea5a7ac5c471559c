import type { Slips } from './reference-blocks';

/** A way to be wrong whose outputs are known, and the words for it. */
export interface KnownSlip {
  slips: Slips;
  hint: string;
}

/** What can go wrong in a block and has the right shapes. */
export const BLOCK_SLIPS: readonly KnownSlip[] = [
  {
    slips: { pooling: 'average' },
    hint: 'This is what average pooling gives; a U-Net pools by the maximum.',
  },
  {
    slips: { pooling: 'after the convolutions' },
    hint: 'The block pools after its convolutions, so that the skip is taken after pooling: pool first, then convolve.',
  },
  {
    slips: { order: 'activation first' },
    hint: 'The activation comes before the normalisation; the order is convolution, normalisation, activation.',
  },
  {
    slips: { order: 'normalization alone' },
    hint: 'The activation after the convolutions is missing.',
  },
  {
    slips: { order: 'activation alone' },
    hint: 'The normalisation after the convolutions is missing.',
  },
  {
    slips: { upsampling: 'normalization alone' },
    hint: 'The activation after the transposed convolution is missing.',
  },
  {
    slips: { upsampling: 'activation alone' },
    hint: 'The normalisation after the transposed convolution is missing.',
  },
  {
    slips: { upsampling: 'nothing' },
    hint: 'Normalisation and activation after the transposed convolution are missing.',
  },
  { slips: { join: 'map twice' }, hint: 'The skip is not used: the map is concatenated with itself.' },
  {
    slips: { join: 'skip twice' },
    hint: 'The map from below is not used: the skip is concatenated with itself.',
  },
  {
    slips: { earlySkip: true },
    hint: 'The skip is taken before the convolutions; it leaves after them, before the next block pools.',
  },
  {
    slips: { alwaysTraining: true },
    hint:
      'Normalisation uses the statistics of the batch in inference too: keep running averages, as ' +
      'tf.layers.batchNormalization does.',
  },
];

/** What can follow the logits and should not. */
export const LAST_LAYER_SLIPS: readonly KnownSlip[] = [
  {
    slips: { last: 'relu' },
    hint: 'A ReLU follows the logits: nothing does, because the loss takes logits.',
  },
  {
    slips: { last: 'sigmoid' },
    hint: 'A sigmoid follows the logits: nothing does, because the loss takes logits.',
  },
  {
    slips: { last: 'softmax' },
    hint: 'A softmax follows the logits: nothing does, because the loss takes logits.',
  },
  {
    slips: { last: 'normalization and activation' },
    hint: 'Normalisation and activation follow the last convolution: nothing does.',
  },
];

/** Options that are not passed on, or not used. */
export const OPTION_SLIPS: readonly KnownSlip[] = [
  {
    slips: { ignored: { numConvolutions: 2 } },
    hint: 'numConvolutions is not used: there are always two convolutions.',
  },
  {
    slips: { ignored: { normalization: 'batch' } },
    hint: "normalization is not used: 'none' leaves it out.",
  },
  { slips: { ignored: { activation: 'relu' } }, hint: 'activation is not used: it is always ReLU.' },
  {
    slips: { ignored: { numConvolutions: 2, normalization: 'batch', activation: 'relu' } },
    hint: 'numConvolutions, normalization and activation are not used.',
  },
];

/** Slips that only the blocks can have made: exercise 8.1 counts them, the exercises that build on it do not. */
export const INHERITED_SLIPS: readonly KnownSlip[] = BLOCK_SLIPS.filter(
  ({ slips }) => slips.pooling ?? slips.order ?? slips.upsampling,
);

/** Slips of the blocks that look the same where a path goes wrong. */
export const JOINING_SLIPS: readonly KnownSlip[] = BLOCK_SLIPS.filter(({ slips }) => slips.join);
