import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../lib/io/cache-folder';

const PACKAGES = [
  'torch==2.15.0',
  'numpy==2.4.6',
  'pillow==13.0.0',
  'monai==1.6.1',
  'scipy==1.17.1',
  'scikit-image==0.26.0',
  'opencv-python-headless==5.0.0.93',
  'pydicom==3.0.2',
  'connected-components-3d==4.1.1',
];
const MODULES = 'torch, PIL, monai, scipy, skimage, cv2, pydicom, cc3d';

/** Python with the peers: `SEGCOURSE_TORCH_PYTHON`, or an environment in the cache, made on first use (some GB). */
export function torchPython(): string {
  const own = process.env.SEGCOURSE_TORCH_PYTHON;
  if (own) return own;
  const folder = path.join(cacheFolder(), 'torch-venv');
  const python = path.join(folder, 'bin', 'python');
  const ready = existsSync(python) && spawnSync(python, ['-c', `import ${MODULES}`]).status === 0;
  if (!ready) {
    console.error(`Installing ${PACKAGES.join(', ')} in ${folder} …`);
    const commands: [string, string[]][] = [
      ['python3', ['-m', 'venv', folder]],
      [python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES]],
    ];
    for (const [program, args] of commands) {
      const { status } = spawnSync(program, args, { stdio: 'inherit' });
      if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with status ${status}`);
    }
  }
  return python;
}
