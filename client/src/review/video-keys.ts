import type { Viewport } from '../picture/viewport.svelte.ts';
import type { KeyBinding } from '../shell/find-binding.ts';
import type { ViewChoices } from '../shell/view-choices.svelte.ts';
import type { CellTool } from './cell-tool.svelte.ts';
import type { ReviewActions } from './review-actions.ts';
import type { ReviewWork } from './review-work.svelte.ts';

const ZOOM_STEP = 1.25;
const MOVE_PX = 4;

/** The middle of what is in view, in pixels of the frame. */
export const middleOf = (viewport: Viewport): { x: number; y: number } =>
  viewport.toWorld({ x: viewport.view.width / 2, y: viewport.view.height / 2 });

/** Keys of the recording. While a box is drawn the arrows move it; otherwise they go through frames and cells. */
export const videoKeys = (
  work: ReviewWork,
  tool: CellTool,
  actions: ReviewActions,
  viewport: Viewport,
  choices: ViewChoices,
): readonly KeyBinding[] => {
  const arrow = (keys: string, what: string, dx: number, dy: number, otherwise: () => unknown): KeyBinding => ({
    keys,
    what,
    repeats: true,
    act: () => {
      if (tool.draft) tool.move(dx * MOVE_PX, dy * MOVE_PX, keys.startsWith('Shift'));
      else otherwise();
    },
  });
  const step = (by: number) => () => void work.playback?.step(by);
  return [
    arrow('ArrowLeft', 'back one frame', -1, 0, step(-1)),
    arrow('ArrowRight', 'on one frame', 1, 0, step(1)),
    arrow('Shift+ArrowLeft', 'back ten frames', -1, 0, step(-10)),
    arrow('Shift+ArrowRight', 'on ten frames', 1, 0, step(10)),
    arrow('ArrowUp', 'previous cell of the frame', 0, -1, () => actions.selectNeighbour(-1, false)),
    arrow('ArrowDown', 'next cell of the frame', 0, 1, () => actions.selectNeighbour(1, false)),
    arrow('Shift+ArrowUp', 'select the previous cell too', 0, -1, () => actions.selectNeighbour(-1, true)),
    arrow('Shift+ArrowDown', 'select the next cell too', 0, 1, () => actions.selectNeighbour(1, true)),
    { keys: 'A', what: 'add a cell: draw its box', act: () => actions.beginAdd(middleOf(viewport)) },
    { keys: 'Enter', what: 'take the box that is drawn', act: () => actions.confirm() },
    { keys: 'V', what: 'this field was looked through', act: () => actions.reviewField() },
    { keys: 'Ctrl+A', what: 'select every cell of the frame', act: () => actions.selectAll() },
    { keys: 'H', what: 'move the picture by dragging', act: () => tool.take('pan') },
    {
      keys: 'B',
      what: 'cells as boxes, outlines, fills, or not at all',
      act: () => choices.turnCells(work.drawn.drawings.size > 0),
    },
    { keys: 'F', what: 'fit the picture', act: () => viewport.fit() },
    { keys: '+', what: 'zoom in', act: () => viewport.zoomTo(viewport.scale * ZOOM_STEP) },
    { keys: '-', what: 'zoom out', act: () => viewport.zoomTo(viewport.scale / ZOOM_STEP) },
  ];
};

/** Keys of every view of the review. `draws`: whether cells can be drawn in the present one. */
export const reviewKeys = (work: ReviewWork, actions: ReviewActions, draws: () => boolean): readonly KeyBinding[] => [
  { keys: '1 – 9', what: 'give the selected cells a class', act: (digit) => actions.classify(Number(digit)) },
  { keys: 'Delete', what: 'delete the selected cells', act: () => actions.delete() },
  { keys: 'Backspace', what: 'delete the selected cells', act: () => actions.delete() },
  { keys: 'J', what: 'merge the selected cells into one', act: () => actions.merge() },
  { keys: 'S', what: 'split the cell: draw the parts, then S', act: () => draws() && actions.split() },
  { keys: 'Space', what: 'play and pause the recording', act: () => work.playback?.toggle() },
  { keys: 'U', what: 'mark as uncertain', act: () => actions.mark() },
  { keys: 'Ctrl+Z', what: 'undo', repeats: true, act: () => void work.undo() },
  { keys: 'Ctrl+Shift+Z', what: 'redo', repeats: true, act: () => void work.redo() },
  { keys: 'Escape', what: 'put the tool down, let the cells go', act: () => void actions.leave() },
];
