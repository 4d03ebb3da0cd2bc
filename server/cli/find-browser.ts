import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
const KNOWN_PLACES = ['/usr/bin/chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

const runs = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Chromium from the npm package, where somebody installed it; it is not a dependency of this project. */
const packagedBrowser = async (): Promise<string | undefined> => {
  try {
    const name = '@sparticuz/chromium';
    const { default: chromium } = (await import(name)) as { default: { executablePath(): Promise<string> } };
    return await chromium.executablePath();
  } catch {
    return undefined;
  }
};

/** A Chromium that can be driven: `SMEARSCOPE_BROWSER`, one of this machine, or the packaged one. */
export const findBrowser = async (): Promise<string | undefined> => {
  const { SMEARSCOPE_BROWSER: named, PATH: path = '' } = process.env;
  if (named !== undefined) return named;
  const onPath = path.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...KNOWN_PLACES, ...onPath].find(runs) ?? (await packagedBrowser());
};
