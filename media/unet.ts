/** media/unet.svg: node -r ts-node/register media/unet.ts */
import path from 'node:path';
import { unetDiagram } from '../lib';
import { writeFileWhole } from '../lib/io/write-file';

const { svg } = unetDiagram({ inputChannels: 1, baseChannels: 64, numBlocks: 2, numClasses: 1, inputSize: 128 });
writeFileWhole(path.join(__dirname, 'unet.svg'), Buffer.from(svg));
