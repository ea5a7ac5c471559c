/** A grader that opens a box, says so, and waits to be killed. */
import { openBox } from '../../../grading/sandbox';
import { nodeBox } from './boxes';

async function main(): Promise<void> {
  const code = "console.log('running'); setInterval(() => {}, 1000)";
  const box = await openBox(nodeBox(code));
  box.stdout.on('data', () => console.log('running'));
}

void main();
