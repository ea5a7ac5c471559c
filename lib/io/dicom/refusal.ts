import type { Refuse } from '../tiff-directory';

/** Errors of the DICOM readers: `readDicom: file: place: got …; expected …`. */
export function dicomRefusal(owner: string, file: string): Refuse {
  return (place, got, expected) => {
    throw new Error(`${owner}: ${file}: ${place}: got ${got}; expected ${expected}`);
  };
}

/** Damage that can be read past is told, once each. */
export type Warn = (warning: string) => void;

/** A damaged file can have one in each attribute. */
const MOST_WARNINGS = 100;

export function collectWarnings(): { warnings: string[]; warn: Warn } {
  const warnings: string[] = [];
  const warn: Warn = (warning) => {
    if (warnings.length < MOST_WARNINGS && !warnings.includes(warning)) warnings.push(warning);
  };
  return { warnings, warn };
}
