import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUILT = join(ROOT, 'client/dist/index.html');
const VITE = join(ROOT, 'node_modules/vite/bin/vite.js');

const changedAt = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;

/** When the newest file was changed from which the page is made. */
const sourcesChangedAt = async (): Promise<number> => {
  const folders = ['client', 'domain'].map(async (folder) => {
    const names = await readdir(join(ROOT, folder), { recursive: true }).catch(() => []);
    const sources = names.filter((name) => !name.startsWith('dist') && !name.includes('node_modules'));
    return Promise.all(sources.map((name) => changedAt(join(ROOT, folder, name))));
  });
  return Math.max(await changedAt(join(ROOT, 'package-lock.json')), ...(await Promise.all(folders)).flat());
};

/** Puts a built page in the place of the old one. */
const replacePage = async (built: string): Promise<void> => {
  const page = dirname(BUILT);
  const old = `${built}-old`;
  await rename(page, old).catch(() => {});
  // Another service may have put its own there meanwhile: they are the same.
  await rename(built, page).catch(() => {});
  await Promise.all([old, built].map((folder) => rm(folder, { recursive: true, force: true })));
};

/**
 * Builds the page where it is missing or older than its sources, in a process of its own. `false` where that failed and the old page, or none, is served;
 * `say` hears why. Where the build tool is not installed, what there is is taken as it is.
 */
export const buildPage = async (say: (line: string) => void, signal: AbortSignal): Promise<boolean> => {
  if (!existsSync(VITE) || !existsSync(join(ROOT, 'client/vite.config.ts'))) return existsSync(BUILT);
  if ((await changedAt(BUILT)) > (await sourcesChangedAt())) return true;
  say('building the page …');
  // Beside the page that is served: two services that start at once must not empty each other's folder.
  const beside = `${dirname(BUILT)}-${process.pid}`;
  const built = await new Promise<boolean>((resolve) => {
    const build = spawn(process.execPath, [VITE, 'build', 'client', '--outDir', beside, '--logLevel', 'error'], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
      // Tests and others set their own, and would get a page with everything meant for developing it.
      env: { ...process.env, NODE_ENV: 'production' },
      signal,
    });
    let complaint = '';
    build.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    build.once('error', (error) => {
      complaint += error.message;
    });
    build.once('close', (code) => {
      if (code !== 0) say(`the page could not be built: ${complaint.trim().split('\n')[0]}: run npm run build to see all of it`);
      resolve(code === 0);
    });
  });
  if (built) await replacePage(beside);
  else await rm(beside, { recursive: true, force: true });
  return built;
};
