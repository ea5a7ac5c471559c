import { shuffled } from './shuffle';

/** Items that stay together. */
interface Unit {
  items: number[];
  /** How many of the items are of each stratum. */
  counts: number[];
}

/** What an item belongs to, such as a patient or a class. */
export type Key = string | number;

export interface PartitionProblem {
  /** What each item belongs to; items of one group come into one part. */
  groups?: readonly Key[];
  /** The class of each item, whose shares are to be alike in all parts. */
  strata?: readonly Key[];
  /** Share of the items that each part is to have; they sum to 1. */
  shares: readonly number[];
  random: () => number;
}

/** Swaps of all pairs of units are tried up to this many units: more would take seconds. */
const MOST_SWAPPED = 300;
const MOST_ROUNDS = 20;
/** Less than this is rounding. */
const EPSILON = 1e-12;

/**
 * Divides 0 … count − 1 into parts of the given shares, no group in two of them.
 *
 * Minimised, as far as greedy placing of the largest groups first and then moves and swaps come: the sum over parts of
 * w · ((n − target) / N)² for all items and ((n − target) / N)² for each stratum, where w is so large for single items that
 * their number comes first. Parts of single items then have the numbers wanted, and equal shares differ by one at most.
 *
 * Returns the items of each part, ascending.
 */
export function partition(count: number, problem: PartitionProblem): number[][] {
  const { groups, strata, shares, random } = problem;
  const strataIds = numbered(strata ?? []);
  const totals = totalsOf(strataIds.ids, count, strataIds.count);
  const units = unitsOf(count, groups, strataIds.ids, strataIds.count);
  const order = shuffled(units.length, random).map((index) => units[index]);
  // Sorting is stable: units of one size and stratum stay in random order.
  order.sort((a, b) => b.items.length - a.items.length || mainStratum(a) - mainStratum(b));
  const placement = new Placement(order, totals, shares);
  placement.fill(shuffled(shares.length, random));
  placement.improve();
  return shares.map((_, part) =>
    order
      .filter((_unit, index) => placement.parts[index] === part)
      .flatMap(({ items }) => items)
      .sort((a, b) => a - b),
  );
}

/** Which part each unit is in, and what that costs. No part is ever emptied. */
class Placement {
  readonly parts: number[] = [];
  private readonly weights: number[];
  private readonly targets: number[][];
  private readonly filled: number[][];
  private readonly members: number[];

  constructor(
    private readonly units: readonly Unit[],
    totals: readonly number[],
    shares: readonly number[],
  ) {
    const forAll = units.every(({ items }) => items.length === 1) ? 1000 : 2;
    this.weights = totals.map((total, index) => (index === 0 ? forAll : 1) / (total * total));
    this.targets = shares.map((share) => totals.map((total) => share * total));
    this.filled = shares.map(() => totals.map(() => 0));
    this.members = shares.map(() => 0);
  }

  /** Each unit in turn comes where it costs least, in the given order of parts where several cost the same. */
  fill(order: readonly number[]): void {
    this.units.forEach((unit, index) => {
      const empty = order.filter((part) => this.members[part] === 0);
      const open = empty.length === this.units.length - index ? empty : order;
      const part = open.reduce((best, candidate) =>
        this.change(candidate, unit.counts, 1) < this.change(best, unit.counts, 1) - EPSILON
          ? candidate
          : best,
      );
      this.put(index, part);
    });
  }

  /** Moves and swaps as long as they pay. */
  improve(): void {
    const { units } = this;
    for (let round = 0, better = true; better && round < MOST_ROUNDS; round++) {
      better = false;
      for (let index = 0; index < units.length; index++) {
        if (this.moves(index)) better = true;
        if (units.length > MOST_SWAPPED) continue;
        for (let other = index + 1; other < units.length; other++)
          if (this.swaps(index, other)) better = true;
      }
    }
  }

  private moves(index: number): boolean {
    const from = this.parts[index];
    const { counts } = this.units[index];
    if (this.members[from] === 1) return false;
    const gain = this.change(from, counts, -1);
    const to = this.members.findIndex(
      (_, part) => part !== from && gain + this.change(part, counts, 1) < -EPSILON,
    );
    if (to < 0) return false;
    this.put(index, to);
    return true;
  }

  private swaps(first: number, second: number): boolean {
    const [from, to] = [this.parts[first], this.parts[second]];
    if (from === to) return false;
    const gain = this.units[second].counts.map((amount, index) => amount - this.units[first].counts[index]);
    if (this.change(from, gain, 1) + this.change(to, gain, -1) > -EPSILON) return false;
    this.put(first, to);
    this.put(second, from);
    return true;
  }

  /** What the sum grows by when `amounts` come to a part, or leave it. */
  private change(part: number, amounts: readonly number[], sign: 1 | -1): number {
    let sum = 0;
    for (let index = 0; index < amounts.length; index++) {
      const off = this.filled[part][index] - this.targets[part][index];
      const next = off + sign * amounts[index];
      sum += this.weights[index] * (next * next - off * off);
    }
    return sum;
  }

  private put(index: number, to: number): void {
    const from = this.parts[index];
    this.units[index].counts.forEach((amount, kind) => {
      if (from !== undefined) this.filled[from][kind] -= amount;
      this.filled[to][kind] += amount;
    });
    if (from !== undefined) this.members[from]--;
    this.members[to]++;
    this.parts[index] = to;
  }
}

function mainStratum({ counts }: Unit): number {
  return counts.indexOf(Math.max(...counts.slice(1)), 1);
}

/** Names as numbers 0, 1, …, in the order in which they first appear. */
function numbered(names: readonly Key[]): { ids: number[]; count: number } {
  const known = new Map<Key, number>();
  const ids = names.map((name) => {
    const id = known.get(name) ?? known.size;
    known.set(name, id);
    return id;
  });
  return { ids, count: known.size };
}

/** All items, then those of each stratum. */
function totalsOf(strata: readonly number[], count: number, strataCount: number): number[] {
  const totals = [count, ...Array.from({ length: strataCount }, () => 0)];
  for (const stratum of strata) totals[1 + stratum]++;
  return totals;
}

function unitsOf(
  count: number,
  groups: readonly Key[] | undefined,
  strata: readonly number[],
  strataCount: number,
): Unit[] {
  const ids = groups ? numbered(groups).ids : Array.from({ length: count }, (_, index) => index);
  const units: Unit[] = [];
  ids.forEach((id, item) => {
    units[id] ??= { items: [], counts: totalsOf([], 0, strataCount) };
    units[id].items.push(item);
    units[id].counts[0]++;
    if (strata.length > 0) units[id].counts[1 + strata[item]]++;
  });
  return units;
}
