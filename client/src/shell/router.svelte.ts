import { hashOf, parseHash, type Route } from './hash-route.ts';

/** The present route; follows the address, the browser's back and forward included. */
export class Router {
  present: Route = $state.raw(parseHash(location.hash));

  constructor() {
    window.addEventListener('hashchange', () => {
      this.present = parseHash(location.hash);
    });
  }

  go(page: string, rest?: string, query?: URLSearchParams): void {
    location.hash = hashOf(page, rest, query);
  }
}
