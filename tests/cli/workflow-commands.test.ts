import assert from 'node:assert/strict';
import { interruptible } from '../../lib/cli/interruptible';
import { main } from '../../lib/cli/main';

async function segcourse(...args: string[]) {
  let [output, errors] = ['', ''];
  const code = await main(args, {
    out: { write: (text) => (output += text) },
    errors: { write: (text) => (errors += text) },
    env: {},
  });
  return { code, output, errors };
}

describe('cli: dataset, train, predict', () => {
  for (const command of ['dataset', 'train', 'predict']) {
    it(`${command} --help tells its options`, async () => {
      const { code, output } = await segcourse(command, '--help');
      assert.equal(code, 0);
      assert.match(output, new RegExp(`^segcourse ${command} <[^]*  --\\w+`));
    });
  }

  const wrong: [string[], RegExp][] = [
    [['train', 'only-one'], /train: got 1 folders; expected a data set and a results folder/],
    [['train', 'a', 'b', '--minutes', 'soon'], /train: got --minutes soon; expected a number/],
    [['train', 'a', 'b', '--minutes', ''], /train: got --minutes ; expected a number/],
    [['train', 'a', 'b', '--fold', 'first'], /train: got --fold first; expected numbers with commas between/],
    [['train', 'a', 'b', '--width', '3'], /train: Unknown option '--width'/],
    [['predict', 'results'], /predict: got no images; expected a results folder, then image files/],
    [['predict', 'results', 'image.png'], /predict: got no -o <folder>; expected where the label maps go/],
    [['dataset', 'nuclei'], /dataset: got 1 arguments; expected a data set's name and a folder/],
  ];
  for (const [args, message] of wrong) {
    it(`ends with 2 for ${args.join(' ')}`, async () => {
      const { code, errors } = await segcourse(...args);
      assert.equal(code, 2);
      assert.match(errors, message);
    });
  }

  it('ends with 1 for folders that are not there', async () => {
    const trained = await segcourse('train', '/nowhere', '/nowhere-results');
    assert.deepEqual(
      [trained.code, /nowhere.dataset\.json: got no such file/.test(trained.errors)],
      [1, true],
    );
    const predicted = await segcourse('predict', '/nowhere', '/nowhere', '-o', '/nowhere');
    assert.deepEqual([predicted.code, /nowhere: got no such folder/.test(predicted.errors)], [1, true]);
  });

  it('stops its work at an interrupt, and listens no longer', async () => {
    const listeners = process.listenerCount('SIGINT');
    let told = '';
    const stopped = interruptible({ write: (text) => (told += text) }, async (signal) => {
      process.emit('SIGINT');
      return signal.aborted;
    });
    assert.equal(await stopped, true);
    assert.match(told, /Stopping/);
    assert.equal(process.listenerCount('SIGINT'), listeners);
    assert.equal(await interruptible({ write: () => undefined }, async ({ aborted }) => aborted), false);
    assert.equal(process.listenerCount('SIGINT'), listeners);
  });
});
