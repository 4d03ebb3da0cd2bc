/** A rectangle in world coordinates. */
export type Extent = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
