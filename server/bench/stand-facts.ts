import type { SessionFacts } from '../../domain/session.ts';

export const STAND_CLASSES = ['RBC', 'WBC', 'Platelets'] as const;

/** What is known of a session that no network counted: it is as large or as long as a bench wants it. */
export const standFacts = (id: string, source: string): SessionFacts => ({
  ...{ id, camera: 'main', source, specimen: 'smear', classes: [...STAND_CLASSES], model: { name: 'none', version: '0' } },
  ...{ engine: 'none', umPerPx: 0.072, settings: {}, program: 'bench', startedAt: 0, kept: false, flags: [] },
});
