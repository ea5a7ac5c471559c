import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runFindings } from '../../../grading/report/integrity/run-findings';
import { sameAnswers } from '../../../grading/report/integrity/same-answers';
import { unusualCode } from '../../../grading/report/integrity/unusual-code';
import { type Notebook, sourceOf } from '../../../grading/notebook';
import { packageRoot } from '../../../lib/io/package-root';
import { rightAnswers, wrongAnswers } from '../answers';
import { gradeId } from '../answers/answer';
import { submittedCells, submittedNotebook } from '../answers/cells';
import { hostileSubmissions } from '../../hostile/submissions';
import { notebookOf } from '../judge/notebooks';

const PLANTED = { file: '/tmp/secret', folder: '/tmp', variable: 'V', port: 1, project: '/srv/course' };

describe('report: code that answers do without', () => {
  const named = (name: string): string[] => {
    const submission = hostileSubmissions.find((each) => each.name === name);
    assert.ok(submission, name);
    return [submission.before, submission.after, submission.late].flatMap((code) =>
      code === undefined ? [] : unusualCode(typeof code === 'string' ? code : code(PLANTED)),
    );
  };
  const attacks: Record<string, string[]> = {
    'process.exit': ['process.exit'],
    'kill -9 of itself': ['module node:child_process'],
    'a thousand threads': ['module node:worker_threads'],
    'asks the internet': ['fetch()'],
    'asks by UDP and for names': ['module node:dgram', 'module node:dns'],
    'reads the environment and memory of other processes': ['path "/proc"', 'path "/proc/"'],
    'loads the hidden cases as a module': ['path "/srv/course/.build/grading/"'],
    'the scores written by hand': [
      'path "/home/student/autograded"',
      'path "/home/student/feedback"',
      'path "/gradebook.db"',
    ],
    'JSON that says what it likes': ['JSON.stringify = …', 'JSON.parse = …'],
    'Module._load hijacked': ['module node:module', '(Module as any)._load'],
    'probes that say what is right of every network': ['require.cache'],
    'an endless loop': [],
  };
  for (const [name, expected] of Object.entries(attacks)) {
    it(`${expected.length > 0 ? 'names what is used by' : 'names nothing in'}: ${name}`, () =>
      assert.deepEqual(named(name), expected));
  }

  it('names nothing in a notebook of the course, nor in an answer without tricks', () => {
    const folder = path.join(packageRoot(), 'notebooks');
    const cells = readdirSync(folder)
      .filter((name) => name.endsWith('.ipynb'))
      .flatMap((name) => (JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Notebook).cells)
      .filter(({ cell_type: type, metadata }) => type === 'code' && metadata.nbgrader?.solution);
    const answers = [...rightAnswers, ...wrongAnswers].flatMap(submittedCells);
    assert.ok(cells.length >= 4 && answers.length > 100);
    for (const code of [...cells.map(sourceOf), ...answers]) assert.deepEqual(unusualCode(code), [], code);
  });

  it('says so where it cannot be read', () =>
    assert.deepEqual(unusualCode('('.repeat(100_000)), ['code that nests too deep to be read']));

  it('reads code, no comments', () =>
    assert.deepEqual(
      unusualCode("// require('node:net'), /proc\nconst net = 'net'; // process.exit(0)"),
      [],
    ));
});

describe('report: the same program from several', () => {
  const OWN = `class Block {
  private readonly layers: Layer[] = [];
  constructor(readonly channels: number, private readonly depth = 2) {
    for (let n = 0; n < depth; n++) {
      this.layers.push(tf.layers.conv2d({ filters: channels, kernelSize: 3, padding: 'same' }));
      this.layers.push(tf.layers.batchNormalization({ momentum: 0.9 }));
      this.layers.push(tf.layers.reLU());
    }
  }
  apply(x: tf.SymbolicTensor): tf.SymbolicTensor {
    return this.layers.reduce((y, layer) => layer.apply(y) as tf.SymbolicTensor, x);
  }
}`;
  const RENAMED = OWN.replaceAll('Block', 'Unit')
    .replace(/\blayer\b/g, 'each')
    .replace(/\by\b/g, 'result')
    .replace(/\bn\b/g, 'index')
    .replace('const', '// mine\nconst')
    .replaceAll('\n', '\n  ');
  const answer = (student: string, text: string) => ({ student, cell: 'exercise-1', text });
  const none = new Map<string, string>();

  it('is found under other names', () => {
    assert.notEqual(RENAMED, OWN);
    const found = sameAnswers(
      [
        answer('ada', OWN),
        answer('bob', OWN.replace('momentum: 0.9', 'momentum: 0.5')),
        answer('cy', RENAMED),
      ],
      none,
    );
    assert.deepEqual(found, [{ cell: 'exercise-1', students: ['ada', 'cy'] }]);
  });

  it('is nothing to tell where it is short, was given, or is no program', () => {
    const short = 'const dice = (a: number, b: number) => (2 * a) / (a + b);';
    const deep = '('.repeat(100_000);
    for (const text of [short, deep])
      assert.deepEqual(sameAnswers([answer('ada', text), answer('bob', text)], none), [], text.slice(0, 50));
    const given = new Map([['exercise-1', OWN]]);
    const filled = `${OWN}\nconst first = new Block(16);`;
    assert.deepEqual(sameAnswers([answer('ada', filled), answer('bob', filled)], given), []);
  });

  it('is not said of right answers that were written one by one', () => {
    const answers = rightAnswers.flatMap((each) =>
      submittedNotebook(each)
        .cells.filter(({ metadata }) => metadata.nbgrader?.grade_id === gradeId(each.exercise))
        .map((cell) => ({ ...answer(each.name, sourceOf(cell)), cell: gradeId(each.exercise) })),
    );
    assert.ok(answers.length > 10);
    assert.deepEqual(sameAnswers(answers, none), []);
  });
});

describe('report: what sandbox and judge met', () => {
  const graded = notebookOf('given', 'own', 'own too');
  const result = { seed: 1, exercises: [], outputs: {}, incidents: [], seconds: 1 };
  const failed = (evalue: string) => [{ output_type: 'error', ename: 'Error', evalue, traceback: [] }];

  it('is told of boxes that were lost', () => {
    const found = runFindings(
      {
        ...result,
        incidents: [
          { loss: 'memory', cell: 'In[2]' },
          { loss: 'forged', exercise: '8.1' },
          { loss: 'forged', exercise: '8.1' },
        ],
      },
      graded,
      new Set(),
    );
    assert.deepEqual(
      found.map(({ where, finding }) => `${where}: ${finding}`),
      [
        'In[2]: Stopped: used more memory than is allowed',
        'exercise 8.1: Something wrote into the connection to the grader that is no answer',
      ],
    );
  });

  it('is told of what was refused to the student’s own cells', () => {
    const outputs = {
      0: failed('getaddrinfo EAI_AGAIN example.org'),
      1: failed("ENOENT: no such file or directory, open '/srv/gradebook.db'"),
      2: failed('connect ENETUNREACH 1.2.3.4:80'),
    };
    assert.deepEqual(runFindings({ ...result, outputs }, graded, new Set(['given'])), [
      { where: 'In[2]', finding: 'Asked for a file outside its folder, which it does not see' },
      { where: 'In[3]', finding: 'Asked for a network, which was refused' },
    ]);
  });

  it('is nothing for the errors that people make', () => {
    const outputs = {
      1: failed("ENOENT: no such file or directory, open 'my/image.png'"),
      2: failed("Cannot read properties of undefined (reading 'apply')"),
    };
    assert.deepEqual(runFindings({ ...result, outputs }, graded, new Set()), []);
  });
});
