import { tf } from '../runtime';
import { firstOutput, type Predict } from './predict';

/**
 * The mean of what several networks give, such as those of a cross-validation's folds: of logits as nnU-Net takes it of
 * folds, or of probabilities, as it takes it of different networks.
 *
 * ```ts
 * const folds = models.map((model) => (batch: tf.Tensor) => model.predict(batch));
 * const ofLogits = withProbabilities(ensemble(folds), 'softmax');
 * const ofProbabilities = ensemble(folds.map((fold) => withProbabilities(fold, 'softmax')));
 * ```
 *
 * @throws RangeError for no member, and for members whose outputs differ in shape
 */
export function ensemble(members: readonly Predict[]): Predict {
  if (members.length === 0) throw new RangeError('ensemble: got no member; expected at least one');
  return (batch) =>
    tf.tidy(() => {
      const sum = members.slice(1).reduce(
        (total, member) =>
          tf.tidy(() => {
            const output = firstOutput(member, batch);
            requireShape(output, total);
            const next = tf.add(total, output);
            total.dispose();
            return next;
          }),
        tf.clone(firstOutput(members[0], batch)),
      );
      return tf.div(sum, members.length);
    });
}

/** What turns logits into probabilities: 'softmax' over the classes, or 'sigmoid' of each class on its own. */
export type ClassActivation = 'softmax' | 'sigmoid';

/**
 * A network's logits as probabilities.
 *
 * @throws RangeError for another activation
 */
export function withProbabilities(predict: Predict, activation: ClassActivation): Predict {
  if (activation !== 'softmax' && activation !== 'sigmoid') {
    throw new RangeError(
      `withProbabilities: got activation '${String(activation)}'; expected 'softmax' or 'sigmoid'`,
    );
  }
  return (batch) =>
    tf.tidy(() => {
      const logits = firstOutput(predict, batch);
      return activation === 'softmax' ? tf.softmax(logits) : tf.sigmoid(logits);
    });
}

function requireShape({ shape }: tf.Tensor, expected: tf.Tensor): void {
  if (shape.join() === expected.shape.join()) return;
  throw new RangeError(
    `ensemble: got outputs of shapes [${expected.shape.join(', ')}] and [${shape.join(', ')}]; expected networks of the ` +
      'same classes that keep the sizes of their images',
  );
}
