import { isEnded, type Job, jobList, job as jobSchema } from '../../../domain/job.ts';
import { type BundleComparison, modelChange } from '../../../domain/models-in-use.ts';
import {
  type ModelList,
  modelList,
  promotionResult,
  type TrainableSession,
  type TrainingCurves,
  trainableSessions,
  trainingCurves,
  trainingResult,
  trainingWork,
} from '../../../domain/training.ts';
import { callApi } from '../live/access.ts';
import { faultLine } from '../live/fault-line.ts';

const LOOK_EVERY_MS = 1500;

/** A training and what became of it. */
export type Training = {
  readonly job: Job;
  readonly minutes: number;
  readonly sessions: number;
  readonly comparison: BundleComparison | undefined;
  readonly uncompared: string | undefined;
  readonly model: string | undefined;
};

const trainingOf = (job: Job): Training | undefined => {
  const { dataDir: _dir, ...request } = job.request;
  const work = trainingWork.safeParse(request);
  if (!work.success || work.data.action !== 'train') return undefined;
  const result = trainingResult.safeParse(job.result);
  const { comparison, uncompared, model } = result.success ? result.data : {};
  return { job, minutes: work.data.minutes, sessions: work.data.sessions.length, comparison, uncompared, model };
};

/** What the page Train shows and does: the corrected sessions, the trainings, the bundles in use. */
export class TrainingWork {
  sessions: readonly TrainableSession[] | undefined = $state.raw();
  models: ModelList | undefined = $state.raw();
  /** Of the kind training; undefined before they were read. */
  jobs: readonly Job[] | undefined = $state.raw();
  chosen: ReadonlySet<string> = $state.raw(new Set());
  /** The training that is looked at; the newest where none was picked. */
  picked: string | undefined = $state();
  curves: TrainingCurves['points'] = $state.raw([]);
  /** Why sessions and bundles could not be read. */
  unread: string = $state('');
  /** Why the trainings could not be read; it is tried again and again. */
  unheard: string = $state('');
  refusal: string = $state('');
  told: string = $state('');
  busy: boolean = $state(false);
  readonly trainings: readonly Training[] = $derived((this.jobs ?? []).flatMap((job) => trainingOf(job) ?? []));
  readonly shown: Training | undefined = $derived(this.trainings.find(({ job }) => job.id === this.picked) ?? this.trainings[0]);
  /** A promotion that is under way. */
  readonly promoting: Job | undefined = $derived(this.jobs?.find((job) => job.request['action'] === 'promote' && !isEnded(job)));
  #heard = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  open(): void {
    void this.load();
    void this.#look();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async load(): Promise<void> {
    this.unread = '';
    try {
      const { sessions } = trainableSessions.parse(await callApi('GET', '/api/training/sessions'));
      this.sessions = sessions;
      const real = sessions.filter(({ virtual }) => !virtual).map(({ id }) => id);
      if (this.chosen.size === 0) this.chosen = new Set(real);
      await this.#loadModels();
    } catch (error) {
      this.unread = faultLine(error);
    }
  }

  choose(id: string, on: boolean): void {
    const next = new Set(this.chosen);
    if (on) next.add(id);
    else next.delete(id);
    this.chosen = next;
  }

  start(minutes: number, base: string): Promise<void> {
    return this.#do(async () => {
      const own = (this.sessions ?? []).filter(({ id }) => this.chosen.has(id));
      const slides = new Set(own.map(({ id, specimenId }) => specimenId ?? id));
      const body = {
        ...{ sessions: own.map(({ id }) => id), minutes, base },
        ...{ oneSlide: slides.size === 1, practice: own.some(({ virtual }) => virtual) },
      };
      const job = jobSchema.parse(await callApi('POST', '/api/training', body));
      this.picked = job.id;
    });
  }

  stop(id: string): Promise<void> {
    return this.#do(() => callApi('DELETE', `/api/jobs/${id}`));
  }

  resume(id: string): Promise<void> {
    return this.#do(() => callApi('POST', `/api/jobs/${id}/resume`));
  }

  promote(id: string): Promise<void> {
    return this.#do(async () => {
      const job = jobSchema.parse(await callApi('POST', '/api/models/promote', { job: id }));
      // It may have ended before it is looked at first.
      this.#heard.set(job.id, 'waiting');
    });
  }

  back(): Promise<void> {
    return this.#do(async () => {
      const { model } = modelChange.parse(await callApi('POST', '/api/models/back', {}));
      this.told = `${model.name} ${model.version} is in use again.`;
      await this.#loadModels();
    });
  }

  async #loadModels(): Promise<void> {
    this.models = modelList.parse(await callApi('GET', '/api/models'));
  }

  async #do(work: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    this.refusal = '';
    this.told = '';
    try {
      await work();
      await this.#refresh();
    } catch (error) {
      this.refusal = faultLine(error);
    }
    this.busy = false;
  }

  async #refresh(): Promise<void> {
    this.jobs = jobList.parse(await callApi('GET', '/api/jobs?kind=training')).jobs;
    this.unheard = '';
    await this.#hearPromotions();
    const id = this.shown?.job.id;
    this.curves = id === undefined ? [] : trainingCurves.parse(await callApi('GET', `/api/training/${id}/curves`)).points;
  }

  /** Tells once what came of each promotion that ended while the page was open. */
  async #hearPromotions(): Promise<void> {
    for (const { id, state, request, result, error } of this.jobs ?? []) {
      if (request['action'] !== 'promote') continue;
      const before = this.#heard.get(id);
      this.#heard.set(id, state);
      if (before === undefined || before === state || state === 'running' || state === 'waiting') continue;
      const outcome = promotionResult.safeParse(result);
      if (!outcome.success) this.refusal = error ?? 'The promotion was stopped.';
      else if (outcome.data.promoted)
        this.told = `${outcome.data.comparison.now.name} ${outcome.data.comparison.now.version} is in use. Running cameras take it up by themselves.`;
      else this.refusal = `Not promoted, worse by more than a point: ${outcome.data.comparison.against.join('; ')}`;
      await this.#loadModels();
    }
  }

  async #look(): Promise<void> {
    // What an action reads anew is not overtaken by an older look.
    if (!this.busy) await this.#refresh().catch((error: unknown) => (this.unheard = faultLine(error)));
    if (!this.#closed) this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }
}
