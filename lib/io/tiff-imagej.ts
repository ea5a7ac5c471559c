import type { Refuse } from './tiff-directory';
import { blockBytes, type PageLayout } from './tiff-layout';

const MOST_PAGES = 100_000;

/**
 * The pages behind the first of a stack that ImageJ wrote: of more than 4 GB it has one directory, and its description
 * says how many images follow, uncompressed, without a gap.
 *
 * @returns none where the file is no such stack
 */
export function imagejPages(
  first: PageLayout,
  description: string,
  fileBytes: number,
  refuse: Refuse,
): PageLayout[] {
  const images = Number(/^ImageJ=[^]*?\nimages=(\d+)/.exec(description)?.[1] ?? 1);
  if (images <= 1 || first.compression !== 'none') return [];
  const { offsets } = first;
  let end = offsets[0];
  for (let block = 0; block < offsets.length; block++) {
    if (offsets[block] !== end) return [];
    end += blockBytes(first, block);
  }
  const pageBytes = end - offsets[0];
  const most = Math.min(MOST_PAGES, Math.floor((fileBytes - offsets[0]) / pageBytes));
  if (images > most) {
    refuse(
      'tag 270 description of page 0',
      `${images} images`,
      `at most the ${most} that fit the file's ${fileBytes} bytes`,
    );
  }
  return Array.from({ length: images - 1 }, (_, index) => ({
    ...first,
    page: index + 1,
    offsets: offsets.map((offset) => offset + (index + 1) * pageBytes),
  }));
}
