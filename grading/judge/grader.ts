import { setImmediate as nextTurn } from 'node:timers/promises';
import { exercises } from '../../lib/check/exercises';
import type { Exercise } from '../../lib/check/exercise';
import { hiddenCases } from '../exercises';
import type { Box, BoxLimits, BoxOptions } from '../sandbox/box';
import { refreshBoxCode } from './box-code';
import { BoxView } from './box-view';
import { compileAhead } from './compile-ahead';
import { CompileService } from './compile-service';
import { rememberExpectations } from './expectations';
import { type CasesOf, gradeNotebook } from './grade-notebook';
import type { Notebook } from '../notebook';
import { type GradingPlan, readPlan } from './plan';
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
  private readonly code: ReturnType<typeof refreshBoxCode>;
  private closed = false;

  constructor(private readonly options: GraderOptions) {
    const { openBox, jobs = 1, limits, boxLimits } = options;
    this.view = new BoxView(boxLimits);
    this.limits = { ...LIMITS, ...limits };
    this.sessions = new SessionPool(openBox, jobs);
    this.compiler = new CompileService(() => openBox(this.view.forCompiler()));
    this.compiler.warmUp();
    this.code = refreshBoxCode();
  }

  /**
   * Begins what the first submission will need: boxes, the compiled cells before the first answer, expectations.
   *
   * @param sources the instructor's notebooks
   * @throws Error for a source whose graded cells name no exercise
   */
  warmUp(sources: readonly Notebook[]): void {
    for (const source of sources) {
      const plan = planOf(source);
      const { kind, options } = this.boxFor(plan);
      this.sessions.startAhead(kind, options);
      const compiled = compileAhead(source, plan, this.compiler);
      const worked = this.workOut(exercisesOf(plan));
      // Whoever needs them meets their errors.
      for (const each of [compiled, worked]) each.catch(() => undefined);
    }
  }

  /** @throws Error for a source whose graded cells name no exercise */
  async grade({ notebook, source, only }: GradeJob): Promise<SubmissionResult> {
    const plan = planOf(source);
    const { kind, options } = this.boxFor(plan);
    const openSession = () => this.sessions.take(kind, options);
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
    this.closed = true;
    this.code.stop();
    await Promise.all([this.code.done, this.sessions.close(), this.compiler.close()]);
    this.view.close();
  }

  /** A box without what the exercises withhold. */
  private boxFor(plan: GradingPlan): { kind: string; options(): BoxOptions } {
    const graded = exercisesOf(plan).map(exerciseOf);
    const withheld = [...new Set(graded.flatMap((exercise) => exercise.withheld))].sort();
    return { kind: withheld.join(), options: () => this.view.forStudent(withheld) };
  }

  private async workOut(names: readonly string[]): Promise<void> {
    for (const { visible, hidden } of names.map((name) => this.casesOf(name))) {
      for (const each of [...visible, ...hidden]) {
        // One at a time, so that what comes in between is not kept waiting.
        await nextTurn();
        if (this.closed) return;
        await each.expected(each.input(Math.random));
      }
    }
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

const planOf = (source: Notebook): GradingPlan => readPlan(source, Object.keys(exercises));

const exercisesOf = (plan: GradingPlan): string[] =>
  [...plan.exercises.values()].map(({ exercise }) => exercise);

const exerciseOf = (name: string): Exercise => (exercises as unknown as Record<string, Exercise>)[name];
