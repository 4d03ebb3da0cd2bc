import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { startHttpServer } from '../http/http-server.ts';
import { parseSourceAddress } from '../ingest/source-address.ts';
import { CONFIGURATION_FILE, type ConfigurationValues } from '../load-configuration.ts';
import { interruptedSession } from '../sessions/session-place.ts';
import { buildPage } from './build-page.ts';
import type { CommandIo } from './command-io.ts';
import { configurationFrom } from './configuration-flags.ts';
import { packageVersion } from './version.ts';

const openBrowser = (address: string): void => {
  const [command, ...words] =
    process.platform === 'darwin'
      ? ['open', address]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', address]
        : ['xdg-open', address];
  const browser = spawn(command!, words, { stdio: 'ignore', detached: true });
  // No browser on this machine is no failure: the address was printed.
  browser.on('error', () => {});
  browser.unref();
};

/** Runs the service until Ctrl-C. The camera starts while the page is built; the address is printed when both are there. */
export const runServe = async (options: ConfigurationValues & { readonly open?: boolean }, io: CommandIo): Promise<void> => {
  const { configuration, from, file } = await configurationFrom(options);
  const say = (line: string): void => io.stderr(`${line}\n`);
  const server = await startHttpServer({
    configuration,
    kept: { from, file: file ?? resolve(CONFIGURATION_FILE) },
    version: packageVersion(),
    listCameras: async () => (await import('../ingest/list-cameras.ts')).listCameras(),
    onEvent: (id, event) => say(`${new Date(event.at).toISOString()} ${id} ${event.level}: ${event.text}`),
    onInternal: say,
  });
  try {
    const { label } = parseSourceAddress(configuration.source);
    const session = await interruptedSession('main', label, configuration.dataDir);
    await server.cameras.open({ id: 'main', source: configuration.source, session });
    await buildPage(say, io.signal);
    const address = configuration.token === undefined ? server.url : `${server.url}/?token=${encodeURIComponent(configuration.token)}`;
    if (!io.signal.aborted) io.stdout(`Smearscope is on ${address}\n`);
    if (options.open) openBrowser(address);
    if (!io.signal.aborted) await once(io.signal, 'abort');
  } finally {
    await server.close();
  }
};
