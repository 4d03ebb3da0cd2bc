import { type SettingsAnswer, type SettingValue, settingsAnswer } from '../../../domain/settings-document.ts';
import { askApi } from '../live/ask-api.ts';
import { faultLine } from '../live/fault-line.ts';
import { misfit } from './setting-words.ts';

/** The settings of the service, and what was changed on the page but not saved yet. */
export class SettingsForm {
  answer: SettingsAnswer | undefined = $state.raw();
  /** Why the settings could not be read; empty when they were. */
  unread: string = $state('');
  /** New values by key; `null` for none, which is the default. */
  draft: Readonly<Record<string, SettingValue | null>> = $state.raw({});
  /** The service's one line on why a change was refused. */
  refusal: string = $state('');
  busy: boolean = $state(false);
  /** Whether the last change was kept and nothing was touched since. */
  saved: boolean = $state(false);
  readonly changes: number = $derived(Object.keys(this.draft).length);
  readonly misfits: Readonly<Record<string, string>> = $derived.by(() => {
    const found: Record<string, string> = {};
    for (const [key, value] of Object.entries(this.draft)) {
      const schema = this.answer?.schema.properties[key];
      const why = schema && misfit(schema, value);
      if (why) found[key] = why;
    }
    return found;
  });

  async load(): Promise<void> {
    this.unread = '';
    try {
      this.answer = settingsAnswer.parse(await askApi('GET', '/api/settings'));
    } catch (error) {
      this.unread = faultLine(error);
    }
  }

  /** What the field of a setting shows. */
  value(key: string): SettingValue | undefined {
    const drafted = this.draft[key];
    if (drafted === null) return this.answer?.schema.properties[key]?.default;
    return drafted ?? this.answer?.values[key];
  }

  set(key: string, value: SettingValue | null): void {
    this.refusal = '';
    this.saved = false;
    const kept = this.answer?.values[key];
    const fallback = this.answer?.schema.properties[key]?.default;
    const same = value === kept || (value === null && kept === fallback);
    const { [key]: _, ...others } = this.draft;
    this.draft = same ? others : { ...others, [key]: value };
  }

  /** Whether the setting, as the page shows it, is its default. */
  isDefault(key: string): boolean {
    return this.value(key) === this.answer?.schema.properties[key]?.default;
  }

  discard(): void {
    this.draft = {};
    this.refusal = '';
  }

  async save(): Promise<void> {
    this.busy = true;
    this.refusal = '';
    try {
      this.answer = settingsAnswer.parse(await askApi('PATCH', '/api/settings', { body: this.draft }));
      this.draft = {};
      this.saved = true;
    } catch (error) {
      this.refusal = faultLine(error);
    }
    this.busy = false;
  }
}
