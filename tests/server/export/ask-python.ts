import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Readers written in Python are asked where they are installed; another interpreter than the first on the path can be named. */
const PYTHON = process.env['SMEARSCOPE_PYTHON'] ?? 'python3';
const SCRIPT = fileURLToPath(new URL('./read_exports.py', import.meta.url));

const MODULES = {
  csv: ['pandas'],
  coco: ['pycocotools'],
  coco_masks: ['pycocotools', 'shapely'],
  geojson: ['shapely'],
  geojson_cells: ['shapely'],
  labels: ['PIL', 'numpy', 'tifffile'],
  mot: ['motmetrics'],
  tiff: ['tifffile', 'imagecodecs'],
  pdf: ['pypdf'],
  fhir: ['fhir'],
  voc: ['lxml'],
  zip: ['zipfile'],
} as const;
export type PythonReader = keyof typeof MODULES;

/** Which of them there are; found without being loaded, which takes its time. */
let known: ReadonlySet<string> | undefined;
const installed = (): ReadonlySet<string> => {
  if (known !== undefined) return known;
  const names = JSON.stringify(Object.values(MODULES).flat());
  const look = `import importlib.util as u, json; print(json.dumps([n for n in ${names} if u.find_spec(n)]))`;
  const { status, stdout } = spawnSync(PYTHON, ['-c', look], { encoding: 'utf8' });
  known = new Set(status === 0 ? (JSON.parse(stdout) as string[]) : []);
  return known;
};

/** Says why not, and is true, where a reader is not installed. */
export const lacks = (reader: PythonReader): boolean => {
  const missing = MODULES[reader].filter((name) => !installed().has(name));
  if (missing.length > 0) console.warn(`not opened by ${missing.join(' and ')}: ${PYTHON} does not have it`);
  return missing.length > 0;
};

/** What a reader found in an export. */
export const askPython = (reader: PythonReader, path: string): Record<string, unknown> => {
  const { status, stdout, stderr } = spawnSync(PYTHON, [SCRIPT, reader, path], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
};
