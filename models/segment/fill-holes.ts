/** Sets what is enclosed by set pixels (8-bit mask, row after row), in place: what cannot be reached from the rim over unset ones. */
export const fillHoles = (mask: Uint8Array, widthPx: number, heightPx: number): void => {
  const outside = new Uint8Array(mask.length);
  const queue: number[] = [];
  const visit = (at: number): void => {
    if (mask[at] !== 0 || outside[at] === 1) return;
    outside[at] = 1;
    queue.push(at);
  };
  for (let x = 0; x < widthPx; x++) {
    visit(x);
    visit((heightPx - 1) * widthPx + x);
  }
  for (let y = 0; y < heightPx; y++) {
    visit(y * widthPx);
    visit(y * widthPx + widthPx - 1);
  }
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    const x = at % widthPx;
    if (x > 0) visit(at - 1);
    if (x < widthPx - 1) visit(at + 1);
    if (at >= widthPx) visit(at - widthPx);
    if (at < mask.length - widthPx) visit(at + widthPx);
  }
  for (let at = 0; at < mask.length; at++) if (outside[at] === 0) mask[at] = 1;
};
