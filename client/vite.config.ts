import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Address of the running service that `vite client` passes API calls on to. */
const service = 'http://127.0.0.1:8420';

export default defineConfig({
  base: './',
  plugins: [svelte()],
  build: {
    target: 'es2023',
    outDir: 'dist',
    emptyOutDir: true,
    // The page may load from its own origin only: no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What keeps zod from compiling parsers must run before zod, which holds only within one file.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'schemas', test: /no-eval\.ts$|node_modules[\\/]zod[\\/]/ }] } } },
  },
  server: { proxy: { '/api': { target: service, ws: true } } },
});
