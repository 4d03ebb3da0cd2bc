import { isEnded, type Job, jobList, job as jobSchema } from '../../../domain/job.ts';
import { type CountComparison, countComparison, type ReplayDocument, replayList } from '../../../domain/replay.ts';
import { type ModelList, modelList } from '../../../domain/training.ts';
import { apiAddress, callApi } from '../live/access.ts';
import { faultLine } from '../live/fault-line.ts';

const LOOK_EVERY_MS = 1000;
const AT_ONCE = 200;

/** Replays of one session: what there is, the one under way, and how the chosen one lies beside what was counted. */
export class ReplayWork {
  readonly session: string;
  replays: readonly ReplayDocument[] | undefined = $state.raw();
  models: ModelList['bundles'] = $state.raw([]);
  job: Job | undefined = $state.raw();
  picked: string | undefined = $state();
  comparison: CountComparison | undefined = $state.raw();
  refusal: string = $state('');
  /** Why the replays could not be read. */
  unread: string = $state('');
  readonly shown: ReplayDocument | undefined = $derived(this.replays?.find(({ replay }) => replay === this.picked) ?? this.replays?.[0]);
  readonly running: boolean = $derived(this.job !== undefined && !isEnded(this.job));
  readonly base: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(session: string) {
    this.session = session;
    this.base = `/api/sessions/${encodeURIComponent(session)}`;
  }

  open(): void {
    void this.load();
    void this.#look();
  }

  /** Reads which bundles there are to count again with, and which replays. */
  async load(): Promise<void> {
    this.unread = '';
    try {
      this.models = modelList.parse(await callApi('GET', '/api/models')).bundles;
      await this.#loadReplays();
    } catch (error) {
      this.unread = faultLine(error);
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Counts again with a bundle; an empty name is the one that counted. */
  async start(model: string): Promise<void> {
    await this.#try(async () => {
      this.job = jobSchema.parse(await callApi('POST', `${this.base}/replays`, model === '' ? {} : { model }));
      this.#lookSoon();
    });
  }

  async stop(): Promise<void> {
    const { job } = this;
    if (job === undefined) return;
    await this.#try(async () => {
      this.job = jobSchema.parse(await callApi('DELETE', `/api/jobs/${job.id}`));
    });
  }

  async remove(replay: string): Promise<void> {
    await this.#try(async () => {
      await callApi('DELETE', `${this.base}/replays/${encodeURIComponent(replay)}`);
      await this.#loadReplays();
    });
  }

  async pick(replay: string): Promise<void> {
    this.picked = replay;
    await this.#try(() => this.#compare());
  }

  /** The rest of the differences, a page at a time. */
  async more(): Promise<void> {
    const { comparison } = this;
    if (comparison?.next === undefined) return;
    await this.#try(async () => {
      const rest = await this.#asked(comparison.b, comparison.next ?? 0);
      if (this.comparison === comparison) this.comparison = { ...rest, differences: [...comparison.differences, ...rest.differences] };
    });
  }

  /** Picture of a cell as a side has it. */
  crop(side: 'a' | 'b', cell: number): string {
    const replay = this.comparison?.b ?? '';
    return apiAddress(
      side === 'a' ? `${this.base}/cells/${cell}/crop` : `${this.base}/replays/${encodeURIComponent(replay)}/cells/${cell}/crop`,
    );
  }

  ledger(replay: string): string {
    return apiAddress(`${this.base}/replays/${encodeURIComponent(replay)}/ledger?format=csv`);
  }

  async #asked(b: string, from: number): Promise<CountComparison> {
    return countComparison.parse(
      await callApi('GET', `${this.base}/comparison?a=counted&b=${encodeURIComponent(b)}&from=${from}&limit=${AT_ONCE}`),
    );
  }

  async #compare(): Promise<void> {
    const replay = this.shown?.replay;
    const comparison = replay === undefined ? undefined : await this.#asked(replay, 0);
    if (this.shown?.replay === replay) this.comparison = comparison;
  }

  async #loadReplays(): Promise<void> {
    this.replays = replayList.parse(await callApi('GET', `${this.base}/replays`)).replays;
    await this.#compare();
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#try(async () => {
      const was = this.running ? this.job?.id : undefined;
      const { jobs } = jobList.parse(await callApi('GET', '/api/jobs?kind=replay'));
      const own = jobs.filter(({ request }) => request['session'] === this.session);
      this.job = own.find((one) => !isEnded(one)) ?? own.find(({ id }) => id === this.job?.id) ?? own[0];
      const ended = own.find(({ id }) => id === was);
      if (ended === undefined || !isEnded(ended)) return;
      const made = ended.result?.['replay'];
      if (typeof made === 'string') this.picked = made;
      await this.#loadReplays();
    });
    if (this.running) this.#lookSoon();
  }

  #lookSoon(): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.refusal = '';
    } catch (error) {
      this.refusal = faultLine(error);
    }
  }
}
