import type { Promptable } from '../prompt/promptable-model';

/** What annotations need of a model. */
export type Prompter = Pick<Promptable, 'embed' | 'segment'>;
