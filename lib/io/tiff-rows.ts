import type { Samples } from './image';
import { cutTile, type TiffPageOptions, type TiffWriter } from './tiff-write';

/**
 * Writes a page of a TIFF file from whole rows that come from top to bottom, any number at a time. Rows are held until they
 * fill a row of tiles.
 */
export class TiffRows {
  private readonly page: ReturnType<TiffWriter['addPage']>;
  private readonly channels: number;
  private readonly held: Samples;
  private heldRows = 0;
  private tileRow = 0;

  /** @throws as TiffWriter.addPage */
  constructor(
    private readonly writer: TiffWriter,
    private readonly options: TiffPageOptions,
  ) {
    this.page = writer.addPage(options);
    this.channels = options.channels ?? 1;
    this.held = new options.type(this.page.tileHeight * options.width * this.channels);
  }

  /**
   * @param values rows of the page's width, channels last
   * @throws RangeError for values that are no whole rows, and for more rows than the page has
   */
  async write(values: Samples): Promise<void> {
    const { height, width } = this.options;
    const row = width * this.channels;
    const rows = values.length / row;
    const done = this.tileRow * this.page.tileHeight + this.heldRows;
    if (!Number.isInteger(rows) || done + rows > height) {
      throw new RangeError(
        `TiffRows: got ${values.length} samples after ${done} rows; expected at most ${height - done} rows of ${row} samples`,
      );
    }
    for (let from = 0; from < rows;) {
      const start = this.tileRow * this.page.tileHeight;
      const expected = Math.min(this.page.tileHeight, height - start);
      const count = Math.min(expected - this.heldRows, rows - from);
      this.held.set(values.subarray(from * row, (from + count) * row), this.heldRows * row);
      this.heldRows += count;
      from += count;
      if (this.heldRows === expected) await this.writeTiles(expected);
    }
  }

  private async writeTiles(rows: number): Promise<void> {
    const { width } = this.options;
    const { tileColumns, tileWidth } = this.page;
    const tileRow = this.tileRow++;
    this.heldRows = 0;
    await Promise.all(
      Array.from({ length: tileColumns }, (_, column) => {
        const left = column * tileWidth;
        const shape = [rows, Math.min(tileWidth, width - left)] as const;
        const image = { data: this.held, shape: [rows, width], channels: this.channels };
        return this.writer.writeTile(tileRow, column, cutTile(image, 0, left, shape));
      }),
    );
  }
}
