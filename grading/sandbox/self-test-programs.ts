/**
 * Prints what a box must not have, a line each, after the name of the wall in which the gap is: `files`, `processes`,
 * `environment`, `network`, `writes`, `scratch`, `rights`; at last `looked`.
 */
export const lookAround = (canary: { file: string; port: number; variable: string; scratchMiB: number }) => `
const fs = require('node:fs');
const net = require('node:net');
const { file, port, variable, scratchMiB } = ${JSON.stringify(canary)};
const attempt = (action) => { try { return action(); } catch { return undefined; } };

const pids = fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
for (const pid of pids) {
  const command = attempt(() => fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8')) ?? '';
  if (Number(pid) !== process.pid && pid !== '1' && command !== '') console.log('processes', pid, command.split('\\0')[0]);
  if ((attempt(() => fs.readFileSync('/proc/' + pid + '/environ', 'utf8')) ?? '').includes(variable))
    console.log('environment', 'of process', pid);
  if (attempt(() => fs.readFileSync('/proc/' + pid + '/root' + file))) console.log('files', file, 'through process', pid);
}
if (JSON.stringify(process.env).includes(variable)) console.log('environment', 'its own');
for (const seen of [file, '/root', '/home', '/var/log', '/etc/shadow', '/sys/fs/cgroup/cgroup.procs'])
  if (attempt(() => fs.statSync(seen))) console.log('files', seen);

for (const folder of ['/', '/dev', '/dev/shm', '/etc', '/usr/bin', '/proc/sys/kernel'])
  if (attempt(() => fs.writeFileSync(folder + '/written', '') ?? true)) console.log('writes', folder);
for (const target of ['/etc/passwd', '/proc/sys/kernel/core_pattern', process.execPath])
  if (attempt(() => fs.closeSync(fs.openSync(target, 'r+')) ?? true)) console.log('writes', target);

let written = 0;
attempt(() => { for (; written < 4 * scratchMiB; written++) fs.writeFileSync('part' + written, Buffer.alloc(2 ** 20)); });
if (written > scratchMiB || written === 0) console.log('scratch', written + ' MiB written');

const status = fs.readFileSync('/proc/self/status', 'utf8');
if (process.getuid() === 0) console.log('rights', 'superuser');
if (!/CapEff:\\t0+\\n/.test(status)) console.log('rights', 'capabilities');
if (!/NoNewPrivs:\\t1/.test(status)) console.log('rights', 'programs that give new ones');
if (!/Seccomp:\\t2/.test(status)) console.log('rights', 'all system calls');

const addresses = [{ host: '127.0.0.1', port }, { host: '::1', port }, { host: '192.0.2.1', port: 80 }];
Promise.all(addresses.map((address) => new Promise((resolve) => {
  const socket = net.connect(address, () => { console.log('network', JSON.stringify(address)); resolve(socket.destroy()); });
  socket.setTimeout(5000, () => { console.log('network', 'a route to ' + address.host); resolve(socket.destroy()); });
  socket.on('error', resolve);
}))).then(() => console.log('looked'));
`;

/** Fills memory outside JavaScript's heap. */
export const FILL_MEMORY = 'const kept = []; for (;;) kept.push(Buffer.alloc(8e6, 1));';

/** Starts more processes than it may, and says how many it got. */
export const startProcesses = (count: number) => `
const { spawn } = require('node:child_process');
let started = 0;
for (let i = 0; i < ${count}; i++)
  spawn('/bin/sleep', ['100'], { stdio: 'ignore' }).on('spawn', () => started++).on('error', () => {});
setTimeout(() => { console.log(started); process.exit(); }, 200);
`;

export const LOOP = 'for (;;);';

export const SLEEP = 'setInterval(() => {}, 1000)';

/** Starts a process in a session of its own, with the marker in its command line, says so, and both stay. */
export const spread = (marker: string) => `
const { spawn } = require('node:child_process');
const script = 'trap "" HUP TERM INT; : ${marker}; echo; while :; do sleep 1; done';
spawn('/bin/sh', ['-c', script], { detached: true }).stdout.once('data', () => console.log('spread'));
`;
