/**
 * The interactive protocol of segment-anything on nuclei that the network has not seen: a simulated user clicks into the
 * middle of an object, then of the largest error. The course's network beside region growing, the classical baseline.
 *
 * npm run bench -- prompt [--images 133] [--objects 3] [--seed 0]
 *
 * The first run trains the network and keeps it. Objects are drawn at random, those of at least 30 pixels; the time of a
 * click is the median, the embedding is counted by itself.
 */
import { parseArgs } from 'node:util';
import {
  loadNuclei,
  promptNetwork,
  promptSplit,
  RegionGrowing,
  simulateClicks,
  type Image,
  type Promptable,
} from '../../lib';
import { shuffled } from '../../lib/datasets/shuffle';
import { seededRandom } from '../../lib/runtime';
import { verdict } from './process';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '133' },
    objects: { type: 'string', default: '3' },
    seed: { type: 'string', default: '0' },
  },
});
const CLICKS = 5;
const LEAST_AREA = 30;

interface Task {
  image: Image;
  objects: Image<Uint8Array>[];
}

function drawTasks(data: Awaited<ReturnType<typeof loadNuclei>>): Task[] {
  const random = seededRandom(Number(values.seed));
  const { validation } = promptSplit(data);
  const chosen = shuffled(validation.length, random).slice(0, Number(values.images));
  return chosen.map((at) => {
    const { image, labels } = data.images[validation[at]];
    const areas = new Map<number, number>();
    for (const label of labels.data) areas.set(label, (areas.get(label) ?? 0) + 1);
    const large = [...areas].filter(([label, area]) => label > 0 && area >= LEAST_AREA);
    const objects = shuffled(large.length, random)
      .slice(0, Number(values.objects))
      .map((number) => {
        const [label] = large[number];
        return { ...labels, data: Uint8Array.from(labels.data, (value) => Number(value === label)) };
      });
    return { image, objects };
  });
}

const median = (numbers: number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const mean = (numbers: number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

async function measure(model: Promptable, tasks: Task[]) {
  const ious: number[][] = [];
  const [embeddings, clicks]: number[][] = [[], []];
  for (const { image, objects } of tasks) {
    const started = performance.now();
    await model.embed(image);
    embeddings.push(performance.now() - started);
    for (const object of objects) {
      const timed: Promptable = Object.create(model, {
        segment: {
          value: async (...of: Parameters<Promptable['segment']>) => {
            const start = performance.now();
            const answer = await model.segment(...of);
            clicks.push(performance.now() - start);
            return answer;
          },
        },
      });
      ious.push((await simulateClicks(timed, image, object, CLICKS)).ious);
    }
  }
  const at = (click: number) => mean(ious.map((own) => own[click - 1]));
  return { at, embedding: median(embeddings), click: median(clicks) };
}

async function main(): Promise<void> {
  const started = performance.now();
  const network = await promptNetwork({
    source: 'real',
    onProgress: ({ step, steps, loss }) => console.log(`step ${step} of ${steps}, loss ${loss.toFixed(3)}`),
  });
  console.log(`the network was ready after ${((performance.now() - started) / 60_000).toFixed(1)} min`);
  const tasks = drawTasks(await loadNuclei({ source: 'real' }));
  const objects = tasks.reduce((sum, task) => sum + task.objects.length, 0);
  console.log(`\n${objects} held-out nuclei in ${tasks.length} images: mean IoU after clicks`);
  console.log('model                 1      2      3      5   embedding    click');
  const rows = new Map<string, Awaited<ReturnType<typeof measure>>>();
  for (const model of [network, new RegionGrowing()]) {
    const row = await measure(model, tasks);
    rows.set(model.name, row);
    const scores = [1, 2, 3, 5].map((clicks) => row.at(clicks).toFixed(3)).join('  ');
    console.log(
      `${model.name.padEnd(20)}${scores}  ${row.embedding.toFixed(0).padStart(6)} ms ${row.click.toFixed(0).padStart(5)} ms`,
    );
  }
  const { at } = rows.get(network.name)!;
  verdict(at(1) >= 0.7, `IoU ${at(1).toFixed(3)} after 1 click, 0.70 asked for`);
  verdict(at(5) >= 0.8, `IoU ${at(5).toFixed(3)} after 5 clicks, 0.80 asked for`);
  network.dispose();
}

void main();
