/** A training that is killed, as by the system, in its second epoch: `killed-training.ts <data set> <results>`. */
import { smallTraining } from './small-training';

const [, , dataset, results] = process.argv;
const kill = () => process.kill(process.pid, 'SIGKILL');

void smallTraining(dataset, results, {
  observers: () => [{ onStep: (epoch, step) => void (epoch === 2 && step === 2 && kill()) }],
});
