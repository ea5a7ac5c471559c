import { tf } from '../../runtime';
import type { EpochRecord } from '../../train/epoch-record';
import type { Plain } from '../plain';
import { flatWeights, makeNetwork, recordPasses } from './network';
import { taskOf, TrainingInput, TrainingTask } from './problem';

/** The function of exercise 8.4. */
export type TrainingLoop = {
  trainUNet: (model: tf.LayersModel, task: TrainingTask) => Promise<EpochRecord[]>;
};

async function run(answer: TrainingLoop, input: TrainingInput) {
  const model = makeNetwork(input.seed);
  const passes = recordPasses(model);
  const task = taskOf(input);
  const before = tf.memory().numTensors;
  const records: unknown = await answer.trainUNet(model, task);
  const left = tf.memory().numTensors - before;
  if (!Array.isArray(records)) {
    throw new TypeError(`trainUNet: got ${typeof records}; expected it to return the records, one an epoch`);
  }
  return {
    records: (records as Partial<EpochRecord>[]).map(recordOf),
    passes,
    left,
    weights: flatWeights(model),
  };
}

function recordOf(record: Partial<EpochRecord> | undefined): Plain {
  const { epoch = null, trainLoss = null, validationLoss = null, seconds = null } = record ?? {};
  return { epoch, trainLoss, validationLoss, seconds };
}

export const trainingProbes = {
  /** The records of a run, every pass of images through the network with its weights before it, and those at the end. */
  async run(answer: TrainingLoop, input: TrainingInput): Promise<Plain> {
    const { records, passes, weights } = await run(answer, input);
    return { records, passes, weights };
  },

  /** The records alone. */
  records: async (answer: TrainingLoop, input: TrainingInput): Promise<Plain> =>
    (await run(answer, input)).records,

  /** How many tensors a run leaves behind. */
  tensorsLeft: async (answer: TrainingLoop, input: TrainingInput): Promise<Plain> =>
    (await run(answer, input)).left,
};
