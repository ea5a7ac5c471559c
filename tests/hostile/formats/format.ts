import type { Context } from 'mocha';
import type { Damage } from '../damage';

/** A file format with its reader, and how to harm it. */
export interface HostileFormat {
  /** Well-formed files: each is read. */
  files(): Uint8Array[] | Promise<Uint8Array[]>;
  /** Damages that know where the format's lengths and sizes are. */
  damages: Readonly<Record<string, Damage>>;
  /**
   * Reads all that there is in a file.
   *
   * @param folder an empty folder, for readers that take paths
   * @returns the bytes of the decoded values
   */
  read(bytes: Uint8Array, folder: string): Promise<number>;
  /** What every error's message matches: file, place, got, expected. */
  message: RegExp;
  /**
   * Bytes that a damaged file's header asks for and that its data could fill, where a reader cannot know better before
   * it has them; see honest-need.ts.
   */
  claimed?(bytes: Uint8Array): number;
  /** Skips a test where the system lacks a program that the reader needs. */
  requires?(test: Context): void;
}
