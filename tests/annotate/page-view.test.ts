import assert from 'node:assert/strict';
import { imageView } from '../../lib/annotate/page-view';

/** Where a pixel's middle is on the stage, as shares of its height and width. */
const stagePlace = ({ seen: { top, left, rows, columns } }: ReturnType<typeof imageView>, at: number[]) => [
  (at[0] + 0.5 - top) / rows,
  (at[1] + 0.5 - left) / columns,
];

describe('imageView', () => {
  it('shows all of the image, and zooms about a pixel that stays where it is', () => {
    const view = imageView();
    view.reset(60, 120);
    assert.deepEqual(view.seen, { top: 0, left: 0, rows: 60, columns: 120 });
    const pixel = [41, 30.25];
    const before = stagePlace(view, pixel);
    view.zoomBy(1.5, pixel[0], pixel[1]);
    view.zoomBy(2, pixel[0], pixel[1]);
    assert.equal(view.zoom, 3);
    assert.deepEqual([view.seen.rows, view.seen.columns], [20, 40]);
    stagePlace(view, pixel).forEach((share, axis) => assert.ok(Math.abs(share - before[axis]) < 1e-12));
    view.zoomBy(1 / 3, pixel[0], pixel[1]);
    assert.deepEqual(view.seen, { top: 0, left: 0, rows: 60, columns: 120 });
  });

  it('stays within the image, and within the range of the zoom', () => {
    const view = imageView();
    view.reset(80, 160);
    view.moveBy(5, 5);
    assert.deepEqual(view.seen, { top: 0, left: 0, rows: 80, columns: 160 });
    view.zoomBy(1e6, 79, 159);
    assert.equal(view.zoom, view.most);
    view.moveBy(1000, 1000);
    assert.deepEqual(view.seen, { top: 72, left: 144, rows: 8, columns: 16 });
    view.moveBy(-1000, 7);
    assert.deepEqual(view.seen, { top: 0, left: 144, rows: 8, columns: 16 });
    view.zoomBy(0, 0, 0);
    assert.deepEqual([view.zoom, view.seen.rows], [1, 80]);
  });

  it('enlarges nothing of an image of a few pixels', () => {
    const view = imageView();
    view.reset(3, 5);
    view.zoomBy(2, 1, 1);
    assert.deepEqual([view.zoom, view.most], [1, 1]);
  });

  it('moves to a pixel that is not seen, and not for one that is', () => {
    const view = imageView();
    view.reset(100, 100);
    view.zoomBy(5, 50, 50);
    const { seen } = view;
    view.reveal(50, 50);
    assert.deepEqual(view.seen, seen);
    view.reveal(99, 0);
    assert.deepEqual([view.seen.top, view.seen.left], [80, 0]);
    view.reveal(70, 50);
    assert.deepEqual([view.seen.top, view.seen.left], [68, 33]);
  });
});
