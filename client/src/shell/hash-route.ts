/** Where a hash leads: `#/cells/12?class=WBC` is the page `cells`, the rest `12` and the query `class=WBC`. */
export type Route = { readonly page: string; readonly rest: string; readonly query: URLSearchParams };

export const parseHash = (hash: string): Route => {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const [page = '', ...rest] = path.split('/');
  return { page, rest: rest.join('/'), query: new URLSearchParams(query) };
};

export const hashOf = (page: string, rest = '', query?: URLSearchParams): string =>
  `#/${page}${rest === '' ? '' : `/${rest}`}${query === undefined || query.size === 0 ? '' : `?${query}`}`;
