import type { ElementArray } from '../io/elements';
import type { NamedArray } from '../io/safetensors';
import type { StateDict } from '../io/torch/state-dict';
import { conversion, Conversion } from './layout';
import { ModelWeight } from './model-weights';
import { NameMapping, Resolved, resolveName } from './name-mapping';
import { Layout } from './read-weights';

/** What was done with every name. */
export interface LoadReport {
  /** Weights of the model that have their values from the source. */
  loaded: string[];
  /** Weights of the model that the source does not have. */
  missing: string[];
  /** Names of the source that the mapping or the model does not know. */
  unexpected: string[];
  /** Names of the source that nothing is computed from, or that the mapping leaves out. */
  ignored: string[];
}

/** A weight, the numbers that it gets, and how they are converted. */
export interface Assignment {
  weight: ModelWeight;
  array: NamedArray<ElementArray>;
  conversion: Conversion;
}

/** Finds for every name of the source the weight that it goes to; nothing is changed. */
export function matchWeights(
  source: StateDict,
  weights: ReadonlyMap<string, ModelWeight>,
  layout: Layout,
  mapping?: NameMapping,
): { report: LoadReport; assignments: Assignment[]; mismatched: string[] } {
  const report: LoadReport = { loaded: [], missing: [], unexpected: [], ignored: [] };
  const assignments = new Map<ModelWeight, Assignment>();
  const named = new Set<ModelWeight>();
  const mismatched: string[] = [];
  for (const [name, array] of Object.entries(source)) {
    const resolved: Resolved =
      layout === 'pytorch'
        ? resolveName(name, mapping)
        : { to: 'weight', candidates: [name], flattened: undefined };
    const weight = resolved.to === 'weight' ? find(resolved.candidates, weights) : undefined;
    if (resolved.to === 'nothing') report.ignored.push(name);
    else if (resolved.to === 'unknown' || weight === undefined) report.unexpected.push(name);
    else {
      const kind = layout === 'pytorch' ? weight.kind : 'as it is';
      const plan = conversion(kind, array.shape, weight.shape, resolved.flattened);
      if (named.has(weight)) mismatched.push(`'${name}' goes to '${weight.name}' as another name does`);
      else if (!plan)
        mismatched.push(`'${name}' [${array.shape}] does not fit '${weight.name}' [${weight.shape}]`);
      else assignments.set(weight, { weight, array, conversion: plan });
      named.add(weight);
    }
  }
  for (const [name, weight] of weights) {
    if (assignments.has(weight)) report.loaded.push(name);
    else if (!named.has(weight)) report.missing.push(name);
  }
  return { report, assignments: [...assignments.values()], mismatched };
}

function find(
  candidates: readonly string[],
  weights: ReadonlyMap<string, ModelWeight>,
): ModelWeight | undefined {
  const name = candidates.find((candidate) => weights.has(candidate));
  return name === undefined ? undefined : weights.get(name);
}
