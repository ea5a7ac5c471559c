import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder, dataMirror } from '../datasets/data-folder';
import { ensureDataset } from '../datasets/ensure';
import { readManifest } from '../datasets/manifest';
import type { SamFamily } from './sam-families';

/** Paths of two ONNX files. */
export interface SamFiles {
  encoder: string;
  decoder: string;
}

/** Where the files of a family are looked for, below the data folder and a mirror folder. */
const folderOf = (root: string, family: string) => join(root, 'weights', family);

/**
 * The files that are given; else those of the manifest, downloaded and verified; else what lies in the data folder.
 *
 * @throws Error naming what is missing, with the commands that bring it
 */
export async function samFiles(
  owner: string,
  family: string,
  { title, commands }: SamFamily,
  given?: SamFiles,
): Promise<SamFiles> {
  const folder = folderOf(dataFolder(), family);
  const how = `To get ${title}:\n${commands.map((line) => `  ${line.replaceAll('<folder>', folder)}`).join('\n')}`;
  if (given) {
    for (const part of ['encoder', 'decoder'] as const) {
      if (!given[part] || !existsSync(given[part])) {
        throw new Error(
          `${owner}: got no file at ${given[part]} for the ${part}; expected an ONNX file. ${how}`,
        );
      }
    }
    return given;
  }
  const mirror = dataMirror();
  const roots = [dataFolder(), ...(mirror && 'folder' in mirror ? [mirror.folder] : [])];
  for (const root of roots) {
    const files = inFolder(folderOf(root, family));
    if (existsSync(files.encoder) && existsSync(files.decoder)) return files;
  }
  if (!readManifest().some(({ name }) => name === family)) {
    throw new Error(`${owner}: got no ${join(folder, 'encoder.onnx')} and decoder.onnx. ${how}`);
  }
  try {
    const { paths } = await ensureDataset(family);
    const path = (part: string) => Object.entries(paths).find(([file]) => file.endsWith(`${part}.onnx`))![1];
    return { encoder: path('encoder'), decoder: path('decoder') };
  } catch (error) {
    throw new Error(`${owner}: ${(error as Error).message}. ${how}`);
  }
}

const inFolder = (folder: string): SamFiles => ({
  encoder: join(folder, 'encoder.onnx'),
  decoder: join(folder, 'decoder.onnx'),
});
