import assert from 'node:assert/strict';
import pl from 'nodejs-polars';
import { showTable, tableBundle } from '../../lib/display/table';
import { printed } from './helpers';

const ROWS = [
  { data: 'ISBI 2012', bytes: 7864320, present: true },
  { data: 'nuclei', bytes: 12, present: false, note: '<b>&' },
];

describe('display/table', () => {
  it('aligns columns in a plain script, numbers to the right', async () => {
    const [text] = await printed(() =>
      showTable(ROWS, { title: 'Data', columns: ['data', 'bytes', 'present'] }),
    );
    assert.deepEqual(text!.split('\n'), [
      'Data',
      'data           bytes  present',
      '─────────  ─────────  ───────',
      'ISBI 2012  7,864,320  yes',
      'nuclei            12  no',
    ]);
  });

  it('takes a column of numbers for one although some are missing, or written as shares', () => {
    const rows = [
      { step: 'first', gain: undefined, share: '0.0 %', note: '3' },
      { step: 'next', gain: 12, share: '−32.4 %' },
    ];
    const { data } = tableBundle(rows);
    const columns = [...String(data['text/html']).matchAll(/<th [^>]*text-align:(\w+)[^>]*>(\w+)/g)];
    assert.deepEqual(
      columns.map(([, side, name]) => [name, side]),
      [
        ['step', 'left'],
        ['gain', 'right'],
        ['share', 'right'],
        ['note', 'left'],
      ],
    );
  });

  it('tells a status by sign and word, not by colour alone', () => {
    const { data } = tableBundle(ROWS, {
      status: { present: (value) => (value ? 'good' : 'bad') },
      headings: { present: 'Here' },
    });
    assert.match(String(data['text/html']), />✓ yes</);
    assert.match(String(data['text/html']), />✗ no</);
    assert.match(String(data['text/html']), /<th scope="col"[^>]*>Here</);
  });

  it('takes a table of nodejs-polars', () => {
    const frame = pl.DataFrame({ epoch: [1, 2], loss: [0.123456, null] });
    const { data } = tableBundle(frame);
    assert.deepEqual(String(data['text/plain']).split('\n').slice(2), ['    1  0.1235', '    2']);
  });

  it('escapes cells, headings and title', () => {
    const { data } = tableBundle([{ '<i>': '<script>' }], { title: '<u>' });
    assert.doesNotMatch(String(data['text/html']), /<i>|<script>|<u>/);
    assert.match(String(data['text/html']), /&lt;script&gt;/);
  });

  it('draws no more rows than the limit, and says so', () => {
    const rows = Array.from({ length: 5 }, (_, index) => ({ index }));
    const { data } = tableBundle(rows, { limit: 2 });
    assert.equal([...String(data['text/html']).matchAll(/<td/g)].length, 2);
    assert.match(String(data['text/plain']), /… 3 more rows$/);
  });

  it('names the columns that exist', () => {
    assert.throws(
      () => showTable(ROWS, { columns: ['size'] }),
      /got column "size"; expected one of data, bytes/,
    );
  });
});
