declare module 'utif' {
  /** A page: its tags as `t256`, `t257`, …, and, once decoded, its bytes (16-bit ones little-endian). */
  interface Page {
    [tag: `t${number}`]: number[];
    data: Uint8Array;
  }
  export function decodeImage(file: ArrayBuffer, page: Page, pages: Page[]): void;
}
