import { progressBar, type ProgressBar } from '../display/progress-bar';
import type { Output } from './terminal';

/** A bar for each stage of a command's work, made when the stage begins. */
export function stageProgress(stream: Output): (stage: string, done: number, total: number) => void {
  const bars = new Map<string, ProgressBar>();
  return (stage, done, total) => {
    const bar = bars.get(stage) ?? progressBar(total, stage, { unit: 'case', stream });
    bars.set(stage, bar);
    bar.update(done);
  };
}
