import type { Answer } from './answer';

const wrong = (name: string, atMost: number, ...edits: [there: string, student: string][]): Answer => ({
  name,
  exercise: '8.4',
  edits,
  shares: { '8.4': { atMost } },
});

const VALIDATION = 'model.predict(validation.images) as tf.Tensor';

/** Wrong answers to 8.4. */
export const wrongTraining: readonly Answer[] = [
  wrong(
    'loss averaged over batches',
    0.9,
    ['total += loss * images.shape[0];', 'total += loss;'],
    ['seen += images.shape[0];', 'seen += 1;'],
  ),
  wrong('losses of the batches added', 0.9, ['trainLoss: total / seen', 'trainLoss: total']),
  wrong('train loss of the last batch', 0.9, [
    'total += loss * images.shape[0];',
    'total = loss * seen + loss * images.shape[0];',
  ]),
  wrong('batch normalisation in training mode while validating', 0.75, [
    VALIDATION,
    'model.apply(validation.images, { training: true }) as tf.Tensor',
  ]),
  wrong('no positive weight', 0.85, [
    'binaryCrossEntropy(masks, logits, { positiveWeight: 9 })',
    'binaryCrossEntropy(masks, logits)',
  ]),
  wrong('no positive weight in the validation', 0.92, [
    'binaryCrossEntropy(validation.masks, logits, { positiveWeight: 9 })',
    'binaryCrossEntropy(validation.masks, logits)',
  ]),
  wrong('gradients not disposed of', 0.9, ['tf.dispose([value, grads]);', 'value.dispose();']),
  wrong(
    'validation outside of tidy',
    0.9,
    [
      'tf.tidy(() => {\n        const logits = model.predict',
      '(() => {\n        const logits = model.predict',
    ],
    ['.dataSync()[0];\n      });\n      const record', '.dataSync()[0];\n      })();\n      const record'],
  ),
  wrong('the last weights instead of the best', 0.92, ['best.offer(epoch, validationLoss);', '']),
  wrong('the best by the train loss', 0.95, [
    'best.offer(epoch, validationLoss);',
    'best.offer(epoch, total / seen);',
  ]),
  wrong('no update', 0.7, ['optimizer.applyGradients(grads);', '']),
  wrong('two updates a batch', 0.9, [
    'optimizer.applyGradients(grads);',
    'optimizer.applyGradients(grads); optimizer.applyGradients(grads);',
  ]),
  wrong('each batch twice', 0.5, [
    '{ indices: training, batchSize, augment: true, seed: 834, epoch })) {\n        const',
    '{ indices: [...training, ...training], batchSize, augment: true, seed: 834, epoch })) {\n        const',
  ]),
  wrong('all images of the data, not those for training', 0.9, [
    'indices: training, batchSize, augment',
    'batchSize, augment',
  ]),
  wrong('the smaller last batch left out', 0.6, [
    'const { value, grads }',
    'if (images.shape[0] < batchSize) continue;\n        const { value, grads }',
  ]),
  wrong('forward pass in inference mode', 0.6, [
    'model.apply(images, { training: true })',
    'model.apply(images, { training: false })',
  ]),
  wrong('the same order in each epoch', 0.96, [
    'seed: 834, epoch })) {\n        const',
    'seed: 834 })) {\n        const',
  ]),
  wrong('epochs counted from 0', 0.96, ['const record = { epoch,', 'const record = { epoch: epoch - 1,']),
  wrong(
    'validated before the epoch',
    0.92,
    [
      'let total = 0;',
      'let total = 0;\n      const early = tf.tidy(() => binaryCrossEntropy(validation.masks, model.predict(validation.images) as tf.Tensor, { positiveWeight: 9 }).dataSync()[0]);',
    ],
    ['trainLoss: total / seen, validationLoss,', 'trainLoss: total / seen, validationLoss: early,'],
  ),
  wrong(
    'another optimizer for each batch',
    0.95,
    [
      'const { value, grads } = tf.variableGrads',
      'const once: tf.Optimizer = tf.train.adam(1e-3);\n        const { value, grads } = tf.variableGrads',
    ],
    ['optimizer.applyGradients(grads);', 'once.applyGradients(grads); once.dispose();'],
  ),
];

/** Right answers to 8.4, written otherwise than the notebook's. */
export const rightTraining: readonly Answer[] = [
  { name: "the notebook's own loop", exercise: '8.4', edits: [], shares: { '8.4': 1 } },
  {
    name: 'minimize, validation image by image, weights kept by hand',
    exercise: '8.4',
    file: 'training-by-hand.ts.txt',
    shares: { '8.4': 1 },
  },
  {
    name: 'an order of its own, without augmentation',
    exercise: '8.4',
    edits: [['augment: true, seed: 834, epoch })) {\n        const', 'seed: 7 + epoch })) {\n        const']],
    shares: { '8.4': 1 },
  },
];
