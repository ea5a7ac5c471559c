import type { PlaneConnectivity } from './connectivity';
import { EULER_CHANGES, RING } from './simple-points';

/** A binary image with a frame of zeros, so that every pixel has eight neighbours and there is one outside. */
export class PaddedMask {
  /** Of the padded image. */
  readonly width: number;
  readonly values: Uint8Array;
  /** From a pixel to its neighbours, in the order of `RING`. */
  readonly neighbours: readonly number[];

  constructor(
    mask: Uint8Array,
    private readonly inner: number,
    private readonly connectivity: PlaneConnectivity,
  ) {
    this.width = inner + 2;
    this.values = new Uint8Array(this.width * (mask.length / inner + 2));
    mask.forEach((value, index) => (this.values[this.at(index)] = value));
    this.neighbours = RING.map(([row, column]) => row * this.width + column);
  }

  /** Where a pixel of the image lies in the padded one. */
  at(index: number): number {
    return (Math.floor(index / this.inner) + 1) * this.width + 1 + (index % this.inner);
  }

  /** By how much objects − holes of the foreground grows when the pixel at `at` is set; its own value has no part. */
  eulerChange(at: number): number {
    let code = 0;
    this.neighbours.forEach((offset, bit) => (code |= this.values[at + offset] << bit));
    return EULER_CHANGES[this.connectivity === 4 ? code : 255 - code];
  }

  /** The image without its frame. */
  cropped(): Uint8Array {
    const height = this.values.length / this.width - 2;
    return Uint8Array.from({ length: height * this.inner }, (_, index) => this.values[this.at(index)]);
  }
}
