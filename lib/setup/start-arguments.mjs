const USAGE = 'npm start -- [--source | --classroom[=DIR]] [--no-browser] [--port N]';

/**
 * @param {string[]} args what follows `npm start --`
 * @returns {{ source: boolean, classroom: string | undefined, browser: boolean, port: number | undefined }} `classroom`:
 *   nbgrader's course folder, relative to the clone
 * @throws {TypeError} for anything else
 */
export function parseStartArguments(args) {
  const options = { source: false, classroom: undefined, browser: true, port: undefined };
  for (let i = 0; i < args.length; i += 1) {
    const [name, value] = args[i].split('=');
    if (name === '--source') options.source = true;
    else if (name === '--classroom') options.classroom = value || 'classroom';
    else if (name === '--no-browser') options.browser = false;
    else if (name === '--port') options.port = portNumber(value ?? args[++i]);
    else throw new TypeError(`npm start: got ${args[i]}; expected ${USAGE}`);
  }
  return options;
}

function portNumber(text) {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new TypeError(`npm start: got port ${text ?? '(none)'}; expected a number from 1 to 65535`);
}
