import assert from 'node:assert/strict';
import { Annotation } from '../../lib/annotate/annotation';
import { SquareModel, squares } from './squares';

const SHAPE: [number, number] = [8, 12];

function annotating(classes: string[] = []): { annotation: Annotation; model: SquareModel } {
  const model = new SquareModel();
  const images = [squares(SHAPE, [1, 1], [4, 7]), squares(SHAPE, [2, 2])];
  return { annotation: new Annotation(images, ['a', 'b'], classes, model), model };
}

/** The pixels of each label, [row, column] of the first. */
const firstOf = (data: Uint16Array, label: number) => {
  const at = data.indexOf(label);
  return [Math.floor(at / SHAPE[1]), at % SHAPE[1], data.filter((value) => value === label).length];
};

describe('Annotation', () => {
  it('makes objects of points and boxes, image by image', async () => {
    const { annotation, model } = annotating();
    await annotation.addPoint({ row: 2, column: 2 });
    assert.equal(annotation.said, '1 point: 9 pixels, estimated IoU 0.90.');
    assert.equal(annotation.objects.length, 0);
    await annotation.accept();
    await annotation.setBox({ top: 4, left: 7, bottom: 6, right: 9 });
    await annotation.addPoint({ row: 0, column: 0, label: 'negative' });
    await annotation.accept();
    await annotation.show(1);
    await annotation.addPoint({ row: 3, column: 3 });
    await annotation.accept();
    const [first, second] = annotation.labels.map(({ data }) => data);
    assert.deepEqual(
      [firstOf(first, 1), firstOf(first, 2)],
      [
        [1, 1, 9],
        [4, 7, 9],
      ],
    );
    assert.deepEqual(firstOf(second, 1), [2, 2, 9]);
    assert.deepEqual(
      annotation.objects.map(({ image, label, points, box }) => [image, label, points.length, box?.top]),
      [
        [0, 'object', 1, undefined],
        [0, 'object', 1, 4],
        [1, 'object', 1, undefined],
      ],
    );
    assert.equal(new Set(annotation.objects.slice(0, 2).map(({ colour }) => colour)).size, 2);
    assert.deepEqual(model.embedded, [annotation.images[1]]);
  });

  it("gives the model its last answer with the next prompt, and a new object's first prompt none", async () => {
    const { annotation, model } = annotating();
    await annotation.addPoint({ row: 2, column: 2 });
    const { logits } = annotation.scene.draft.answer!;
    await annotation.addPoint({ row: 0, column: 0, label: 'negative' });
    await annotation.accept();
    await annotation.addPoint({ row: 5, column: 8 });
    assert.deepEqual(
      model.asked.map(({ points, mask }) => [points!.length, mask === logits, mask === undefined]),
      [
        [1, false, true],
        [2, true, false],
        [1, false, true],
      ],
    );
  });

  it('begins anew after an answer without a pixel', async () => {
    const { annotation, model } = annotating();
    await annotation.addPoint({ row: 7, column: 0 });
    assert.equal(annotation.said, '1 point: 0 pixels, estimated IoU 0.90.');
    await annotation.addPoint({ row: 2, column: 2 });
    assert.deepEqual(
      model.asked.map(({ mask }) => mask),
      [undefined, undefined],
    );
  });

  it('undoes prompts, accepting and deleting, back to the beginning', async () => {
    const { annotation } = annotating();
    await annotation.addPoint({ row: 2, column: 2 });
    await annotation.accept();
    await annotation.remove(0);
    assert.equal(annotation.objects.length, 0);
    await annotation.undo();
    assert.equal(annotation.objects.length, 1);
    await annotation.undo();
    assert.deepEqual([annotation.objects.length, annotation.scene.draft.points.length], [0, 1]);
    await annotation.undo();
    assert.equal(annotation.scene.draft.points.length, 0);
    assert.equal(annotation.canUndo, false);
    await annotation.undo();
    assert.equal(annotation.said, 'There is nothing to undo.');
  });

  it('asks nothing of the model while there are only negative points', async () => {
    const { annotation, model } = annotating();
    await annotation.addPoint({ row: 0, column: 0, label: 'negative' });
    assert.equal(model.asked.length, 0);
    await assert.rejects(annotation.accept(), /Nothing to accept: click an object/);
    await annotation.addPoint({ row: 2, column: 2 });
    assert.equal(model.asked[0].points!.length, 2);
    await annotation.discard();
    assert.equal(annotation.scene.draft.points.length, 0);
  });

  it('leaves a pixel to the first of several objects, and refuses an object without a pixel of its own', async () => {
    const model = new SquareModel();
    const annotation = new Annotation([squares(SHAPE, [1, 1], [1, 4])], ['a'], [], model);
    await annotation.addPoint({ row: 2, column: 3 });
    await annotation.accept();
    const [before] = annotation.labels;
    await annotation.addPoint({ row: 2, column: 4 });
    await annotation.accept();
    const [after] = annotation.labels;
    before.data.forEach((label, at) => label && assert.equal(after.data[at], label));
    assert.ok(annotation.masks[0].data.some((inside, at) => inside && annotation.masks[1].data[at]));
    assert.ok(after.data.includes(2));
    await annotation.addPoint({ row: 2, column: 3 });
    await assert.rejects(annotation.accept(), /no pixel of it is outside of other objects/);
  });

  it('says what went wrong and stays as it was', async () => {
    const { annotation } = annotating(['cell']);
    await annotation.addPoint({ row: 2, column: 2 });
    const { scene } = annotation;
    await assert.rejects(annotation.setBox({ top: 90, left: 0, bottom: 91, right: 1 }), RangeError);
    assert.equal(annotation.said, 'got row 90.5, column 0.5');
    await assert.rejects(annotation.remove(0), /There is no object 1/);
    await assert.rejects(annotation.show(2), /got image 2; expected 0 … 1/);
    await assert.rejects(annotation.choose(1), /got class 1; expected 0 … 0/);
    assert.equal(annotation.scene, scene);
  });

  it('takes steps one after the other, however they are asked for', async () => {
    const { annotation } = annotating(['cell', 'gland']);
    const steps = [
      annotation.addPoint({ row: 2, column: 2 }),
      annotation.accept(),
      annotation.choose(1),
      annotation.addPoint({ row: 5, column: 8 }),
      annotation.accept(),
    ];
    await Promise.all(steps);
    assert.deepEqual(
      annotation.objects.map(({ label }) => label),
      ['cell', 'gland'],
    );
  });
});
