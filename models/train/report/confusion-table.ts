import { html, type Markup } from './markup.ts';

/**
 * The matrix as a table. Cells are shaded by their share of the true cells of the row, those of the row without cells by their share of
 * what was found in the column, so that rare classes are as readable as frequent ones.
 */
export const confusionTable = (matrix: readonly (readonly number[])[], classes: readonly string[]): Markup => {
  const background = classes.length;
  const cell = (row: readonly number[], i: number, j: number): Markup => {
    const total = (i === background ? matrix.map((other) => other[j]!) : row).reduce((sum, count) => sum + count, 0);
    const count = row[j]!;
    if (i === background && j === background) return html`<td class="none"></td>`;
    const share = total === 0 ? 0 : count / total;
    const tone = i === j ? 'good' : 'bad';
    return html`<td class="${tone}" style="--share:${Math.round(share * 100)}%"><b>${count}</b><span>${(share * 100).toFixed(1)} %</span></td>`;
  };
  return html`<figure class="confusion"><figcaption>Confusion: what true cells were found as</figcaption><div class="wide"><table>
<thead><tr><th scope="col"><span class="soft">true ↓<br>found →</span></th>${classes.map((name) => html`<th scope="col">${name}</th>`)}<th scope="col" class="soft">missed</th></tr></thead>
<tbody>${matrix.map(
    (row, i) =>
      html`<tr><th scope="row"${i === background && html` class="soft"`}>${i === background ? 'no cell' : classes[i]}</th>${row.map((_, j) => cell(row, i, j))}</tr>`,
  )}</tbody></table></div>
<p class="soft">Boxes pair at IoU 0.5 and more. Per cent are of the true cells of the row; in the row without cells, of everything found as that class.</p></figure>`;
};
