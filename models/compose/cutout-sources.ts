/** What `compose cutouts` can cut cells out of. */
export const CUTOUT_SOURCES = ['pbc-cells', 'wbc-masks', 'fields'] as const;
