import assert from 'node:assert/strict';
import { readDefined, readOutput } from '../../../grading/judge/replies';
import { readCellError } from '../../../grading/run/cell-errors';

describe('grading/judge: replies', () => {
  it('pass on text and pictures', () => {
    const data = { 'text/plain': 'a', 'image/png': 'iVBORw0KGgo=' };
    assert.deepEqual(readOutput({ output_type: 'display_data', data, metadata: { a: 1 } }), {
      output_type: 'display_data',
      data,
      metadata: {},
    });
    assert.deepEqual(readOutput({ output_type: 'stream', name: 'stderr', text: 'b' }), {
      output_type: 'stream',
      name: 'stderr',
      text: 'b',
    });
  });

  it("pass on nothing that an instructor's page could run", () => {
    const data = {
      'text/html': '<script>steal()</script>',
      'image/svg+xml': '<svg onload="steal()"/>',
      'text/markdown': '<img src=x onerror="steal()">',
      'application/javascript': 'steal()',
      'image/png': 'AAAA" onerror="steal()',
      'text/plain': 'kept',
    };
    assert.deepEqual(readOutput({ output_type: 'display_data', data })?.data, { 'text/plain': 'kept' });
  });

  for (const value of [
    undefined,
    null,
    1,
    'text',
    [],
    { output_type: 'error', ename: 'x' },
    { output_type: 'stream', text: 1 },
    { output_type: 'display_data', data: null },
  ]) {
    it(`refuse the output ${JSON.stringify(value)}`, () => assert.equal(readOutput(value), undefined));
  }

  it('cut errors to what a page shows, and take any shape', () => {
    const long = 'x'.repeat(10 ** 6);
    const error = readCellError({ ename: long, evalue: long, traceback: Array(1000).fill(long) });
    assert.ok(error && JSON.stringify(error).length < 300_000);
    assert.deepEqual(readCellError({ ename: 1, evalue: {}, traceback: 'x' }), {
      ename: 'Error',
      evalue: '',
      traceback: [],
    });
    assert.equal(readCellError(undefined), undefined);
  });

  it('read names from a list alone', () => {
    assert.deepEqual(readDefined(['a', 1, null, 'b']), ['a', 'b']);
    assert.deepEqual(readDefined('ab'), []);
  });
});
