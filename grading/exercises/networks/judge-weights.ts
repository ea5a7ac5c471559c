import type { Verdict } from '../../../lib/check/case';
import { describe, equals, field, Plain } from '../../../lib/check/plain';

/** Kind and shape of a network's weights: `kernel 3×3×4×8`, sorted; those that training changes, and the others. */
export interface WeightNames {
  trainable: string[];
  others: string[];
}

const MOST = 1000;

/** Judges which weights a network has. */
export function judgeWeights(evidence: Plain, expected: WeightNames): Verdict {
  const wanted = `${expected.trainable.length} trainable weights of the right shapes`;
  const trainable = namesOf(field(evidence, 'trainable'));
  const others = namesOf(field(evidence, 'others'));
  if (trainable === undefined || others === undefined) {
    const hint = 'The layers have no weights that could be listed.';
    return { credit: 0, got: describe(evidence), expected: wanted, hint };
  }
  if (equals([trainable, others], [expected.trainable, expected.others])) {
    return { credit: 1, got: wanted, expected: wanted };
  }
  const hint = hintOf([...trainable, ...others], [...expected.trainable, ...expected.others]);
  return {
    credit: 0,
    got: `${trainable.length} trainable weights, not all of the right shapes`,
    expected: wanted,
    hint,
  };
}

function namesOf(value: Plain | undefined): string[] | undefined {
  if (!Array.isArray(value) || value.length > MOST) return undefined;
  return value.every((each) => typeof each === 'string' && each.length < 100)
    ? (value as string[])
    : undefined;
}

function hintOf(got: readonly string[], wanted: readonly string[]): string {
  const missing = without(wanted, got);
  const extra = without(got, wanted);
  const starting = (names: string[], start: string) => names.some((name) => name.startsWith(start));
  const [missingKernel, extraKernel] = [missing, extra].map((names) => starting(names, 'kernel'));
  if (missing.length === 0 && extra.length === 0)
    return 'Weights are frozen that should train, or train that should not.';
  if (!missingKernel && !extraKernel) {
    if (starting(missing, 'gamma') || starting(missing, 'mean')) {
      return 'Normalisation is missing somewhere: it follows every convolution but the last, the transposed one too.';
    }
    if (starting(extra, 'gamma'))
      return 'There is a normalisation too many: none follows the last convolution.';
    return 'A convolution lacks its bias, or has one too many.';
  }
  if (!missingKernel) return 'There are more convolutions than asked for: is numConvolutions used?';
  if (!extraKernel)
    return 'A convolution is missing: is numConvolutions used, and does every block convolve?';
  if (starting(missing, 'kernel 2×2'))
    return 'The transposed convolution is 2 × 2 with stride 2, and halves the channels.';
  if (starting(missing, 'kernel 1×1')) return 'The last convolution is 1 × 1 and has numClasses outputs.';
  return 'A kernel has another size or other channels than asked for: 3 × 3, and a concatenation brings both halves in.';
}

/** What is left of `names` without those of `others`, each as often as it is there. */
function without(names: readonly string[], others: readonly string[]): string[] {
  const rest = [...others];
  return names.filter((name) => {
    const place = rest.indexOf(name);
    if (place >= 0) rest.splice(place, 1);
    return place < 0;
  });
}
