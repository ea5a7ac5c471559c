import assert from 'node:assert/strict';
import { KernelClient, type Ran } from './client';

describe('kernel: interrupt', () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await KernelClient.start();
    await kernel.execute(
      'let steps = 0;\nlet closed = false;\nconst sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));',
    );
  });
  after(() => kernel.close());

  async function interrupted(code: string): Promise<Ran> {
    const { id, done } = await kernel.begin(code);
    await kernel.printed(id, 'go');
    await kernel.interrupt();
    return done;
  }

  const cases: Record<string, string> = {
    'a synchronous loop': "console.log('go'); while (true) steps++;",
    'a promise that never settles': "console.log('go'); await new Promise(() => {});",
    'a loop of awaited timers': "console.log('go'); for (;;) { steps++; await sleep(1); }",
    'a synchronous loop after an await': "await sleep(1); console.log('go'); while (true) steps++;",
    'a loop that awaits nothing': "console.log('go'); while (true) { steps++; await null; }",
    'a for await':
      'async function* count() { for (let i = 0; ; i++) { yield i; await sleep(1); } }\n' +
      "console.log('go'); for await (const i of count()) steps = i;",
    'code that catches everything':
      "console.log('go'); for (;;) { try { await sleep(1); } catch { steps++; } }",
  };
  for (const [name, code] of Object.entries(cases)) {
    it(`stops ${name} and stays usable`, async () => {
      const { error, reply } = await interrupted(code);
      assert.equal(error?.ename, 'KeyboardInterrupt');
      assert.equal(reply.status, 'error');
      assert.equal((await kernel.execute('typeof steps')).result, "'number'");
    });
  }

  const endless = "require('node:vm').runInThisContext('for (;;);');";

  it('stops a loop that is not in any cell', async () => {
    const { error } = await interrupted(`console.log('go'); ${endless}`);
    assert.equal(error?.ename, 'KeyboardInterrupt');
    assert.equal((await kernel.execute('typeof steps')).result, "'number'");
  });

  it('stops a loop that is not in any cell after an await, from Node 24 on', async function () {
    if (Number(process.versions.node.split('.')[0]) < 24) this.skip();
    const { error } = await interrupted(`await sleep(1); console.log('go'); ${endless}`);
    assert.equal(error?.ename, 'KeyboardInterrupt');
    assert.equal((await kernel.execute('await sleep(1); typeof steps')).result, "'number'");
  });

  it('stops a training run and leaves the best weights in the model', async () => {
    await kernel.execute(`
import { tf, setSeed, BasicUNet, binaryCrossEntropy, fit } from 'segcourse';
setSeed(1);
const unet = new BasicUNet({ inputChannels: 1, baseChannels: 16 });
const data = { images: tf.randomUniform<tf.Rank.R4>([8, 64, 64, 1]), masks: tf.zeros<tf.Rank.R4>([8, 64, 64, 1]) };
const sumOf = () => unet.weights.map((w) => (w.read() as tf.Tensor).sum().dataSync()[0]).join();
let best = '';`);
    const training = `
const history = await fit(unet, {
  batches: () => [data],
  loss: (masks, logits) => binaryCrossEntropy(masks, logits),
  epochs: 10_000,
  observers: [{ onEpoch({ epoch }) {
    best = sumOf();
    if (epoch === 3) console.log('go');
  } }],
});`;
    const { reply } = await interrupted(training);
    assert.equal(reply.status, 'ok', 'a run whose steps are short ends by itself');
    const kept = '[best !== "" && sumOf() === best, tf.engine().state.gradientDepth]';
    assert.equal((await kernel.execute(kept)).result, '[ true, 0 ]');
    assert.equal((await kernel.execute('history.interrupted')).result, 'true');
    const long = `
const slow = new BasicUNet({ inputChannels: 1, baseChannels: 256 });
const large = { images: tf.randomUniform<tf.Rank.R4>([24, 64, 64, 1]), masks: tf.zeros<tf.Rank.R4>([24, 64, 64, 1]) };
console.log('go');
await fit(slow, { batches: () => [large], loss: (masks, logits) => binaryCrossEntropy(masks, logits), epochs: 1000 });`;
    const { error } = await interrupted(long);
    assert.equal(error?.ename, 'KeyboardInterrupt', 'a step of seconds is stopped between two operations');
    assert.equal((await kernel.execute(kept)).result, '[ true, 0 ]');
    const usable = await kernel.execute('(unet.predict(data.images) as tf.Tensor).shape.join()');
    assert.equal(usable.result, "'8,64,64,1'");
  });

  it('runs the finally blocks of asynchronous code', async () => {
    await interrupted("console.log('go'); try { for (;;) await sleep(60_000); } finally { closed = true; }");
    assert.equal((await kernel.execute('closed')).result, 'true');
  });

  it('stops TensorFlow.js training, keeps the weights and leaves no open scope', async () => {
    await kernel.execute(
      "import { tf } from 'segcourse';\nconst w = tf.variable(tf.scalar(0));\nconst optimizer = tf.train.sgd(0.1);\n" +
        'const step = () => tf.tidy(() => { optimizer.minimize(() => w.sub(3).square().asScalar()); });\nstep();',
    );
    const before = (await kernel.execute('[tf.memory().numTensors, tf.engine().state.scopeStack.length]'))
      .result;
    await interrupted("console.log('go'); for (;;) step();");
    await interrupted("console.log('go'); for (;;) { step(); await tf.nextFrame(); }");
    const after = '[tf.memory().numTensors, tf.engine().state.scopeStack.length]';
    assert.equal((await kernel.execute(after)).result, before);
    assert.equal((await kernel.execute('tf.engine().state.gradientDepth')).result, '0');
    assert.equal((await kernel.execute('w.dataSync()[0] > 0.5')).result, 'true');
    assert.equal((await kernel.execute('step(); w.dataSync()[0] > 0.5')).result, 'true');
  });

  it("stops a library's own loop, model.fit", async () => {
    await kernel.execute(
      'const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });\n' +
        "model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });\nlet epochs = 0;",
    );
    await interrupted(
      "await model.fit(tf.ones([8, 2]), tf.ones([8, 1]), { epochs: 1e9, verbose: 0, yieldEvery: 'epoch', callbacks: " +
        "{ onEpochBegin: () => { if (epochs++ === 3) console.log('go'); } } });",
    );
    // A fit that went on would do an epoch a frame; the first frame lets a last callback through.
    await kernel.execute(
      'await tf.nextFrame(); const seen = epochs; for (let frame = 0; frame < 20; frame++) await tf.nextFrame();',
    );
    assert.equal((await kernel.execute('epochs === seen')).result, 'true');
  });

  it('lets code that asks for interrupts end by itself and keep its result', async () => {
    const bridge = "(globalThis as any)[Symbol.for('segcourse.kernel')]";
    const polled = await interrupted(
      `console.log('go'); while (!${bridge}.interrupted()) await sleep(1);\n'ended by itself'`,
    );
    assert.deepEqual([polled.error, polled.result], [undefined, "'ended by itself'"]);
    assert.equal((await kernel.execute(`${bridge}.interrupted()`)).result, 'false');
    const heard = await interrupted(
      `let stop = false; const off = ${bridge}.onInterrupt(() => { stop = true; });\n` +
        "console.log('go'); while (!stop) await sleep(1);\nawait sleep(500); off(); 'heard'",
    );
    assert.equal(heard.result, "'heard'");
  });

  it('ends the timers of the interrupted cell and leaves those of earlier cells', async () => {
    await kernel.execute('let ticks = 0; const clock = setInterval(() => ticks++, 1);');
    await interrupted("let own = 0; setInterval(() => own++, 1); console.log('go'); await sleep(60_000);");
    const ran = await kernel.execute(
      'const [a, b] = [ticks, own]; while (ticks < a + 3) await sleep(1); clearInterval(clock);\n[ticks > a, own === b]',
    );
    assert.equal(ran.result, '[ true, true ]');
  });

  it('shows late output below the cell it comes from', async () => {
    const first = await kernel.execute(
      "const late = new Promise<void>((done) => setTimeout(() => { console.log('late'); done(); }, 20));",
    );
    const second = await kernel.execute("await late; console.log('own');");
    assert.equal(second.stdout, 'own\n');
    await kernel.printed(first.id, 'late');
  });

  it('answers the control channel while a cell keeps the thread', async () => {
    const { id, done } = await kernel.begin("console.log('go'); while (true);");
    await kernel.printed(id, 'go');
    const info = await kernel.request('kernel_info_request', {}, 'control');
    assert.equal(info.protocol_version, '5.3');
    await kernel.interrupt();
    assert.equal((await done).error?.ename, 'KeyboardInterrupt');
  });

  it('does nothing to the next cell when no cell runs', async () => {
    await kernel.interrupt();
    assert.equal((await kernel.execute("await sleep(5); 'undisturbed'")).result, "'undisturbed'");
  });

  it('takes SIGINT as an interrupt too', async () => {
    const { id, done } = await kernel.begin("console.log('go'); for (;;) await sleep(1);");
    await kernel.printed(id, 'go');
    kernel.process.kill('SIGINT');
    assert.equal((await done).error?.ename, 'KeyboardInterrupt');
  });
});
