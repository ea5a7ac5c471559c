/** What students' programs have tried elsewhere, each as code for Node in a box. */
export {
  FILL_MEMORY as BUFFER_BOMB,
  LOOP as ENDLESS_LOOP,
  SLEEP,
} from '../../../grading/sandbox/self-test-programs';

/** Doubles itself for ever. */
export const FORK_BOMB = `
  const { spawn } = require('node:child_process');
  const bomb = ':(){ :|:& };: 2>/dev/null; sleep 1000';
  for (let i = 0; i < 50; i++) spawn('/bin/sh', ['-c', bomb], { stdio: 'ignore', detached: true }).on('error', () => {});
  setInterval(() => {}, 1000);`;

/** JavaScript's own heap; Node is told that it may. */
export const HEAP_BOMB = `
  require('node:v8').setFlagsFromString('--max-old-space-size=8000');
  const kept = []; for (let i = 0; ; i++) kept.push(new Array(1000).fill(i));`;

/** Files in memory until the scratch is full, then says how much went in. */
export const FILL_SCRATCH = `
  const fs = require('node:fs');
  let bytes = 0;
  try { for (let i = 0; ; i++) { fs.writeFileSync('/tmp/' + i, Buffer.alloc(1e5)); bytes += 1e5; } }
  catch (error) { console.log(error.code, bytes); }`;

/** Files without content, which fill the kernel's memory only. */
export const EMPTY_FILES = `
  const fs = require('node:fs');
  for (let i = 0; ; i++) fs.closeSync(fs.openSync('/tmp/' + i, 'w'));`;

/** A scratch large enough, filled, is memory. */
export const SCRATCH_BOMB = `
  const fs = require('node:fs');
  for (let i = 0; i < 100; i++) fs.appendFileSync('/tmp/' + (i % 3), Buffer.alloc(1e7, 1));
  console.log('done'); setInterval(() => {}, 1000);`;

/** Many processes that share the work, each of which ends before it would be noticed. */
export const SHARED_LOOP = `
  const { spawn } = require('node:child_process');
  const again = () => spawn('/bin/sh', ['-c', 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'], { stdio: 'ignore' }).on('close', again);
  again(); again(); again();`;

export const STOP_ITSELF = "process.kill(process.pid, 'SIGSTOP')";

/** Leaves a process in a session of its own behind and ends. */
export const DAEMON = `
  const { spawn } = require('node:child_process');
  spawn('/bin/sh', ['-c', 'trap "" HUP TERM INT; while :; do sleep 0.1; done'], { detached: true, stdio: 'ignore' }).unref();
  process.exit(0);`;

/** Signals all that it can see, its own first process too. */
export const KILL_ALL = `
  for (const pid of [1, -1]) { try { process.kill(pid, 'SIGKILL'); console.log('sent', pid); } catch (error) { console.log(error.code, pid); } }
  setTimeout(() => console.log('alive'), 100);`;

/** Each line of what it prints is something that a box must not have. */
export const LOOK_AROUND = `
  const fs = require('node:fs');
  const quietly = (look) => { try { return look(); } catch { return undefined; } };
  const own = new Set([1, process.pid, process.ppid]);
  for (const name of fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name))) {
    if (!own.has(Number(name))) console.log('process ' + name);
    const environment = quietly(() => fs.readFileSync('/proc/' + name + '/environ', 'utf8')) ?? '';
    if (/SECRET|HOME=|PATH=/.test(environment)) console.log('environment of ' + name);
    const root = '/proc/' + name + '/root';
    for (const folder of ['root', 'home', 'work', 'sys', 'var', 'etc/shadow', 'etc/ssh', 'host'])
      if (quietly(() => fs.statSync(root + '/' + folder))) console.log('file ' + root + '/' + folder);
    const outside = quietly(() => fs.readlinkSync('/proc/' + name + '/cwd'));
    if (outside !== undefined && outside !== '/scratch' && outside !== '/') console.log('folder ' + outside);
  }
  if (/SECRET/.test(JSON.stringify(process.env))) console.log('own environment');
  if (process.getuid() === 0 || process.getgid() === 0) console.log('superuser');
  const status = fs.readFileSync('/proc/self/status', 'utf8');
  if (!/CapEff:\\s0+\\n/.test(status) || !/CapBnd:\\s0+\\n/.test(status)) console.log('capabilities');
  if (!/NoNewPrivs:\\s1/.test(status)) console.log('new privileges');
  if (!/Seccomp:\\s2/.test(status)) console.log('unfiltered system calls');
  if (!/Max core file size\\s+0\\s+0/.test(fs.readFileSync('/proc/self/limits', 'utf8'))) console.log('core dumps');
  console.log('looked');`;

/** Writes wherever it can, and says where it could. */
export const WRITE_OUTSIDE = `
  const fs = require('node:fs');
  const folders = ['/', '/dev', '/dev/shm', '/etc', '/usr/bin', '/usr/lib', '/proc', '/proc/sys/kernel', '/proc/1/root', '/view', '/view/inner'];
  for (const folder of folders) {
    try { fs.writeFileSync(folder + '/written', 'x'); console.log('wrote in ' + folder); } catch {}
  }
  for (const file of ['/etc/passwd', '/etc/hosts', '/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/view/file', '/usr/bin/env']) {
    try { fs.appendFileSync(file, 'x'); console.log('wrote to ' + file); } catch {}
    try { fs.chmodSync(file, 0o777); console.log('changed ' + file); } catch {}
    try { fs.rmSync(file); console.log('removed ' + file); } catch {}
    try { fs.linkSync(file, '/tmp/link'); console.log('linked ' + file); } catch {}
  }
  for (const target of ['/view/file', '/etc/passwd', '/']) {
    try { fs.symlinkSync(target, '/tmp/to'); fs.writeFileSync(target === '/' ? '/tmp/to/x' : '/tmp/to', 'x'); console.log('wrote through a link to ' + target); } catch {}
    fs.rmSync('/tmp/to', { force: true });
  }
  try { fs.renameSync('/view/file', '/tmp/stolen'); console.log('moved'); } catch {}
  fs.writeFileSync('own', 'x'); fs.writeFileSync('/tmp/own2', 'x');
  console.log(fs.readdirSync('.').sort().join());`;

/** Tries to talk to the port and to the abstract socket given. */
export const connect = (port: number, abstract: string, path: string) => `
  const net = require('node:net');
  const attempts = [{ host: '127.0.0.1', port: ${port} }, { host: '::1', port: ${port} }, { host: '192.0.2.1', port: 80 }, { path: '\\0${abstract}' }, { path: '${path}' }];
  for (const to of attempts) {
    const socket = net.connect(to);
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('connect', () => console.log('connected ' + JSON.stringify(to))).on('error', () => {});
  }
  require('node:dgram').createSocket('udp4').send('x', ${port}, '127.0.0.1').on('error', () => {}).unref();
  console.log(Object.keys(require('node:os').networkInterfaces()).join());`;
