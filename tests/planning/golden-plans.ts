import { readFingerprintJson } from '../../lib/planning/fingerprint-json';
import { planDataset, type DatasetPlan } from '../../lib/planning/plan';
import { readDatasetJson, type DatasetDescription } from '../../lib/workflow/dataset-json';
import { planningDataset } from '../../lib/workflow/planning-dataset';
import type { Fingerprint } from '../../lib/planning/fingerprint';
import { golden } from '../golden';

type Json = Record<string, unknown>;

interface GoldenPlan {
  name: string;
  /** dataset_fingerprint.json and dataset.json */
  fingerprint: Json;
  dataset: Json;
  gigabytes: number;
  /** What nnunetv2 wrote, without what configurations have in common. */
  plans: Json;
  /** Parameters of nnU-Net's network of each configuration. */
  parameters: Record<string, number>;
}

const stored = golden<{ common: Record<string, Json>; plans: GoldenPlan[] }>('nnunet-plan');

/** Data sets with nnunetv2's plans, whole. */
export const goldenPlans: GoldenPlan[] = stored.plans.map((one) => ({ ...one, plans: whole(one.plans) }));

function whole(plans: Json): Json {
  const configurations = Object.entries(plans.configurations as Record<string, Json>).map(([name, own]) => {
    if (!Array.isArray(own.spacing)) return [name, own];
    const common = stored.common[String(own.spacing.length)];
    const [ours, theirs] = [common.architecture, own.architecture] as Json[];
    const kwargs = { ...(ours.arch_kwargs as Json), ...(theirs.arch_kwargs as Json) };
    return [name, { ...common, ...own, architecture: { ...ours, ...theirs, arch_kwargs: kwargs } }];
  });
  return { ...plans, configurations: Object.fromEntries(configurations) as Json };
}

export function goldenInputs({ fingerprint, dataset }: GoldenPlan): {
  fingerprint: Fingerprint;
  description: DatasetDescription;
} {
  return {
    fingerprint: readFingerprintJson(fingerprint, 'dataset_fingerprint.json'),
    description: readDatasetJson(dataset, 'dataset.json'),
  };
}

export function goldenPlan(one: GoldenPlan): DatasetPlan {
  const { fingerprint, description } = goldenInputs(one);
  return planDataset(fingerprint, planningDataset(description), { gigabytes: one.gigabytes });
}
