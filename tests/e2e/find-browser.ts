export { findBrowser } from '../../server/cli/find-browser.ts';
