import type { GroundKind } from '../../../domain/ground.ts';

/** Shade of ground where cells are not counted, and the words for it. */
export const groundStyle: Record<GroundKind, { readonly label: string; readonly shade: string }> = {
  thick: { label: 'too thick', shade: 'rgb(120 20 60 / 0.38)' },
  thin: { label: 'too thin', shade: 'rgb(20 70 120 / 0.3)' },
  unfocused: { label: 'out of focus', shade: 'rgb(60 60 60 / 0.4)' },
};
