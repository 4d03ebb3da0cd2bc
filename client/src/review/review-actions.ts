import type { Box } from '../../../domain/geometry.ts';
import { translateBox } from '../../../domain/geometry.ts';
import type { CellTool } from './cell-tool.svelte.ts';
import { neighbourCell, usualBox } from './cells-in-view.ts';
import type { ReviewWork } from './review-work.svelte.ts';

/** Most cells of one change. */
const MOST_CELLS = 10_000;

/** What a reader can do by key, button or pointer: corrections of the selected cells, and cells that are drawn. */
export class ReviewActions {
  readonly #work: ReviewWork;
  readonly #tool: CellTool;

  constructor(work: ReviewWork, tool: CellTool) {
    this.#work = work;
    this.#tool = tool;
  }

  /** Gives the selected cells a class, or the next drawn one. `digit` from 1. */
  classify(digit: number): void {
    const name = this.#work.classes[digit - 1];
    if (name !== undefined) this.classifyAs(name);
  }

  classifyAs(name: string): void {
    if (this.#tool.tool === 'split') this.#tool.classLast(name);
    else if (this.#tool.tool === 'add') this.#tool.class = name;
    else this.#withSelected((cells) => this.#work.correct({ kind: 'reclassify', cells, class: name }));
  }

  delete(): void {
    this.#withSelected((cells) => this.#work.correct({ kind: 'delete', cells }));
  }

  merge(): void {
    if (this.#work.selection.size >= 2) this.#withSelected((cells) => this.#work.correct({ kind: 'merge', cells }));
  }

  /** Marks the selected cells uncertain; where all of them are already, takes it back. */
  mark(): void {
    const marked = new Set(this.#work.playback?.shown?.overlay.cells.filter(({ uncertain }) => uncertain).map(({ id }) => id));
    this.#withSelected((cells) => this.#work.correct({ kind: 'mark', cells, uncertain: !cells.every((id) => marked.has(id)) }));
  }

  /** Marks the field that is shown as looked through, or takes it back. */
  reviewField(): void {
    const field = this.#work.fields.under(this.#work.playback?.shown?.frame);
    if (!field) return;
    const reviewed = this.#work.state?.reviewedKeyframes.includes(field.id) === true;
    void this.#work.correct({ kind: 'reviewed', keyframes: [field.id], reviewed: !reviewed });
  }

  /** Takes up the tool that draws a new cell; `middle` of what is in view is where keys begin. */
  beginAdd(middle: { x: number; y: number }): void {
    this.#chooseClass(this.#tool.class);
    this.#tool.take('add', usualBox(this.#cells, middle));
  }

  /** Takes up the tool that draws the parts of the one selected cell; taken up already, splits the cell into what was drawn. */
  split(): void {
    const [cell] = this.#work.selection;
    if (this.#tool.tool === 'split') {
      this.#finishSplit();
      return;
    }
    const shown = this.#cells.find(({ id }) => id === cell);
    if (!shown || this.#work.selection.size !== 1) return;
    this.#chooseClass(shown.class);
    const [x0, y0, x1, y1] = shown.box;
    this.#tool.take('split', [x0, y0, (x0 + x1) / 2, y1]);
  }

  /** A box was drawn, or the one that keys moved is taken as it is. */
  takeBox(box: Box): void {
    const island = this.#onIsland(box);
    if (!island) return;
    if (this.#tool.tool === 'split') {
      this.#tool.addPart(box);
      if (this.#tool.draft) this.#tool.draft = translateBox(this.#tool.draft, { x: box[2] - box[0], y: 0 });
    } else if (this.#tool.tool === 'add') void this.#add(island);
  }

  /** Takes the box that keys moved; a split that has its parts is done. */
  confirm(): void {
    const { tool, draft } = this.#tool;
    if ((tool === 'add' || tool === 'split') && draft) this.takeBox(draft);
  }

  /** Puts the tool down, or lets the selected cells go; tells whether there was either. */
  leave(): boolean {
    if (this.#tool.tool !== 'select') this.#tool.putDown();
    else if (this.#work.selection.size > 0) this.#work.select([]);
    else return false;
    return true;
  }

  selectNeighbour(by: 1 | -1, besides: boolean): void {
    const last = [...this.#work.selection].at(-1);
    const present = this.#cells.filter(({ state }) => state !== 'withdrawn');
    const next = neighbourCell(present, last, by);
    if (next) this.#work.select([next.id], besides);
  }

  selectAll(): void {
    this.#work.select(this.#cells.filter(({ state }) => state !== 'withdrawn').map(({ id }) => id));
  }

  get #cells() {
    return this.#work.playback?.shown?.overlay.cells ?? [];
  }

  #withSelected(act: (cells: number[]) => unknown): void {
    const cells = [...this.#work.selection];
    if (cells.length > 0 && cells.length <= MOST_CELLS) act(cells);
  }

  #chooseClass(name: string): void {
    this.#tool.class = name || (this.#work.classes[0] ?? '');
  }

  async #add({ island, box }: { island: number; box: Box }): Promise<void> {
    const added = await this.#work.correct({ kind: 'add', class: this.#tool.class, island, box: [...box] });
    if (added) this.#tool.putDown();
  }

  async #finishSplit(): Promise<void> {
    const [cell] = this.#work.selection;
    const into = this.#tool.parts.flatMap((part) => {
      const place = this.#onIsland(part.box);
      return place ? [{ class: part.class, box: [...place.box] as [number, number, number, number] }] : [];
    });
    if (cell === undefined || into.length < 2) {
      this.#work.refusal = 'Draw at least two parts, then press S again';
      return;
    }
    if (await this.#work.correct({ kind: 'split', cell, into })) this.#tool.putDown();
  }

  /** A box of the shown frame, carried to where that frame lies on the slide. */
  #onIsland(box: Box): { island: number; box: Box } | undefined {
    const place = this.#work.playback?.shown?.overlay.place;
    if (!place) {
      this.#work.refusal = 'The place of this frame on the slide is not known; draw in another frame';
      return undefined;
    }
    return { island: place.island, box: translateBox(box, place) };
  }
}
