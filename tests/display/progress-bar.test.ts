import assert from 'node:assert/strict';
import { progressBar } from '../../lib/display/progress-bar';
import { RateEstimate } from '../../lib/display/progress-estimate';
import { FakeClock, inNotebook } from './helpers';

class Recorder {
  text = '';
  constructor(
    readonly isTTY = false,
    readonly columns = 80,
  ) {}
  write(text: string) {
    this.text += text;
  }
}

describe('display/progress-bar', () => {
  it('updates one accessible bar in place, at most every 250 ms', async () => {
    const clock = new FakeClock();
    const shown = await inNotebook(() => {
      const bar = progressBar(100, 'Training', { clock, unit: 'epoch' });
      for (let done = 1; done <= 100; done++) {
        clock.advance(10);
        bar.update(done, `loss ${(1 / done).toFixed(2)}`);
      }
      clock.advance(1000);
    });
    // One second: every 250 ms from the start on, and the end.
    assert.equal(shown.length, 6);
    assert.equal(new Set(shown.map(({ options }) => options!.displayId)).size, 1);
    const half = String(shown[2]!.bundle.data['text/html']);
    assert.match(
      half,
      /role="progressbar" aria-label="Training" aria-valuemin="0" aria-valuemax="100" aria-valuenow="49"/,
    );
    assert.match(half, /0\.5 s · 0\.5 s left · 100 epochs\/s · loss 0\.02/);
    assert.equal(
      shown.at(-1)!.bundle.data['text/plain'],
      'Training: 100/100 · took 1.0 s · 100 epochs/s · loss 0.01',
    );
  });

  it('rewrites one line in a terminal, never longer than the terminal is wide', () => {
    const clock = new FakeClock();
    const stream = new Recorder(true, 40);
    const bar = progressBar(3, 'Training', { clock, stream });
    for (let done = 1; done <= 3; done++) {
      clock.advance(2000);
      bar.update(done, 'a note that is much too long for one line');
    }
    const lines = stream.text.split('\r').slice(1);
    assert.equal(lines.length, 4);
    for (const line of lines) assert.ok(line.replace('\u001b[K', '').trimEnd().length < 40, line);
    assert.equal(stream.text.split('\n').length, 2);
    assert.ok(stream.text.endsWith('\n'));
  });

  it('writes few lines into a log', () => {
    const clock = new FakeClock();
    const stream = new Recorder();
    const bar = progressBar(1000, 'Training', { clock, stream });
    for (let done = 1; done <= 1000; done++) {
      clock.advance(100);
      bar.update(done);
    }
    const lines = stream.text.trimEnd().split('\n');
    assert.equal(lines.length, 5);
    assert.equal(lines.at(-1), 'Training: 1000/1000 · took 1 min 40 s · 10 steps/s');
  });

  it('says where it was stopped, and is silent afterwards', () => {
    const clock = new FakeClock();
    const stream = new Recorder();
    const bar = progressBar(10, 'Training', { clock, stream });
    clock.advance(8000);
    bar.update(4);
    bar.done('interrupted');
    bar.done();
    bar.update(5);
    assert.equal(
      stream.text.trimEnd().split('\n').at(-1),
      'Training: 4/10 · stopped after 8.0 s · 2.0 s per step · interrupted',
    );
  });

  it('escapes its label and notes', async () => {
    const [, last] = await inNotebook(() => progressBar(1, '<script>"').update(1, '<img onerror=x>'));
    const html = String(last!.bundle.data['text/html']);
    assert.doesNotMatch(html, /<script|<img/);
    assert.match(html, /aria-label="&lt;script&gt;&quot;"/);
  });

  it('refuses totals that no loop has', () => {
    assert.throws(() => progressBar(0), /got a total of 0; expected a positive integer/);
    assert.throws(() => progressBar(2.5), RangeError);
  });
});

describe('display/progress-estimate', () => {
  it('forgets a slow start and weighs updates by their length', () => {
    const estimate = new RateEstimate();
    assert.ok(Number.isNaN(estimate.rate));
    estimate.add(1, 10);
    assert.equal(estimate.rate, 0.1);
    for (let second = 0; second < 100; second++) estimate.add(5, 1);
    assert.ok(Math.abs(estimate.rate - 5) < 0.05, String(estimate.rate));
  });
});
