/** Licences that allow any use, commercial use among it, by the beginning of their usual names. */
const FREE = /^(MIT|CC0|CC BY \d|CC-BY-\d|Apache|BSD|public domain|own\b)/i;

/** Whether data under a licence may go into weights for any use; several licences stand with `;` between them, each after what it is for. */
export const allowsAnyUse = (licence: string): boolean =>
  licence
    .split(';')
    .map((part) => part.trim().replace(/^(pictures|boxes|masks|images|labels) /, ''))
    .every((part) => FREE.test(part));
