import type { ElementArray } from '../io/elements';
import type { StateDict, StateDictOptions } from '../io/torch/state-dict';
import { tf } from '../runtime';
import { Assignment, LoadReport, matchWeights } from './match-weights';
import { modelWeights } from './model-weights';
import { NameMapping } from './name-mapping';
import { Layout, readWeights } from './read-weights';

export interface LoadWeightsOptions extends StateDictOptions {
  /** From PyTorch's modules to layers; by default layers have the modules' names. */
  mapping?: NameMapping;
  /** Refuse what does not match name by name; else load what does. Shapes must match in either case. Default true. */
  strict?: boolean;
  /** Of arrays in memory; a file says it itself. Default 'pytorch'. */
  layout?: Layout;
}

/**
 * Gives a model the weights of a file (`.pth`, `.pt`, `.safetensors`) or of arrays by name. PyTorch's are converted to
 * TensorFlow.js's order of axes (see `conversion`), and its weight, bias, running_mean and running_var become the
 * layers' kernel or gamma, bias or beta, moving mean and moving variance; num_batches_tracked is ignored.
 *
 * @example loadWeights(new VGG16(), 'vgg16-397923af.pth', { mapping: VGG16_NAMES });
 * @throws Error listing all names that are missing, unexpected or of another shape; the model is unchanged then. What
 * `readTorch`, `stateDict` and `readSafetensors` throw
 */
export function loadWeights(
  model: tf.LayersModel,
  source: string | StateDict,
  options: LoadWeightsOptions = {},
): LoadReport {
  const { strict = true, layout: given = 'pytorch', mapping } = options;
  const { arrays, layout } =
    typeof source === 'string' ? readWeights(source, options) : { arrays: source, layout: given };
  const { report, assignments, mismatched } = matchWeights(
    arrays,
    modelWeights('loadWeights', model),
    layout,
    mapping,
  );
  requireMatch(model, source, report, mismatched, strict);
  assignments.forEach(assign);
  return report;
}

function requireMatch(
  model: tf.LayersModel,
  source: string | StateDict,
  { loaded, missing, unexpected }: LoadReport,
  mismatched: readonly string[],
  strict: boolean,
): void {
  const file = typeof source === 'string' ? source : 'the given weights';
  const problems = [
    ...(mismatched.length ? [`other shapes: ${listed(mismatched)}`] : []),
    ...(strict && missing.length ? [`missing: ${listed(missing)}`] : []),
    ...(strict && unexpected.length ? [`unexpected: ${listed(unexpected)}`] : []),
    ...(loaded.length === 0 && mismatched.length === 0 ? ['no name in common'] : []),
  ];
  if (problems.length === 0) return;
  throw new Error(
    `loadWeights: ${file} does not fit model '${model.name}': ${problems.join('; ')}. ` +
      'Build the network that the weights are of, give a mapping of names, or set strict to false to load what fits',
  );
}

function assign({ weight, array, conversion: { view, order, shape } }: Assignment): void {
  tf.tidy(() => {
    const tensor = tf.tensor(floats(array.values), view);
    weight.variable.write(tf.reshape(tf.transpose(tensor, order), shape));
  });
}

function floats(values: ElementArray): Float32Array {
  if (values instanceof Float32Array) return values;
  return values instanceof BigInt64Array || values instanceof BigUint64Array
    ? Float32Array.from(values, Number)
    : Float32Array.from(values);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(', ');
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}
