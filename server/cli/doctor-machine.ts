import { accessSync, constants } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { absent, type Finding, missing, there } from './doctor-finding.ts';

const GIGABYTE = 2 ** 30;
const LEAST_DISK_GB = 1;
/** What counting takes with a network, a map and the pictures on their way. */
const LEAST_MEMORY_GB = 1;

const examineNode = (): Finding => {
  const major = Number(process.versions.node.split('.')[0]);
  const detail = `${process.version} on ${process.platform}-${process.arch}`;
  return major >= 24 ? there('node', detail) : missing('node', detail, 'run it through npm, which puts the Node 24 of node_modules first');
};

const examineProcessor = (): Finding => {
  const cores = availableParallelism();
  const detail = `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cores} ${cores === 1 ? 'core' : 'cores'}`;
  return cores > 1
    ? there('processor', detail)
    : absent('processor', detail, 'live counting wants two cores: decoding and the network share one');
};

const examineMemory = (): Finding => {
  const free = freemem() / GIGABYTE;
  const detail = `${free.toFixed(1)} of ${(totalmem() / GIGABYTE).toFixed(1)} GB of memory free`;
  return free > LEAST_MEMORY_GB ? there('memory', detail) : absent('memory', detail, 'close other programs: counting takes up to 1 GB');
};

const examineDisk = async (): Promise<Finding> => {
  const { bavail, bsize } = await statfs('.');
  const free = (bavail * bsize) / GIGABYTE;
  const detail = `${free.toFixed(1)} GB free in this folder`;
  return free > LEAST_DISK_GB ? there('disk', detail) : missing('disk', detail, 'free some space: clips and training runs need it');
};

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
const APPLICATIONS = ['/usr/bin/chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

const runs = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const examineBrowser = (): Finding => {
  const { SMEARSCOPE_BROWSER: named, PATH: path = '' } = process.env;
  const onPath = path.split(delimiter).flatMap((folder) => BROWSERS.map((name) => join(folder, name)));
  const found = named ?? [...APPLICATIONS, ...onPath].find(runs);
  return found === undefined
    ? absent(
        'chromium',
        'none is on this machine',
        'any current browser shows the page; its tests need Chromium (Debian: apt-get install chromium)',
      )
    : there('chromium', found);
};

/** The machine and what lies around the program. */
export const examineMachine = async (): Promise<Finding[]> => [
  examineNode(),
  examineProcessor(),
  examineMemory(),
  await examineDisk(),
  examineBrowser(),
];
