import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { updateCourseFolder } from '../../lib/setup/course-folder.mjs';
import { withFolder } from './folder.mjs';

const NOON = new Date('2030-01-02T12:00:00Z');
const cell = (id, source) => ({ cell_type: 'markdown', id, source, metadata: {} });

/** A source folder with one notebook and one picture, delivered once. */
function withCourse(test, prepare) {
  return withFolder(async (root) => {
    const source = path.join(root, 'notebooks');
    const folder = path.join(root, 'course');
    const write = (at, name, ...cells) => {
      fs.mkdirSync(path.dirname(path.join(at, name)), { recursive: true });
      fs.writeFileSync(
        path.join(at, name),
        JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }),
      );
    };
    write(source, 'part/a.ipynb', cell('1', 'one'), cell('2', 'two'));
    fs.writeFileSync(path.join(source, 'picture.svg'), '<svg/>');
    const update = () => updateCourseFolder(source, folder, { now: NOON, prepare });
    const report = await update();
    const texts = () =>
      JSON.parse(fs.readFileSync(path.join(folder, 'part/a.ipynb'), 'utf8')).cells.map((c) => c.source);
    await test({ source, folder, write, update, texts, report });
  });
}

describe('the student’s working folder', () => {
  it('gets everything at first, and nothing when nothing is new', () =>
    withCourse(async ({ folder, update, report }) => {
      assert.deepEqual(report, { added: ['part/a.ipynb', 'picture.svg'], updated: [], unreadable: [] });
      assert.equal(fs.readFileSync(path.join(folder, 'picture.svg'), 'utf8'), '<svg/>');
      assert.deepEqual(await update(), { added: [], updated: [], unreadable: [] });
    }));

  it('merges an update and keeps the old file beside, each time under a new name', () =>
    withCourse(async ({ source, folder, write, update, texts }) => {
      write(folder, 'part/a.ipynb', cell('1', 'one'), cell('2', 'my two'));
      write(source, 'part/a.ipynb', cell('1', 'ONE'), cell('2', 'TWO'), cell('3', 'three'));
      assert.deepEqual((await update()).updated, ['part/a.ipynb']);
      assert.deepEqual(texts(), ['ONE', 'my two', 'three']);
      const kept = JSON.parse(
        fs.readFileSync(path.join(folder, 'part/a.before-update-2030-01-02.ipynb'), 'utf8'),
      );
      assert.deepEqual(
        kept.cells.map((c) => c.source),
        ['one', 'my two'],
      );
      write(source, 'part/a.ipynb', cell('1', 'uno'), cell('2', 'TWO'), cell('3', 'three'));
      await update();
      assert.deepEqual(texts(), ['uno', 'my two', 'three']);
      assert.ok(fs.existsSync(path.join(folder, 'part/a.before-update-2030-01-02-2.ipynb')));
    }));

  it('replaces another file only while it is as delivered', () =>
    withCourse(async ({ source, folder, update }) => {
      fs.writeFileSync(path.join(source, 'picture.svg'), '<svg>2</svg>');
      assert.deepEqual((await update()).updated, ['picture.svg']);
      fs.writeFileSync(path.join(folder, 'picture.svg'), 'mine');
      fs.writeFileSync(path.join(source, 'picture.svg'), '<svg>3</svg>');
      assert.deepEqual((await update()).updated, []);
      assert.equal(fs.readFileSync(path.join(folder, 'picture.svg'), 'utf8'), 'mine');
    }));

  it('leaves a damaged notebook alone, and gives a deleted one anew', () =>
    withCourse(async ({ folder, update, texts }) => {
      const file = path.join(folder, 'part/a.ipynb');
      fs.writeFileSync(file, '{ "cells": [');
      assert.deepEqual((await update()).unreadable, ['part/a.ipynb']);
      assert.equal(fs.readFileSync(file, 'utf8'), '{ "cells": [');
      fs.rmSync(file);
      assert.deepEqual((await update()).added, ['part/a.ipynb']);
      assert.deepEqual(texts(), ['one', 'two']);
    }));

  it('gets its own version of each notebook, also at an update, and says which one cannot be made', () => {
    let word = 'stub';
    const prepare = ({ cells, ...rest }) => {
      if (word === '') throw new Error('cell 2: got no end');
      return { ...rest, cells: cells.map((c) => ({ ...c, source: c.source.replace('two', word) })) };
    };
    return withCourse(async ({ source, folder, write, update, texts }) => {
      assert.deepEqual(texts(), ['one', 'stub']);
      word = 'better stub';
      await update();
      assert.deepEqual(texts(), ['one', 'better stub']);
      write(folder, 'part/a.ipynb', cell('1', 'one'), cell('2', 'mine'));
      write(source, 'part/a.ipynb', cell('1', 'ONE'), cell('2', 'two'));
      await update();
      assert.deepEqual(texts(), ['ONE', 'mine']);
      word = '';
      await assert.rejects(update, /a\.ipynb: cell 2: got no end/);
      assert.deepEqual(texts(), ['ONE', 'mine']);
    }, prepare);
  });

  it('overwrites nothing in a folder whose record is lost', () =>
    withCourse(async ({ source, folder, write, update, texts }) => {
      fs.rmSync(path.join(folder, '.segcourse.json'));
      write(folder, 'part/a.ipynb', cell('1', 'mine'));
      write(source, 'part/a.ipynb', cell('1', 'ONE'), cell('2', 'TWO'));
      await update();
      assert.deepEqual(texts(), ['mine', 'TWO']);
    }));
});
