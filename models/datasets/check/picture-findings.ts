import path from 'node:path';
import type { LookedAt } from '../look-at-picture.ts';
import type { SamePair } from '../same-pictures.ts';
import { groupPairs } from '../same-pictures.ts';
import { type Finding, onField, type Placed } from './finding.ts';

const leaveOut = { do: 'leave field out' } as const;

/** What is wrong with one picture. */
export const pictureFindings = (placed: Placed, { extension, seen, trouble, type }: LookedAt): Finding[] => {
  const { field } = placed;
  const findings: Finding[] = [];
  const say = (rule: Finding['rule'], rest: Pick<Finding, 'what' | 'proposal' | 'fix'>): void => {
    findings.push({ ...onField(placed, rule, rest), file: field.picture.path });
  };
  if (trouble !== undefined) {
    const rule = { missing: 'missing-picture', 'no picture': 'wrong-type', corrupt: 'corrupt-picture' } as const;
    const proposal = type === 'bmp' ? 'turn it into PNG' : 'bring back a whole copy; or leave the field out';
    say(rule[trouble.kind], { what: trouble.what, proposal, fix: leaveOut });
  }
  if (extension !== undefined) {
    const to = `${field.file.slice(0, field.file.length - path.extname(field.file).length)}${extension}`;
    say('wrong-type', {
      what: `a ${type} picture under a name for another type`,
      proposal: `call it ${to}`,
      fix: { do: 'rename picture', to },
    });
  }
  if (seen !== undefined && (seen.widthPx !== field.widthPx || seen.heightPx !== field.heightPx)) {
    const { widthPx, heightPx } = seen;
    const what = `the annotation says ${field.widthPx} × ${field.heightPx}, the picture has ${widthPx} × ${heightPx}`;
    say('wrong-size', { what, proposal: 'take the size of the picture', fix: { do: 'correct size', widthPx, heightPx } });
  }
  return findings;
};

/** Which split keeps a picture that is in several: what is measured on counts more than what is trained on. */
const rank = (split: string): number => (/^test/i.test(split) ? 0 : /^val/i.test(split) ? 1 : 2);

/** Pictures that are there more than once, in several splits or in one. */
export const sameFindings = (fields: readonly Placed[], pairs: readonly SamePair[]): Finding[] => {
  const findings: Finding[] = [];
  for (const group of groupPairs(fields.length, pairs).filter(({ length }) => length > 1)) {
    const members = [...group].sort((a, b) => rank(fields[a]!.split) - rank(fields[b]!.split) || a - b);
    const keeper = fields[members[0]!]!;
    for (const member of members.slice(1)) {
      const placed = fields[member]!;
      const tie = pairs.find(({ a, b }) => (a === member && group.includes(b)) || (b === member && group.includes(a)))!;
      const how = tie.exact ? 'the same file as' : tie.turned ? 'turned or mirrored,' : 'the same picture as';
      const what = `${how} ${keeper.split}/${keeper.field.file}`;
      if (placed.split === keeper.split)
        findings.push(onField(placed, 'same-in-split', { what, proposal: 'keep the one with the better boxes' }));
      else findings.push(onField(placed, 'across-splits', { what, proposal: `leave it out of ${placed.split}`, fix: leaveOut }));
    }
  }
  return findings;
};
