import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { cellHash, deliveredHashes, mergeNotebook } from '../../lib/setup/course.mjs';

const code = (id, source, outputs = []) => ({
  cell_type: 'code',
  id,
  source,
  outputs,
  execution_count: null,
  metadata: {},
});
const prose = (id, source) => ({ cell_type: 'markdown', id, source, metadata: {} });
const notebook = (...cells) => ({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
const sources = ({ cells }) => cells.map(({ source }) => source);

describe('merging a course update into a student notebook', () => {
  const first = notebook(prose('title', 'Title'), code('load', 'load()'), code('task', '// your code'));
  const delivered = deliveredHashes(first);

  it('updates a cell as it was delivered, and keeps its outputs', () => {
    const output = { output_type: 'stream', name: 'stdout', text: 'loaded' };
    const student = notebook(prose('title', 'Title'), {
      ...code('load', 'load()', [output]),
      execution_count: 3,
    });
    const course = notebook(prose('title', 'Better title'), code('load', 'load(128)'));
    const { notebook: merged, changed } = mergeNotebook(student, course, delivered);
    assert.ok(changed);
    assert.deepEqual(sources(merged), ['Better title', 'load(128)']);
    assert.deepEqual(merged.cells[1].outputs, [output]);
    assert.equal(merged.cells[1].execution_count, 3);
  });

  it('keeps a cell that the student changed', () => {
    const student = notebook(...first.cells.slice(0, 2), code('task', 'my answer'));
    const course = notebook(...first.cells.slice(0, 2), code('task', '// your code, with a hint'));
    const { notebook: merged, changed } = mergeNotebook(student, course, delivered);
    assert.ok(!changed);
    assert.deepEqual(sources(merged), ['Title', 'load()', 'my answer']);
  });

  it('keeps it at the next update too, after the newer version was remembered as delivered', () => {
    const student = notebook(...first.cells.slice(0, 2), code('task', 'my answer'));
    const second = notebook(...first.cells.slice(0, 2), code('task', '// hint'));
    const third = notebook(...first.cells.slice(0, 2), code('task', '// better hint'));
    const once = mergeNotebook(student, second, delivered).notebook;
    const twice = mergeNotebook(once, third, deliveredHashes(second)).notebook;
    assert.equal(twice.cells[2].source, 'my answer');
  });

  it('inserts new course cells after the course cell they follow, among the own cells of the student', () => {
    const student = notebook(first.cells[0], code('own', 'mine'), ...first.cells.slice(1));
    const course = notebook(
      prose('intro', 'Intro'),
      first.cells[0],
      first.cells[1],
      prose('a', 'A'),
      prose('b', 'B'),
      first.cells[2],
    );
    const { notebook: merged } = mergeNotebook(student, course, delivered);
    assert.deepEqual(sources(merged), ['Intro', 'Title', 'mine', 'load()', 'A', 'B', '// your code']);
  });

  it('gives a cell the metadata of grading, also where the student changed its text', () => {
    const graded = (cell, points) => ({ ...cell, metadata: { nbgrader: { points } } });
    const mine = { ...code('task', 'my answer'), metadata: { mine: true, nbgrader: { points: 1 } } };
    const student = notebook(...first.cells.slice(0, 2), mine);
    const course = notebook(...first.cells.slice(0, 2), graded(first.cells[2], 2));
    const { notebook: merged, changed } = mergeNotebook(student, course, delivered);
    assert.ok(changed);
    assert.equal(merged.cells[2].source, 'my answer');
    assert.deepEqual(merged.cells[2].metadata, { mine: true, nbgrader: { points: 2 } });
  });

  it('does not bring back a cell that the student deleted', () => {
    const student = notebook(first.cells[0], first.cells[2]);
    const { notebook: merged, changed } = mergeNotebook(student, first, delivered);
    assert.ok(!changed);
    assert.deepEqual(sources(merged), ['Title', '// your code']);
  });

  it('drops a cell that the course dropped, unless the student changed it', () => {
    const course = notebook(first.cells[0]);
    const student = notebook(first.cells[0], first.cells[1], code('task', 'my answer'));
    const { notebook: merged } = mergeNotebook(student, course, delivered);
    assert.deepEqual(sources(merged), ['Title', 'my answer']);
  });

  it('replaces nothing when it is not known what was delivered', () => {
    const course = notebook(
      prose('title', 'New'),
      code('load', 'load(2)'),
      code('task', '// new'),
      prose('end', 'End'),
    );
    const { notebook: merged } = mergeNotebook(first, course, {});
    assert.deepEqual(sources(merged), ['Title', 'load()', '// your code', 'End']);
  });

  it('changes nothing the second time', () => {
    const course = notebook(prose('title', 'New'), ...first.cells.slice(1), prose('end', 'End'));
    const once = mergeNotebook(first, course, delivered).notebook;
    const again = mergeNotebook(once, course, deliveredHashes(course));
    assert.ok(!again.changed);
    assert.deepEqual(again.notebook, once);
  });

  it('leaves its arguments as they are', () => {
    const before = JSON.stringify(first);
    mergeNotebook(first, notebook(prose('title', 'New'), prose('end', 'End')), delivered);
    assert.equal(JSON.stringify(first), before);
  });

  it('takes a source in lines for the same as in one text', () => {
    assert.equal(cellHash(code('x', ['a\n', 'b'])), cellHash(code('y', 'a\nb')));
    assert.notEqual(cellHash(code('x', 'a')), cellHash(prose('x', 'a')));
  });

  it('takes the course’s kernel and keeps the student’s other notebook metadata', () => {
    const student = { ...first, metadata: { kernelspec: { name: 'tslab' }, mine: 1 } };
    const course = { ...first, metadata: { kernelspec: { name: 'segcourse' } } };
    const { metadata } = mergeNotebook(student, course, delivered).notebook;
    assert.deepEqual(metadata, { kernelspec: { name: 'segcourse' }, mine: 1 });
  });

  it('refuses a course notebook whose cells have no id, or share one', () => {
    assert.throws(
      () => mergeNotebook(first, notebook(prose(undefined, 'x')), {}),
      /without an id.*nbformat 4\.5/s,
    );
    assert.throws(() => deliveredHashes(notebook(prose('a', 'x'), prose('a', 'y'))), TypeError);
  });
});
