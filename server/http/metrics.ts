import { memoryUsage } from 'node:process';
import type { Cameras } from '../camera/cameras.ts';

type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const family = (name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): string => {
  const lines = samples.map(({ labels, value }) => {
    const inside = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
    return `${name}${inside.length > 0 ? `{${inside.join(',')}}` : ''} ${value}`;
  });
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n');
};

/** The service's figures in the text form that Prometheus reads (exposition format 0.0.4). */
export const metricsText = (cameras: Cameras): string => {
  const all = cameras.list();
  const each = (samples: (camera: (typeof all)[number]) => Sample[]): Sample[] => all.flatMap(samples);
  const frames = each((camera) => {
    const tally = camera.report?.frames;
    if (tally === undefined) return [];
    const sample = (outcome: string, reason: string, value: number): Sample => ({ labels: { camera: camera.id, outcome, reason }, value });
    return [
      sample('decoded', '', tally.decoded),
      sample('registered', '', tally.registered),
      sample('inferred', '', tally.inferred),
      ...Object.entries(tally.rejected).map(([reason, n]) => sample('rejected', reason, n)),
      ...Object.entries(tally.dropped).map(([place, n]) => sample('dropped', place, n)),
    ];
  });
  return [
    family('smearscope_frames', 'gauge', 'Frames since counting began, by what became of them.', frames),
    family(
      'smearscope_cells',
      'gauge',
      'Counted cells on the slide map.',
      each((camera) =>
        camera.status.classes.map((name, i) => ({ labels: { camera: camera.id, class: name }, value: camera.report?.counts[i] ?? 0 })),
      ),
    ),
    family(
      'smearscope_stage_milliseconds',
      'gauge',
      'Moving mean of the time that a stage takes for a frame.',
      each((camera) =>
        Object.entries(camera.report?.stageMs ?? {}).map(([stage, value]) => ({ labels: { camera: camera.id, stage }, value })),
      ),
    ),
    family(
      'smearscope_camera_running',
      'gauge',
      'Whether the camera runs.',
      each((camera) => [{ labels: { camera: camera.id, state: camera.status.state }, value: camera.status.state === 'running' ? 1 : 0 }]),
    ),
    family(
      'smearscope_camera_restarts_total',
      'counter',
      'Camera processes that were started anew after a crash.',
      each((camera) => [{ labels: { camera: camera.id }, value: camera.status.restarts }]),
    ),
    family(
      'smearscope_viewers',
      'gauge',
      'Viewers of a camera.',
      each((camera) => [{ labels: { camera: camera.id }, value: camera.viewers }]),
    ),
    family('process_resident_memory_bytes', 'gauge', 'Memory of the server process.', [{ labels: {}, value: memoryUsage.rss() }]),
  ].join('');
};
