import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((path) => /\.(ts|svelte)$/.test(path) && !path.endsWith('.gen.ts'));
const text = (path: string): string => readFileSync(new URL(path, root), 'utf8');

describe('house rules', () => {
  test.each(tracked)('%s', (path) => {
    expect(basename(path), 'kebab-case').toMatch(/^([a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*|[A-Z][A-Za-z]+)\.(ts|svelte)$/);
    expect(basename(path), 'a name that says something').not.toMatch(/^(utils?|helpers?|common|misc)\./);
    expect(text(path).split('\n').length, 'lines').toBeLessThanOrEqual(320);
    if (!path.startsWith('tests/')) expect(text(path), 'product code knows no checkout').not.toMatch(/\.\.\/shared\//);
  });
});
