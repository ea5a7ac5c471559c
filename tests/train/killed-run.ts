/**
 * A run that is killed, as by the system, without a chance to tidy up: `killed-run.ts <checkpoint> <where>`, 'step' in
 * the third epoch or 'write' half way through the third writing of the checkpoint.
 */
import fs from 'node:fs';
import { resumableRun } from './resumable-run';

const [, , file, where] = process.argv;
const kill = () => process.kill(process.pid, 'SIGKILL');

let files = 0;
if (where === 'write') {
  const { openSync, writeSync } = fs;
  fs.openSync = (...args) => {
    if (String(args[0]).startsWith(file)) files++;
    return openSync(...args);
  };
  fs.writeSync = ((handle: number, bytes: Uint8Array, offset: number) => {
    if (files < 3) return writeSync(handle, bytes, offset);
    writeSync(handle, bytes, 0, bytes.length / 2);
    kill();
    return 0;
  }) as typeof fs.writeSync;
}

void resumableRun('SGD', {
  checkpoint: file,
  observers: [{ onStep: (epoch, step) => void (where === 'step' && epoch === 3 && step === 2 && kill()) }],
});
