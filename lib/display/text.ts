const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

// XML 1.0 has no way at all to write these characters, so one of them would make a whole SVG unreadable.
// eslint-disable-next-line no-control-regex
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text made safe for HTML and XML, in content and in quoted attributes. */
export function escapeText(text: string): string {
  return text.replace(NOT_XML, '\ufffd').replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/**
 * A number for people. Whole numbers keep every digit, in groups from 10,000 on; others have 4 significant digits, no
 * trailing zeros, and exponents only below 10⁻³ and from 10⁶ on.
 */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  if (Number.isSafeInteger(value)) {
    const digits = String(value);
    return sign(Math.abs(value) < 10_000 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, ','));
  }
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) {
    const [digits, exponent] = value.toExponential(2).split('e') as [string, string];
    return sign(`${trimZeros(digits)}e${exponent.replace('+', '')}`);
  }
  return sign(trimZeros(size >= 1000 ? value.toFixed(0) : value.toPrecision(4)));
}

/** A time span for people: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** A field's name as a label: `validationLoss` → `validation loss`. */
export function humanise(field: string): string {
  return field.replace(
    /([a-z\d])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
}

function trimZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

function sign(digits: string): string {
  return digits.replace(/^-/, '−').replace('e-', 'e−');
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
