import { exercises } from '../../lib/check/exercises';
import type { Exercise } from '../../lib/check/exercise';
import { hiddenCases } from '../exercises';
import type { Box, BoxLimits, BoxOptions } from '../sandbox/box';
import { BoxView } from './box-view';
import { CompileService } from './compile-service';
import { rememberExpectations } from './expectations';
import { type CasesOf, gradeNotebook } from './grade-notebook';
import type { Notebook } from '../notebook';
import { readPlan } from './plan';
import type { RunLimits } from './notebook-run';
import type { SubmissionResult } from './results';
import { SessionPool } from './session-pool';

export interface GraderOptions {
  /** Opens a box; see `openBox`. */
  openBox(options: BoxOptions): Promise<Box>;
  /** Of the inputs of all cases. */
  seed: number;
  /** Submissions that are graded at the same time: as many boxes are started ahead. Default 1. */
  jobs?: number;
  limits?: Partial<RunLimits>;
  /** Of each box, where they differ from `BOX_LIMITS`. */
  boxLimits?: Partial<BoxLimits>;
}

export interface GradeJob {
  /** The student's notebook, repaired, with the instructor's locked cells. */
  notebook: Notebook;
  /** The instructor's own. */
  source: Notebook;
  /** Judge this exercise alone. */
  only?: string;
}

const LIMITS: RunLimits = { cellSeconds: 60, probeSeconds: 60, notebookSeconds: 300 };

/** Runs students' notebooks in boxes and judges what comes out, for one run of grading with one seed. */
export class Grader {
  private readonly view: BoxView;
  private readonly sessions: SessionPool;
  private readonly compiler: CompileService;
  private readonly cases = new Map<string, ReturnType<CasesOf>>();
  private readonly limits: RunLimits;

  constructor(private readonly options: GraderOptions) {
    const { openBox, jobs = 1, limits, boxLimits } = options;
    this.view = new BoxView(boxLimits);
    this.limits = { ...LIMITS, ...limits };
    this.sessions = new SessionPool(openBox, jobs);
    this.compiler = new CompileService(() => openBox(this.view.forCompiler()));
    this.compiler.warmUp();
  }

  /** @throws Error for a source whose graded cells name no exercise */
  async grade({ notebook, source, only }: GradeJob): Promise<SubmissionResult> {
    const plan = readPlan(source, Object.keys(exercises));
    const graded = [...plan.exercises.values()].map(({ exercise }) => exerciseOf(exercise));
    const withheld = [...new Set(graded.flatMap((exercise) => exercise.withheld))].sort();
    const openSession = () => this.sessions.take(withheld.join(), () => this.view.forStudent(withheld));
    return gradeNotebook(notebook, {
      plan,
      casesOf: (exercise) => this.casesOf(exercise),
      seed: this.options.seed,
      services: { compiler: this.compiler, openSession },
      limits: this.limits,
      only,
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.sessions.close(), this.compiler.close()]);
    this.view.close();
  }

  private casesOf(exercise: string): ReturnType<CasesOf> {
    const known = this.cases.get(exercise);
    if (known) return known;
    const { seed } = this.options;
    const cases = {
      visible: rememberExpectations(exerciseOf(exercise).visible, exercise, seed),
      hidden: rememberExpectations(hiddenCases[exercise as keyof typeof hiddenCases], exercise, seed),
    };
    this.cases.set(exercise, cases);
    return cases;
  }
}

const exerciseOf = (name: string): Exercise => (exercises as unknown as Record<string, Exercise>)[name];
