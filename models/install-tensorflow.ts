import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { FaultError, faultLine, toFault } from '../domain/fault.ts';
import { nativeTensorFlowFolder } from './tensorflow.ts';

/**
 * Installs native TensorFlow for `train` into `.tensorflow/`: `npm run tensorflow`, with `-- --gpu` for CUDA 12.
 * The package's own download is tried first. Where that cannot be had, its two source files are compiled against the library and the headers
 * within the `tensorflow-cpu` (or `tensorflow`) wheel of PyPI, which are of a later TensorFlow with the same C interface.
 */

const PACKAGE_VERSION = '4.22.0';
const HEADERS_VERSION = '1.9.0';
const WHEEL_VERSION = '2.20.0';
const OWN_DOWNLOAD_MS = 90_000;
const LIBRARIES = ['libtensorflow_cc', 'libtensorflow_framework'] as const;

const execute = promisify(execFile);
const say = (line: string): boolean => process.stderr.write(`${line}\n`);

const run = async (command: string, args: readonly string[], cwd: string, what: string, remedy: string, timeoutMs = 0): Promise<void> => {
  try {
    await execute(command, args, { cwd, timeout: timeoutMs, maxBuffer: 64 * 2 ** 20 });
  } catch (cause) {
    const { stderr = '', message } = cause as { stderr?: string; message: string };
    const reason = stderr.trim().split('\n').at(-1) ?? message;
    throw new FaultError(
      { kind: 'engine', engine: 'tensorflow', what: `${what} (${(reason === '' ? message : reason).slice(0, 200)})`, remedy },
      { cause },
    );
  }
};

/** What a new process says when it loads the package: nothing where all is well. */
const whyNotLoading = (folder: string, name: string): Promise<string | undefined> => {
  const code = `const util = require('node:util'); util.isNullOrUndefined ??= (v) => v == null; util.isArray = Array.isArray;
    const tf = require('${name}'); const [sum] = tf.sum(tf.conv2d(tf.ones([1, 4, 4, 1]), tf.ones([3, 3, 1, 1]), 1, 'valid')).dataSync();
    if (sum !== 36) throw new Error('wrong sum');`;
  return execute(process.execPath, ['-e', code], { cwd: folder, env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' } }).then(
    () => undefined,
    (error: Error & { stderr?: string }) => /Error: .*/.exec(error.stderr ?? error.message)?.[0] ?? error.message,
  );
};

/** Fetches the wheel and unpacks its headers and libraries into `into`, whose `tensorflow/` then holds them. */
const unpackWheel = async (into: string, gpu: boolean): Promise<void> => {
  const wheel = `${gpu ? 'tensorflow' : 'tensorflow-cpu'}==${WHEEL_VERSION}`;
  const platform = `manylinux_2_17_${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}`;
  say(`fetching ${wheel} from PyPI (about ${gpu ? 600 : 260} MB)`);
  const fetchArgs = [
    '-m',
    'pip',
    'download',
    wheel,
    '--no-deps',
    '--only-binary=:all:',
    '--python-version',
    '3.12',
    '--platform',
    platform,
    '-d',
    into,
  ];
  const needed = 'install Python 3 with pip, check the network, or train on the slow backend with --backend cpu';
  await run('python3', fetchArgs, into, `${wheel} cannot be fetched`, needed);
  const file = (await readdir(into)).find((name) => name.endsWith('.whl'))!;
  const unpack = `import sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
wheel.extractall(sys.argv[2], [n for n in wheel.namelist() if n.startswith(('tensorflow/include/', 'tensorflow/libtensorflow_'))])`;
  await run('python3', ['-c', unpack, file, into], into, `${file} cannot be unpacked`, 'free some disk space (1 GB) and run this again');
  await rm(path.join(into, file));
  for (const library of LIBRARIES) await symlink(`${library}.so.2`, path.join(into, 'tensorflow', `${library}.so`));
};

const compileBinding = async (folder: string, packageDir: string, gpu: boolean): Promise<void> => {
  const wheelDir = path.join(folder, 'wheel');
  await rm(wheelDir, { recursive: true, force: true });
  await mkdir(wheelDir, { recursive: true });
  await unpackWheel(wheelDir, gpu);
  const library = path.join(wheelDir, 'tensorflow');
  const built = path.join(folder, 'tfjs_binding.node');
  const include = [
    path.join(library, 'include'),
    path.join(folder, 'node_modules', 'node-api-headers', 'include'),
    path.join(packageDir, 'binding'),
  ];
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => path.join(packageDir, 'binding', name));
  say('compiling the binding');
  await run(
    'g++',
    [
      ...['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', '-o', built, ...sources],
      ...include.map((dir) => `-I${dir}`),
      ...[`-L${library}`, `-Wl,-rpath,${library}`, '-ltensorflow_cc', '-ltensorflow_framework'],
    ],
    folder,
    'the binding cannot be compiled',
    'install g++ (Debian: apt-get install g++) and run this again',
  );
  const place = path.join(packageDir, 'lib', 'napi-v8');
  await mkdir(place, { recursive: true });
  await copyFile(built, path.join(place, 'tfjs_binding.node'));
  await rm(built);
};

/** Installs into `folder`. Faults: `engine`, saying what is missing. */
export const installTensorFlow = async (folder: string, gpu: boolean): Promise<void> => {
  const name = gpu ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node';
  const packageDir = path.join(folder, 'node_modules', name);
  await mkdir(folder, { recursive: true });
  const dependencies = { [name]: PACKAGE_VERSION, 'node-api-headers': HEADERS_VERSION };
  await writeFile(path.join(folder, 'package.json'), `${JSON.stringify({ private: true, dependencies }, undefined, 2)}\n`);
  say(`installing ${name} ${PACKAGE_VERSION}`);
  await run(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund'],
    folder,
    `${name} cannot be installed`,
    'check the network and run this again',
  );
  if ((await whyNotLoading(folder, name)) === undefined) return void say('already there');

  say('trying the library that the package fetches by itself');
  const own = await run(
    process.execPath,
    ['scripts/install.js', gpu ? 'gpu' : 'cpu', 'download'],
    packageDir,
    'no download',
    'none',
    OWN_DOWNLOAD_MS,
  ).then(
    () => whyNotLoading(folder, name),
    (error: Error) => error.message,
  );
  if (own === undefined) return;
  if (process.platform !== 'linux')
    throw new FaultError({
      kind: 'engine',
      engine: 'tensorflow',
      what: `${name} does not load (${own})`,
      remedy: 'on this system only its own download is supported: check the network',
    });
  say('not to be had here: building it from the PyPI wheel');
  await compileBinding(folder, packageDir, gpu);
  const why = await whyNotLoading(folder, name);
  if (why !== undefined)
    throw new FaultError({
      kind: 'engine',
      engine: 'tensorflow',
      what: `${name} was built and does not load (${why})`,
      remedy: gpu ? 'install CUDA 12 and cuDNN 9, or leave out --gpu' : 'please report this',
    });
};

if (process.argv[1] === import.meta.filename) {
  try {
    await installTensorFlow(nativeTensorFlowFolder, process.argv.includes('--gpu'));
    say('native TensorFlow is installed; `train` will use it');
  } catch (error) {
    say(faultLine(toFault(error)));
    process.exitCode = 1;
  }
}
