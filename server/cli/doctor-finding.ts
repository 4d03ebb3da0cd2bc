/** One thing that was looked at. `missing` is something that counting needs, `absent` something that it can do without. */
export type Finding = {
  readonly name: string;
  readonly state: 'there' | 'absent' | 'missing';
  readonly detail: string;
  /** What to do about what is not there. */
  readonly remedy?: string;
};

export const there = (name: string, detail: string): Finding => ({ name, state: 'there', detail });
export const absent = (name: string, detail: string, remedy: string): Finding => ({ name, state: 'absent', detail, remedy });
export const missing = (name: string, detail: string, remedy: string): Finding => ({ name, state: 'missing', detail, remedy });
