import { spawn } from 'node:child_process';

/**
 * `node guard.mjs <command> <arguments>` runs the command in a process group of its own, and ends the whole group when
 * stdin closes, that is, when the process that started the guard is gone, however it ended. Without it, an installer
 * whose set-up was killed would go on writing beside the next one.
 */
const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });

child.on('error', (error) => {
  console.error(error.message);
  process.exit(127);
});
child.on('exit', (code) => process.exit(code ?? 1));

for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});
process.stdin.on('end', () => process.kill(-child.pid, 'SIGKILL'));
process.stdin.resume();
