/** Triples of numbers in a typed array that grows. */
export class GrowingTriples {
  private values = new Float64Array(3072);
  length = 0;

  push(first: number, second: number, third: number): void {
    if (this.length + 3 > this.values.length) {
      const longer = new Float64Array(2 * this.values.length);
      longer.set(this.values);
      this.values = longer;
    }
    const { values } = this;
    values[this.length++] = first;
    values[this.length++] = second;
    values[this.length++] = third;
  }

  /** The numbers so far, a view. */
  get all(): Float64Array {
    return this.values.subarray(0, this.length);
  }
}
