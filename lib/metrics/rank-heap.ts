/** Ranks, of which the smallest comes out first: a binary heap (Williams 1964). */
export class RankHeap {
  private readonly ranks: number[] = [];

  get size(): number {
    return this.ranks.length;
  }

  push(rank: number): void {
    const { ranks } = this;
    let at = ranks.length;
    for (let parent = (at - 1) >> 1; at > 0 && ranks[parent] > rank; parent = (at - 1) >> 1) {
      ranks[at] = ranks[parent];
      at = parent;
    }
    ranks[at] = rank;
  }

  /** The smallest rank, taken out; undefined where none is left. */
  pop(): number | undefined {
    const { ranks } = this;
    const smallest = ranks[0];
    const moved = ranks.pop();
    if (moved === undefined || ranks.length === 0) return smallest;
    let at = 0;
    for (let child = 1; child < ranks.length; child = 2 * at + 1) {
      if (child + 1 < ranks.length && ranks[child + 1] < ranks[child]) child++;
      if (ranks[child] >= moved) break;
      ranks[at] = ranks[child];
      at = child;
    }
    ranks[at] = moved;
    return smallest;
  }
}
