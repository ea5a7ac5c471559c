import { labelScheme, type LabelScheme } from './label-scheme';

/** The file endings that there are readers for. */
export const FILE_ENDINGS = ['.nii.gz', '.nii', '.png', '.tif', '.tiff', '.jpg', '.jpeg'] as const;

const REQUIRED = ['channel_names', 'labels', 'numTraining', 'file_ending'] as const;

/** What nnU-Net's dataset.json says, checked. */
export interface DatasetDescription {
  /** Name of each channel. */
  channels: string[];
  labels: LabelScheme;
  /** Of images and masks, such as '.nii.gz'. */
  fileEnding: string;
  /** How many training cases there should be. */
  numTraining: number;
  /** Training cases with their files as they are written, where the file lists them itself. */
  files?: Readonly<Record<string, { images: readonly string[]; label: string }>>;
  /** What was not taken as it is written; one line each. */
  notices: string[];
}

/**
 * Checks what nnU-Net's dataset.json says.
 *
 * @param json the parsed file
 * @param file what errors call it
 * @throws Error that lists everything that is wrong, each with what was got and what was expected
 */
export function readDatasetJson(json: unknown, file: string): DatasetDescription {
  const problems: string[] = [];
  const problem = (text: string) => problems.push(text);
  const object = typeof json === 'object' && json !== null && !Array.isArray(json);
  const fields = (object ? json : {}) as Record<string, unknown>;
  const notices: string[] = [];
  if (fields.channel_names === undefined && fields.modality !== undefined) {
    fields.channel_names = fields.modality;
    notices.push('"modality" is the old name of "channel_names"; taken for it');
  }
  const missing = REQUIRED.filter((key) => fields[key] === undefined);
  if (missing.length > 0) {
    const got = Object.keys(fields).join(', ') || 'nothing';
    problem(`keys: got ${got}; expected ${REQUIRED.join(', ')}: ${missing.join(', ')} missing`);
  }
  const has = (key: (typeof REQUIRED)[number]) => !missing.includes(key);
  const channels = has('channel_names') ? readChannels(fields.channel_names, problem) : [];
  const labels = has('labels') ? labelScheme(fields.labels, fields.regions_class_order, problem) : undefined;
  const { file_ending: fileEnding, numTraining } = fields;
  if (
    has('file_ending') &&
    !(FILE_ENDINGS as readonly unknown[]).includes(String(fileEnding).toLowerCase())
  ) {
    problem(
      `file_ending: got ${JSON.stringify(fileEnding)}; expected one of ${FILE_ENDINGS.join(', ')}: convert the files`,
    );
  }
  if (has('numTraining') && !(Number.isSafeInteger(numTraining) && (numTraining as number) > 0)) {
    problem(`numTraining: got ${JSON.stringify(numTraining)}; expected the number of training cases`);
  }
  const files = fields.dataset === undefined ? undefined : readFiles(fields.dataset, problem);
  const reader = fields.overwrite_image_reader_writer;
  if (reader !== undefined && reader !== 'None') {
    notices.push(
      `"overwrite_image_reader_writer": ${JSON.stringify(reader)} is ignored: files are read by their content, axes as stored`,
    );
  }
  if (problems.length > 0) throw new Error(`${file}: ${problems.join('\n  ')}`);
  return {
    channels,
    labels: labels!,
    fileEnding: fileEnding as string,
    numTraining: numTraining as number,
    ...(files && { files }),
    notices,
  };
}

function readChannels(names: unknown, problem: (text: string) => void): string[] {
  const object = typeof names === 'object' && names !== null && !Array.isArray(names);
  const values: unknown[] = object ? Object.values(names) : [];
  if (values.length > 0 && values.every((name) => typeof name === 'string')) return values as string[];
  problem(`channel_names: got ${JSON.stringify(names)}; expected names by number, such as {"0": "CT"}`);
  return [];
}

function readFiles(
  dataset: unknown,
  problem: (text: string) => void,
): DatasetDescription['files'] | undefined {
  const cases =
    typeof dataset === 'object' && dataset !== null && !Array.isArray(dataset) ? Object.entries(dataset) : [];
  if (cases.length === 0) {
    problem('dataset: got no cases; expected {"name": {"images": ["a.nii.gz"], "label": "b.nii.gz"}}');
  }
  const read = new Map<string, { images: string[]; label: string }>();
  for (const [name, files] of cases) {
    const { images, label } = (files ?? {}) as { images?: unknown; label?: unknown };
    const listed =
      Array.isArray(images) && images.length > 0 && images.every((one) => typeof one === 'string');
    if (listed && typeof label === 'string') read.set(name, { images, label });
    else {
      problem(
        `dataset: ${name}: got ${JSON.stringify(files)}; expected {"images": ["a.nii.gz"], "label": "b.nii.gz"}`,
      );
    }
  }
  return Object.fromEntries(read);
}
