import type { ChildProcess } from 'node:child_process';

/** Resolves when a server has said something like this, with what matched; rejects with its words if it ends before. */
export function whenSaid(server: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let output = '';
    for (const stream of [server.stdout, server.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const said = pattern.exec(output);
        if (said) resolve(said);
      });
    }
    server.once('exit', (code) => reject(new Error(`the server ended with status ${code}:\n${output}`)));
  });
}
