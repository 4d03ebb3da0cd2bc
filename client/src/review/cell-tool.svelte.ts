import type { Box } from '../../../domain/geometry.ts';

export type Tool = 'select' | 'pan' | 'add' | 'split';

/** A cell that a split makes: in pixels of the shown frame. */
export type Part = { readonly class: string; readonly box: Box };

const LEAST_PX = 4;
const MOST_PARTS = 20;

/** What the pointer does in the picture, and what is being drawn with it. Boxes are in pixels of the shown frame. */
export class CellTool {
  tool: Tool = $state('select');
  /** Class of cells that are drawn. */
  class: string = $state('');
  /** The box that keys move; `undefined` where it is drawn with the pointer. */
  draft: Box | undefined = $state.raw();
  parts: readonly Part[] = $state.raw([]);

  /** Takes up a tool; the same one again puts it down. */
  take(tool: Tool, draft?: Box): void {
    this.parts = [];
    this.tool = this.tool === tool ? 'select' : tool;
    this.draft = this.tool === 'add' || this.tool === 'split' ? draft : undefined;
  }

  putDown(): void {
    this.tool = 'select';
    this.draft = undefined;
    this.parts = [];
  }

  /** Moves the draft, or its lower right corner where it is resized. */
  move(dx: number, dy: number, resize: boolean): void {
    if (!this.draft) return;
    const [x0, y0, x1, y1] = this.draft;
    this.draft = resize
      ? [x0, y0, Math.max(x0 + LEAST_PX, x1 + dx), Math.max(y0 + LEAST_PX, y1 + dy)]
      : [x0 + dx, y0 + dy, x1 + dx, y1 + dy];
  }

  /** Keeps a drawn box as a part of the cell that is split. */
  addPart(box: Box): void {
    if (this.parts.length < MOST_PARTS) this.parts = [...this.parts, { class: this.class, box }];
  }

  /** Gives the part that was drawn last another class. */
  classLast(name: string): void {
    this.class = name;
    this.parts = this.parts.map((part, i) => (i === this.parts.length - 1 ? { ...part, class: name } : part));
  }
}

/** The box between two corners; undefined where it is too small to be meant. */
export const boxBetween = (a: { x: number; y: number }, b: { x: number; y: number }): Box | undefined => {
  const box: Box = [Math.min(a.x, b.x), Math.min(a.y, b.y), Math.max(a.x, b.x), Math.max(a.y, b.y)];
  return box[2] - box[0] >= LEAST_PX && box[3] - box[1] >= LEAST_PX ? box : undefined;
};
