/**
 * Colours of the classes, by index, the same wherever boxes are drawn. Told apart with every common colour blindness (blue, orange and bluish green
 * after Okabe and Ito, 2008), each with at least 3:1 against the light page, the dark page and the bright ground of a stained smear.
 */
const COLOURS = ['#2478d4', '#d9600a', '#0c8f6a', '#b6479a', '#94730a', '#7257d6', '#128aa8', '#74808c'] as const;

export const classColour = (index: number): string => COLOURS[index % COLOURS.length] as string;
