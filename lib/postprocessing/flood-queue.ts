/**
 * Elements that wait to be flooded: the lowest first, of equally low ones the one that came first. Those that came at once
 * (of one age) come in the order in which a binary heap (Williams 1964) gives them, as in scikit-image.
 */
export class FloodQueue {
  size = 0;
  /** Of the element taken last. */
  level = 0;
  index = 0;
  source = 0;

  private levels = new Float64Array(1024);
  private ages = new Int32Array(1024);
  private indices = new Int32Array(1024);
  private sources = new Int32Array(1024);

  push(level: number, age: number, index: number, source: number): void {
    if (this.size === this.levels.length) this.grow();
    const { levels, ages } = this;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!(level < levels[parent] || (level === levels[parent] && age < ages[parent]))) break;
      this.move(parent, at);
      at = parent;
    }
    this.put(at, level, age, index, source);
  }

  /** Takes the first element out, into the fields of the queue. */
  take(): void {
    const { levels, ages, indices, sources } = this;
    this.level = levels[0];
    this.index = indices[0];
    this.source = sources[0];
    const size = --this.size;
    if (size === 0) return;
    const level = levels[size];
    const age = ages[size];
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      const right = child + 1;
      if (
        right < size &&
        (levels[right] < levels[child] || (levels[right] === levels[child] && ages[right] < ages[child]))
      ) {
        child = right;
      }
      if (!(levels[child] < level || (levels[child] === level && ages[child] < age))) break;
      this.move(child, at);
      at = child;
    }
    this.put(at, level, age, indices[size], sources[size]);
  }

  private put(at: number, level: number, age: number, index: number, source: number): void {
    this.levels[at] = level;
    this.ages[at] = age;
    this.indices[at] = index;
    this.sources[at] = source;
  }

  private move(from: number, to: number): void {
    this.levels[to] = this.levels[from];
    this.ages[to] = this.ages[from];
    this.indices[to] = this.indices[from];
    this.sources[to] = this.sources[from];
  }

  private grow(): void {
    const levels = new Float64Array(2 * this.levels.length);
    levels.set(this.levels);
    this.levels = levels;
    [this.ages, this.indices, this.sources] = [this.ages, this.indices, this.sources].map((numbers) => {
      const longer = new Int32Array(2 * numbers.length);
      longer.set(numbers);
      return longer;
    });
  }
}
