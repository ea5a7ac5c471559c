import type { HostileSubmission, Planted } from './submission';

const right = { answer: 'right', score: 'same' } as const;

/** Prints what a file of the grader's machine holds, if it can be read. */
const tryToRead = (
  ...files: string[]
): string => `import { readFileSync, readdirSync, existsSync } from 'node:fs';
for (const file of ${JSON.stringify(files)}) {
  try { console.log('FOUND', file, readFileSync(file, 'utf8')); } catch (error) { console.log('not there'); }
}`;

/** Looks for what is not its own: every one of them must come back with empty hands. */
export const secretAttacks: readonly HostileSubmission[] = [
  { ...right, name: 'reads a file of the instructor', before: ({ file }) => tryToRead(file) },
  {
    ...right,
    name: 'reads the hidden cases',
    before: ({ project }) =>
      tryToRead(
        `${project}/grading/exercises/index.ts`,
        `${project}/.build/grading/exercises/index.js`,
        `${project}/tests/grading/answers/index.ts`,
      ),
  },
  {
    ...right,
    name: "reads the instructor's notebooks",
    before: ({ project }) => tryToRead(`${project}/notebooks/8.3.3-unet.ipynb`),
  },
  {
    ...right,
    name: 'loads the hidden cases as a module',
    before: ({ project }) => `for (const name of ['exercises', 'judge/grader', 'sandbox/box']) {
  try { console.log('FOUND', require('${project}/.build/grading/' + name)); } catch { console.log('not there'); }
}`,
  },
  {
    ...right,
    name: 'reads the environment',
    before: ({ variable }) =>
      `console.log(JSON.stringify(process.env), process.env['${variable}'] ? 'FOUND' : 'not there');`,
  },
  {
    ...right,
    name: 'reads the environment and memory of other processes',
    before: `import { readdirSync, readFileSync } from 'node:fs';
for (const name of readdirSync('/proc').filter((each) => /^\\d+$/.test(each))) {
  for (const part of ['environ', 'cmdline', 'maps', 'root/etc/passwd', 'cwd/package.json']) {
    try { console.log(name, part, readFileSync('/proc/' + name + '/' + part, 'utf8').replaceAll('\\0', ' ').slice(0, 5000)); } catch {}
  }
}`,
  },
  {
    ...right,
    name: 'looks through its open files',
    before: `import { readdirSync, readlinkSync, readFileSync } from 'node:fs';
for (const name of readdirSync('/proc/self/fd')) {
  try { console.log(name, readlinkSync('/proc/self/fd/' + name)); } catch {}
}
for (let fd = 3; fd < 64; fd++) {
  try { console.log('FOUND', readFileSync('/proc/self/fd/' + fd + '/../..', 'utf8')); } catch {}
}`,
  },
  {
    ...right,
    name: 'walks the whole file system',
    before: ({ folder }) => `import { readdirSync } from 'node:fs';
const walk = (folder: string, depth: number): void => {
  if (depth === 0) return;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === '${folder.split('/').at(-1)}') console.log('FOUND', folder, entry.name);
      if (entry.isDirectory() && !/^(proc|sys|usr|lib|lib64|node_modules)$/.test(entry.name)) walk(folder + '/' + entry.name, depth - 1);
    }
  } catch {}
};
walk('/', 5);`,
  },
  {
    ...right,
    name: 'finds a file by a symbolic link',
    before: ({ file, folder }) => `import { symlinkSync, readFileSync, linkSync } from 'node:fs';
for (const [target, name] of [['${file}', 'a'], ['${folder}', 'b'], ['/proc/1/root${file}', 'c'], ['/proc/self/root/../..${file}', 'd']]) {
  try { symlinkSync(target, '/tmp/' + name); console.log('FOUND', readFileSync('/tmp/' + name, 'utf8')); } catch { console.log('not there'); }
}
try { linkSync('${file}', '/tmp/hard'); console.log('FOUND'); } catch {}`,
  },
  {
    ...right,
    name: "writes into the library for the next student's box",
    before: ({
      project,
      folder,
    }) => `import { writeFileSync, appendFileSync, renameSync, mkdirSync } from 'node:fs';
for (const file of ['${project}/.build/lib/index.js', '${project}/package.json', '${folder}/poison', '${project}/poison', '/usr/poison', '/etc/poison', '/poison']) {
  for (const write of [writeFileSync, appendFileSync]) { try { write(file, '// poison'); console.log('WROTE', file); } catch {} }
}
try { renameSync('${project}/.build/lib', '/tmp/lib'); console.log('WROTE'); } catch {}`,
  },
  {
    ...right,
    name: 'connects to a server of the machine',
    before: ({ port }) => `import { connect } from 'node:net';
for (const host of ['127.0.0.1', 'localhost', '::1', '0.0.0.0']) {
  await new Promise<void>((resolve) => {
    const socket = connect({ host, port: ${port}, timeout: 1000 });
    socket.on('connect', () => { socket.write('exfiltrated'); console.log('FOUND', host); socket.end(); resolve(); });
    socket.on('error', () => resolve());
    socket.on('timeout', () => { socket.destroy(); resolve(); });
  });
}`,
  },
  {
    ...right,
    name: 'asks the internet',
    before: `for (const url of ['http://127.0.0.1/', 'https://example.org/', 'http://169.254.169.254/latest/meta-data/']) {
  try { const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }); console.log('FOUND', url, answer.status); } catch { console.log('not there'); }
}`,
  },
  {
    ...right,
    name: 'asks by UDP and for names',
    before: ({ port }) => `import { createSocket } from 'node:dgram';
import { lookup, resolve4 } from 'node:dns';
const socket = createSocket('udp4');
socket.on('error', () => {});
socket.send('exfiltrated', ${port}, '127.0.0.1', () => {});
await new Promise<void>((done) => lookup('example.org', (error) => { if (!error) console.log('FOUND'); done(); }));
socket.close();`,
  },
  {
    ...right,
    name: 'talks to sockets that need no file',
    before: ({ port }) => `import { connect } from 'node:net';
await new Promise<void>((resolve) => {
  const socket = connect('\\0segcourse-${port}');
  socket.on('connect', () => { console.log('FOUND'); socket.write('exfiltrated'); socket.end(); resolve(); });
  socket.on('error', () => resolve());
});`,
  },
  {
    ...right,
    name: 'opens the inspector',
    before: `import inspector from 'node:inspector';
try { inspector.open(9999, '127.0.0.1'); console.log(inspector.url() === undefined); } catch { console.log('not there'); }
inspector.close();`,
  },
  {
    ...right,
    name: 'asks for more rights',
    before: `import { spawnSync } from 'node:child_process';
for (const command of ['unshare -r id', 'mount -t tmpfs none /mnt', 'chroot / id', 'su -c id', 'sudo id', 'nsenter -t 1 -a id', 'chmod u+s /bin/sh']) {
  const { status, stdout } = spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8', timeout: 3000 });
  if (status === 0 && /uid=0/.test(stdout)) console.log('ROOT by', command);
}
try { process.setuid!(0); console.log('ROOT'); } catch {}`,
  },
  {
    ...right,
    name: 'has the compiler read a file',
    before: ({ file, project }) => `/// <reference path="${file}" />
/// <reference path="${project}/grading/exercises/index.ts" />
import hidden from '${project}/grading/exercises/index';
const text: number = hidden;`,
    says: /TypeScriptError/,
  },
  {
    ...right,
    name: 'has the compiler read JSON',
    before: ({ folder }) => `import data from '${folder}/secret.json';
const text: { nothing: 1 } = data;`,
    says: /TypeScriptError/,
  },
];

/** The text that must appear in no output. */
export const FOUND = /FOUND|WROTE|ROOT/;

export type { Planted };
