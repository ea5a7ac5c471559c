import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Annotation } from '../../lib/annotate/annotation';
import { readDicom } from '../../lib/io/dicom/read-dicom';
import { readDicomSeries } from '../../lib/io/dicom/read-series';
import { readNifti } from '../../lib/io/nifti';
import { readPicture } from '../../lib/io/picture';
import type { CocoDataset } from '../../lib/postprocessing/coco';
import { inFolder, slice } from '../io/dicom/series-files';
import { SquareModel, squares } from './squares';

const SHAPE: [number, number] = [6, 8];

/** Two objects in the first image, one in the second. */
async function annotated(classes: string[] = []): Promise<Annotation> {
  const images = [squares(SHAPE, [0, 0], [3, 5]), squares(SHAPE, [2, 2])];
  const annotation = new Annotation(images, ['a', 'b.png'], classes, new SquareModel());
  for (const [image, row, column] of [
    [0, 1, 1],
    [0, 4, 6],
    [1, 3, 3],
  ]) {
    await annotation.show(image);
    if (classes.length > 0) await annotation.choose(row === 4 ? 0 : 1);
    await annotation.addPoint({ row, column });
    await annotation.accept();
  }
  return annotation;
}

const unique = (data: ArrayLike<number>) => [...new Set(Array.from(data))].sort((a, b) => a - b);

describe('what was annotated', () => {
  it('is saved as PNG of 16 bits, one an image', () =>
    inFolder(async (folder) => {
      const annotation = await annotated();
      const files = await annotation.savePngs(join(folder, 'labels'));
      assert.deepEqual(readdirSync(join(folder, 'labels')), ['a.png', 'b.png']);
      for (const [index, file] of files.entries()) {
        const { data } = await readPicture(file);
        assert.ok(data instanceof Uint16Array);
        assert.deepEqual(data, annotation.labels[index].data);
      }
    }));

  it('is saved as NIfTI: objects, or classes', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'labels.nii.gz');
      const affine = [0, 0, -2, 5, 0, -2, 0, 6, 3, 0, 0, 7, 0, 0, 0, 1];
      await (await annotated()).saveNifti(file, { affine });
      const volume = await readNifti(file);
      assert.deepEqual(volume.shape, [2, 6, 8]);
      assert.deepEqual([...volume.affine], affine);
      assert.deepEqual(unique(volume.data), [0, 1, 2, 3]);
      await (await annotated(['cell', 'gland'])).saveNifti(file);
      const classes = await readNifti(file);
      assert.deepEqual([classes.data[9], classes.data[4 * 8 + 6], classes.data[48 + 3 * 8 + 3]], [2, 1, 2]);
    }));

  it('is saved as DICOM segmentation of the series', () =>
    inFolder(async (folder) => {
      const pixels = { Rows: 6, Columns: 8, PixelData: new Uint8Array(96) };
      [0, 2].forEach((z) => writeFileSync(join(folder, `${z}.dcm`), slice(z, 0, pixels)));
      const series = await readDicomSeries(folder);
      const annotation = await annotated();
      const file = join(folder, 'seg', 'mask.dcm');
      annotation.saveDicomSegmentation(file, series, { algorithmName: 'clicks' });
      const { header, image } = await readDicom(file);
      const segments = header.dataSet.items('SegmentSequence');
      assert.deepEqual(
        segments.map((segment) => [segment.text('SegmentLabel'), segment.text('SegmentAlgorithmType')]),
        [1, 2, 3].map((number) => [`object ${number}`, 'SEMIAUTOMATIC']),
      );
      const { data } = image!;
      const frames = [0, 1, 2].map((frame) => Uint8Array.from(data.subarray(48 * frame, 48 * (frame + 1))));
      assert.deepEqual(
        frames,
        annotation.masks.map((mask) => mask.data),
      );
      (await annotated(['cell', 'gland'])).saveDicomSegmentation(file, series);
      const classes = (await readDicom(file)).header.dataSet.items('SegmentSequence');
      assert.deepEqual(
        classes.map((segment) => segment.text('SegmentLabel')),
        ['cell', 'gland'],
      );
      const one = { ...series, slices: series.slices.slice(1) };
      assert.throws(
        () => annotation.saveDicomSegmentation(file, one),
        /got 2 annotated image\(s\) of a series of 1 slices; expected each slice/,
      );
    }));

  it('is saved as COCO', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'set.json');
      (await annotated(['cell', 'gland'])).saveCoco(file);
      const { images, annotations, categories } = JSON.parse(readFileSync(file, 'utf8')) as CocoDataset;
      assert.deepEqual(
        images.map(({ file_name }) => file_name),
        ['a.png', 'b.png'],
      );
      const names = new Map(categories.map(({ id, name }) => [id, name]));
      assert.deepEqual(
        annotations.map(({ image_id, category_id, bbox }) => [image_id, names.get(category_id), ...bbox]),
        [
          [1, 'gland', 0, 0, 3, 3],
          [1, 'cell', 5, 3, 3, 3],
          [2, 'gland', 2, 2, 3, 3],
        ],
      );
    }));

  it('refuses to make one volume of images of different sizes', async () => {
    const images = [squares([6, 8], [0, 0]), squares([6, 7], [0, 0])];
    const annotation = new Annotation(images, ['a', 'b'], [], new SquareModel());
    await assert.rejects(
      annotation.saveNifti('labels.nii'),
      /got image 0 of 6 × 8 and image 1 of 6 × 7; expected slices of one volume/,
    );
  });

  it('refuses to save a DICOM segmentation of nothing', async () => {
    const annotation = new Annotation([squares(SHAPE)], ['a'], [], new SquareModel());
    const series = { volume: undefined, slices: [], warnings: [] } as unknown as Parameters<
      Annotation['saveDicomSegmentation']
    >[1];
    assert.throws(() => annotation.saveDicomSegmentation('x.dcm', series), /got no accepted object/);
  });
});
