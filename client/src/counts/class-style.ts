/** How a class is shown: the same colour and mark in the picture, on the map and in the table. */
export type ClassStyle = { readonly label: string; readonly colour: string; readonly mark: 'disc' | 'square' | 'triangle' | 'diamond' };

/**
 * Told apart with every common colour blindness (blue, orange and bluish green after Okabe and Ito, 2008), each with at least
 * 3:1 against the light page, the dark page and the bright ground of a stained smear.
 */
const colours = ['#2478d4', '#d9600a', '#0c8f6a', '#b6479a', '#94730a', '#7257d6', '#128aa8', '#74808c'] as const;
const marks = ['disc', 'square', 'triangle', 'diamond'] as const;

const plainLabels: Record<string, string> = { RBC: 'Red cells', WBC: 'White cells', Platelets: 'Platelets' };

export const classStyle = (index: number, name: string): ClassStyle => ({
  label: plainLabels[name] ?? name,
  colour: colours[index % colours.length] as string,
  mark: marks[index % marks.length] as ClassStyle['mark'],
});
